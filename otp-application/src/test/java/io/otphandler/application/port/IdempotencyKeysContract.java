package io.otphandler.application.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.IdempotencyKeys.Standing;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store of requests with idempotency keys keeps to. */
public interface IdempotencyKeysContract {

    Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    KeptAnswer ANSWER = new KeptAnswer(201, "{\"success\":true,\"text\":\"да 🔑\"}");

    /** The same, and at first empty, during a test. */
    IdempotencyKeys idempotencyKeys();

    @Test
    default void aNewRequestIsClaimedUnderTheIdThatItIsGiven() {
        KeyedRequest request = request();
        UUID id = UUID.randomUUID();

        assertThat(idempotencyKeys().claim(request, id, NOW))
                .isEqualTo(new Standing.Claimed(new Claim(request.key(), id, NOW.plus(IdempotencyKeys.LEASE), false)));
    }

    @Test
    default void aClaimedRequestIsUnderWayUntilItsLeaseEnds() {
        KeyedRequest request = request();
        Claim first = claimed(request, NOW);

        Instant last = first.leaseUntil().minusMillis(1);
        assertThat(idempotencyKeys().claim(request, UUID.randomUUID(), last)).isEqualTo(new Standing.UnderWay());
        assertThat(claimed(request, first.leaseUntil()))
                .isEqualTo(new Claim(
                        request.key(), first.request(), first.leaseUntil().plus(IdempotencyKeys.LEASE), true));
    }

    @Test
    default void anAnswerIsGivenAgainForADay() {
        KeyedRequest request = request();
        idempotencyKeys().keep(claimed(request, NOW), ANSWER);

        Instant last = NOW.plus(IdempotencyKeys.KEPT).minusMillis(1);
        assertThat(idempotencyKeys().claim(request, UUID.randomUUID(), NOW)).isEqualTo(new Standing.Answered(ANSWER));
        assertThat(idempotencyKeys().claim(request, UUID.randomUUID(), last)).isEqualTo(new Standing.Answered(ANSWER));

        UUID id = UUID.randomUUID();
        Standing afterwards = idempotencyKeys().claim(request, id, last.plusMillis(1));
        assertThat(((Standing.Claimed) afterwards).claim().request()).isEqualTo(id);
        assertThat(((Standing.Claimed) afterwards).claim().again()).isFalse();
    }

    @Test
    default void aRequestThatWasNeverAnsweredIsANewOneAfterADay() {
        KeyedRequest request = request();
        Claim first = claimed(request, NOW);

        Claim later = claimed(request, NOW.plus(IdempotencyKeys.KEPT));

        assertThat(later.request()).isNotEqualTo(first.request());
        assertThat(later.again()).isFalse();
    }

    @Test
    default void aKeyWithAnotherContentIsReused() {
        KeyedRequest request = request();
        KeyedRequest other = new KeyedRequest(request.key(), List.of(digest()));
        Claim claim = claimed(request, NOW);

        assertThat(idempotencyKeys().claim(other, UUID.randomUUID(), NOW)).isEqualTo(new Standing.Reused());
        assertThat(idempotencyKeys().claim(other, UUID.randomUUID(), claim.leaseUntil()))
                .isEqualTo(new Standing.Reused());
        assertThat(claimed(request, claim.leaseUntil()).request()).isEqualTo(claim.request());
        idempotencyKeys().keep(claim, ANSWER);
        assertThat(idempotencyKeys().claim(other, UUID.randomUUID(), NOW)).isEqualTo(new Standing.Reused());
    }

    @Test
    default void aContentThatWasKeptUnderAnOlderPepperIsTheSame() {
        KeyedRequest request = request();
        Claim claim = claimed(request, NOW);
        KeyedRequest now = new KeyedRequest(
                request.key(), List.of(digest(), request.contents().get(0)));

        assertThat(claimed(now, claim.leaseUntil()).request()).isEqualTo(claim.request());
        idempotencyKeys().keep(claim, ANSWER);
        assertThat(idempotencyKeys().claim(now, UUID.randomUUID(), NOW)).isEqualTo(new Standing.Answered(ANSWER));
    }

    @Test
    default void aForgottenRequestIsANewOneWhateverItsContent() {
        KeyedRequest request = request();
        idempotencyKeys().forget(claimed(request, NOW));

        KeyedRequest other = new KeyedRequest(request.key(), List.of(digest()));
        assertThat(claimed(other, NOW).again()).isFalse();
    }

    @Test
    default void aRequestThatWasGivenBackIsClaimedAtOnceUnderItsId() {
        KeyedRequest request = request();
        Claim claim = claimed(request, NOW);
        idempotencyKeys().giveBack(claim);

        Claim next = claimed(request, NOW.plusMillis(1));

        assertThat(next.request()).isEqualTo(claim.request());
        assertThat(next.again()).isTrue();
    }

    @Test
    default void whoseLeaseHasBeenTakenOverCanNeitherForgetTheRequestNorGiveItBack() {
        KeyedRequest request = request();
        Claim first = claimed(request, NOW);
        Claim second = claimed(request, first.leaseUntil());

        idempotencyKeys().forget(first);
        idempotencyKeys().giveBack(first);

        assertThat(idempotencyKeys()
                        .claim(request, UUID.randomUUID(), second.leaseUntil().minusMillis(1)))
                .isEqualTo(new Standing.UnderWay());
    }

    @Test
    default void whoeverOfThemAnswersFirstHasAnswered() {
        KeyedRequest request = request();
        Claim first = claimed(request, NOW);
        Claim second = claimed(request, first.leaseUntil());

        idempotencyKeys().keep(first, ANSWER);
        idempotencyKeys().keep(second, new KeptAnswer(201, "{}"));
        idempotencyKeys().forget(second);
        idempotencyKeys().giveBack(second);

        assertThat(idempotencyKeys().claim(request, UUID.randomUUID(), NOW)).isEqualTo(new Standing.Answered(ANSWER));
    }

    @Test
    default void anAnswerToARequestThatIsNotKnownAnyMoreIsNotKept() {
        KeyedRequest request = request();
        Claim claim = claimed(request, NOW);
        Claim newer = claimed(request, NOW.plus(IdempotencyKeys.KEPT));

        idempotencyKeys().keep(claim, ANSWER);

        assertThat(idempotencyKeys()
                        .claim(request, UUID.randomUUID(), newer.leaseUntil().minusMillis(1)))
                .isEqualTo(new Standing.UnderWay());
    }

    @Test
    default void requestsDoNotMeet() {
        KeyedRequest one = request();
        KeyedRequest other = request();
        idempotencyKeys().keep(claimed(one, NOW), ANSWER);

        assertThat(claimed(other, NOW).again()).isFalse();
    }

    @Test
    default void expiredOnesAreDeletedAFewAtATime() {
        for (int i = 0; i < 3; i++) {
            idempotencyKeys().keep(claimed(request(), NOW), ANSWER);
        }
        KeyedRequest younger = request();
        idempotencyKeys().keep(claimed(younger, NOW.plusMillis(1)), ANSWER);
        Instant end = NOW.plus(IdempotencyKeys.KEPT);

        assertThat(idempotencyKeys().deleteExpired(end.minusMillis(1), 10)).isZero();
        assertThat(idempotencyKeys().deleteExpired(end, 2)).isEqualTo(2);
        assertThat(idempotencyKeys().deleteExpired(end, 2)).isEqualTo(1);
        assertThat(idempotencyKeys().claim(younger, UUID.randomUUID(), end)).isEqualTo(new Standing.Answered(ANSWER));
    }

    @Test
    default void ofManyAtOnceOneClaims() throws Exception {
        int calls = 40;
        ExecutorService threads = Executors.newFixedThreadPool(calls);
        try {
            for (int round = 0; round < 5; round++) {
                KeyedRequest request = request();
                CyclicBarrier start = new CyclicBarrier(calls);
                List<Future<Standing>> futures = new ArrayList<>();
                for (int i = 0; i < calls; i++) {
                    futures.add(threads.submit(() -> {
                        start.await();
                        return idempotencyKeys().claim(request, UUID.randomUUID(), NOW);
                    }));
                }
                List<Standing> standings = new ArrayList<>();
                for (Future<Standing> future : futures) {
                    standings.add(future.get());
                }
                assertThat(standings)
                        .filteredOn(Standing.Claimed.class::isInstance)
                        .hasSize(1);
                assertThat(standings)
                        .filteredOn(new Standing.UnderWay()::equals)
                        .hasSize(calls - 1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Claim claimed(KeyedRequest request, Instant now) {
        return ((Standing.Claimed) idempotencyKeys().claim(request, UUID.randomUUID(), now)).claim();
    }

    private static KeyedRequest request() {
        return new KeyedRequest(digest(), List.of(digest()));
    }

    private static Digest digest() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Digest.of(bytes);
    }
}
