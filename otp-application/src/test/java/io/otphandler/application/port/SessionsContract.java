package io.otphandler.application.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.otphandler.application.port.Sessions.TimedEvent;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.AttemptsExpired;
import io.otphandler.domain.session.Cancelled;
import io.otphandler.domain.session.Completed;
import io.otphandler.domain.session.Confirmed;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Exhausted;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Receipt;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.Waiting;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of sessions keeps to. The three methods without a body must give the same objects during a test. */
public interface SessionsContract {

    int CALLS = 40;

    Sessions sessions();

    /** Of the same store, so that sessions find the revisions that they began with. */
    Widgets widgets();

    /** The clock that the store goes by. */
    MovableClock clock();

    /** Forgets what may be remembered in memory, where that is possible: what is then found was kept. */
    default void forgetMemory() {}

    // ---- once

    @Test
    default void aMoveOfTheSameRequestIsMadeOnce() {
        Session session = moved(added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        Once<Answer<Boolean>> once = new Once<>(UUID.randomUUID(), Answer.granted(true));

        assertThat(sessions().decideOnce(session.id(), once, s -> s.checkCode(code -> true, now())))
                .contains(Answer.granted(true));
        Session confirmed = sessions().find(session.id()).orElseThrow();
        assertThat(confirmed).isInstanceOf(Confirmed.class);

        assertThat(sessions().decideOnce(session.id(), once, s -> s.complete(now())))
                .contains(Answer.granted(true));
        assertThat(sessions().find(session.id())).contains(confirmed);
    }

    @Test
    default void everyRequestThatMovedASessionIsRemembered() {
        Session session = moved(added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        Once<Answer<Boolean>> check = new Once<>(UUID.randomUUID(), Answer.granted(true));
        Once<Answer<Boolean>> complete = new Once<>(UUID.randomUUID(), Answer.granted(true));
        Once<Answer<Boolean>> stranger = new Once<>(UUID.randomUUID(), Answer.granted(true));
        sessions().decideOnce(session.id(), check, s -> s.checkCode(code -> true, now()));
        sessions().decideOnce(session.id(), complete, s -> s.complete(now()));

        assertThat(sessions().decideOnce(session.id(), check, s -> s.checkCode(code -> true, now())))
                .contains(Answer.granted(true));
        assertThat(sessions().decideOnce(session.id(), complete, s -> s.complete(now())))
                .contains(Answer.granted(true));
        assertThat(sessions().decideOnce(session.id(), stranger, s -> s.complete(now())))
                .contains(Answer.granted(false));
    }

    @Test
    default void aRefusedMoveIsNotRememberedAndMayBeMadeAgain() {
        Session session = moved(added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        Once<Answer<Boolean>> once = new Once<>(UUID.randomUUID(), Answer.granted(true));
        Answer<Boolean> wrong = sessions()
                .decideOnce(session.id(), once, s -> s.checkCode(code -> false, now()))
                .orElseThrow();
        assertThat(wrong).isInstanceOf(Answer.Refused.class);

        assertThat(sessions().decideOnce(session.id(), once, s -> s.checkCode(code -> true, now())))
                .contains(Answer.granted(true));
        assertThat(sessions().find(session.id()).orElseThrow()).isInstanceOf(Confirmed.class);
    }

    @Test
    default void otherMovesInBetweenDoNotMakeASessionForgetARequest() {
        Session session = added();
        Once<Answer<Boolean>> once = new Once<>(UUID.randomUUID(), Answer.granted(true));
        moved(session, s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        sessions().decideOnce(session.id(), once, s -> s.checkCode(code -> true, now()));
        moved(session, s -> s.complete(now()));

        assertThat(sessions().decideOnce(session.id(), once, s -> s.checkCode(code -> true, now())))
                .contains(Answer.granted(true));
    }

    @Test
    default void ofManyCallsOfOneRequestAtOnceOneMovesAndAllAreAnsweredTheSame() throws Exception {
        SessionId id = moved(
                        added(),
                        s -> s.dispatched(1, Outcome.ACCEPTED, now()).then(x -> x.checkCode(code -> true, now())))
                .id();
        Once<Answer<Boolean>> once = new Once<>(UUID.randomUUID(), Answer.granted(true));

        List<Answer<Boolean>> answers = atOnce(
                () -> sessions().decideOnce(id, once, s -> s.complete(now())).orElseThrow());

        assertThat(answers).hasSize(CALLS).containsOnly(Answer.granted(true));
        assertThat(kinds(id)).containsOnlyOnce(SessionEvent.Kind.COMPLETED);
    }

    // ---- keeping and finding

    @Test
    default void aSessionThatWasAddedIsFound() {
        Session session = added();

        assertThat(sessions().find(session.id())).contains(session);
    }

    @Test
    default void aSessionThatNeverWasIsNotFound() {
        SessionId nobody = new SessionId(UUID.randomUUID());

        assertThat(sessions().find(nobody)).isEmpty();
        assertThat(sessions().timeline(nobody)).isEmpty();
        assertThat(sessions().decide(nobody, session -> session.cancel(now()))).isEmpty();
    }

    @Test
    default void aSessionIsAddedOnce() {
        Decision<SessionId> started = ContractFixtures.started(savedWidget(), now());
        sessions().add(started);
        sessions().decide(started.answer(), session -> session.cancel(now()));

        assertThatThrownBy(() -> sessions().add(started)).isInstanceOf(IllegalArgumentException.class);
        assertThat(sessions().find(started.answer()).orElseThrow()).isInstanceOf(Cancelled.class);
        assertThat(kinds(started.answer()))
                .containsExactly(SessionEvent.Kind.DISPATCH_REQUESTED, SessionEvent.Kind.CANCELLED);
    }

    @Test
    default void everyStateIsKeptUnchangedWithAllThatItHolds() {
        Map<String, Session> kept = new LinkedHashMap<>();
        kept.put("wait", added());
        kept.put("wait, an e-mail", kept(ContractFixtures.started(savedWidget(), ContractFixtures.EMAIL, now())));
        kept.put("sent", moved(added(), s -> s.dispatched(1, Outcome.ACCEPTED, now())));
        kept.put("sent, to a test recipient", kept(ContractFixtures.startedForTest(savedWidget(), now())));
        Session chosen = moved(added(), s -> s.dispatched(1, Outcome.accepted(ContractFixtures.chosen(3)), now()));
        kept.put("sent, with a code that the provider chose", chosen);
        Session sent = moved(added(), s -> s.dispatched(1, Outcome.accepted(ContractFixtures.chosen(5)), now()));
        clock().advance(Duration.ofSeconds(25));
        Session fallenBack = moved(sent, s -> s.settle(now()));
        assertThat(((Waiting) fallenBack).run().left()).isNotNull();
        kept.put("wait, after a fallback", fallenBack);
        kept.put("wait, after a fallback, seen", moved(fallenBack, s -> s.showChannel(now())));
        kept.put(
                "sent, one try used",
                moved(
                        added(),
                        s -> s.dispatched(1, Outcome.ACCEPTED, now())
                                .then(sentOne -> sentOne.checkCode(code -> false, now()))));
        Session push = kept.get("wait");
        for (int dispatch = 1; dispatch <= 2; dispatch++) {
            int number = dispatch;
            push = moved(push, s -> s.dispatched(number, Outcome.REJECTED, now()));
        }
        push = moved(push, s -> s.dispatched(3, Outcome.ACCEPTED, now()));
        kept.put("sent, codeless", push);
        kept.put(
                "sent, with another type of code",
                moved(
                        push,
                        s -> s.receive(
                                3, new Receipt(Receipt.Status.CODE_TYPE_CHANGED, ContractFixtures.chosen(9)), now())));
        kept.put(
                "error",
                moved(
                        kept(ContractFixtures.started(savedWidget(), ContractFixtures.EMAIL, now())),
                        s -> s.dispatched(1, Outcome.REJECTED, now())));
        Session confirmed = moved(
                added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()).then(x -> x.checkCode(code -> true, now())));
        kept.put("confirmed", confirmed);
        clock().advance(Duration.ofMillis(1234));
        kept.put(
                "completed",
                moved(
                        moved(
                                added(),
                                s -> s.dispatched(1, Outcome.ACCEPTED, now())
                                        .then(x -> x.checkCode(code -> true, now()))),
                        s -> s.complete(now())));
        kept.put("cancelled", moved(added(), s -> s.cancel(now())));
        Session guessed = moved(added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        for (int i = 0; i < 3; i++) {
            guessed = moved(guessed, s -> s.checkCode(code -> false, now()));
        }
        kept.put("attempts expired", guessed);
        Session failed = kept.get("error");
        for (int dispatch = 2; dispatch <= 3; dispatch++) {
            int number = dispatch;
            failed = moved(
                    failed,
                    s -> s.resend(gateway -> true, now())
                            .then(waiting -> waiting.dispatched(number, Outcome.REJECTED, now())));
        }
        kept.put("exhausted", failed);
        // two of them have gone on meanwhile
        kept.remove("wait");
        kept.remove("error");
        kept.remove("wait, after a fallback");
        kept.remove("sent, codeless");

        assertThat(kept.values().stream().map(Object::getClass).distinct())
                .contains(
                        Waiting.class,
                        Sent.class,
                        Confirmed.class,
                        Completed.class,
                        Cancelled.class,
                        AttemptsExpired.class,
                        Exhausted.class);
        forgetMemory();
        kept.forEach((what, session) ->
                assertThat(sessions().find(session.id())).as(what).contains(session));
    }

    @Test
    default void aFailedSessionIsKeptUnchanged() {
        Session failed = moved(
                kept(ContractFixtures.started(savedWidget(), ContractFixtures.EMAIL, now())),
                s -> s.dispatched(1, Outcome.REJECTED, now()));

        assertThat(failed).isInstanceOf(Failed.class);
        forgetMemory();
        assertThat(sessions().find(failed.id())).contains(failed);
    }

    @Test
    default void aSessionKeepsTheWidgetThatItBeganWith() {
        Widget widget = savedWidget();
        Session session = kept(ContractFixtures.started(widget, now()));

        Widget other = ContractFixtures.widget(widget.id().value(), "Другой");
        widgets()
                .save(new Widget(
                        other.id(),
                        0,
                        other.owner(),
                        "Другой",
                        true,
                        false,
                        "RU",
                        Duration.ofSeconds(60),
                        null,
                        List.of(),
                        Map.of()));
        forgetMemory();
        assertThat(sessions().find(session.id())).contains(session);

        widgets().delete(widget.id());
        forgetMemory();
        assertThat(sessions().find(session.id())).contains(session);
        assertThat(sessions().decide(session.id(), s -> s.dispatched(1, Outcome.ACCEPTED, now())))
                .contains(true);
        assertThat(sessions().find(session.id()).orElseThrow().terms().widget()).isEqualTo(widget);
    }

    // ---- moves

    @Test
    default void aMoveIsAppliedToWhatTheOneBeforeLeft() {
        Session session = added();
        CompletableFuture<?> sent = sessions().submit(session.id(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        CompletableFuture<?> guessed = sessions().submit(session.id(), s -> s.checkCode(code -> false, now()));
        CompletableFuture<?> again = sessions().submit(session.id(), s -> s.checkCode(code -> false, now()));
        CompletableFuture.allOf(sent, guessed, again).join();

        Session found = sessions().find(session.id()).orElseThrow();
        assertThat(found).isInstanceOf(Sent.class);
        assertThat(((Sent) found).run().triesLeft()).isEqualTo(1);
    }

    @Test
    default void fortyWrongCodesAtOnceAreJudgedAsOftenAsThereAreTries() {
        Session session = moved(added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));

        List<Answer<Boolean>> answers = atOnce(() -> sessions()
                .decide(session.id(), s -> s.checkCode(code -> false, now()))
                .orElseThrow());

        assertThat(answers.stream().map(SessionsContract::reason))
                .filteredOn(Refusal.Reason.INVALID_CODE::equals)
                .hasSize(3);
        assertThat(answers.stream().map(SessionsContract::reason))
                .filteredOn(Refusal.Reason.ATTEMPTS_EXPIRED::equals)
                .hasSize(CALLS - 3);
        assertThat(sessions().find(session.id()).orElseThrow()).isInstanceOf(AttemptsExpired.class);
    }

    @Test
    default void fortyCompletionsAtOnceHaveOneWinner() {
        Session session = moved(
                added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()).then(x -> x.checkCode(code -> true, now())));

        List<Answer<Boolean>> answers = atOnce(
                () -> sessions().decide(session.id(), s -> s.complete(now())).orElseThrow());

        assertThat(answers).filteredOn(Answer.granted(true)::equals).hasSize(1);
        assertThat(kinds(session.id()))
                .filteredOn(SessionEvent.Kind.COMPLETED::equals)
                .hasSize(1);
    }

    @Test
    default void fortyMovesAtOnceEachSeeAnotherState() {
        Session session = moved(added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));

        atOnce(() -> sessions().decide(session.id(), s -> s.receive(1, Receipt.of(Receipt.Status.DELIVERED), now())));

        assertThat(kinds(session.id()))
                .filteredOn(SessionEvent.Kind.RECEIPT::equals)
                .hasSize(CALLS);
    }

    @Test
    default void sessionsMovedAtOnceDoNotDisturbEachOther() {
        List<Session> many = IntStream.range(0, CALLS).mapToObj(i -> added()).toList();
        AtomicInteger next = new AtomicInteger();

        atOnce(() -> {
            Session one = many.get(next.getAndIncrement());
            return sessions().decide(one.id(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        });

        assertThat(many)
                .allSatisfy(one -> assertThat(sessions().find(one.id()).orElseThrow())
                        .isEqualTo(one.dispatched(1, Outcome.ACCEPTED, now()).next()));
    }

    @Test
    default void aMoveThatThrowsFailsAlone() {
        Session session = added();
        Session other = added();
        CompletableFuture<?> before = sessions().submit(other.id(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        CompletableFuture<?> throwing = sessions().submit(session.id(), s -> {
            throw new ArithmeticException("as intended");
        });
        CompletableFuture<?> after = sessions().submit(session.id(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));

        assertThatThrownBy(throwing::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ArithmeticException.class);
        assertThat(before.join()).isEqualTo(Optional.of(true));
        assertThat(after.join()).isEqualTo(Optional.of(true));
        assertThatThrownBy(() -> sessions().decide(session.id(), s -> {
                    throw new ArithmeticException("as intended");
                }))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    default void aDecisionThatChangesNothingWritesNothingAndTellsNobody() {
        Session session = moved(added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        List<Session> told = listening();
        clock().advance(Duration.ofSeconds(1));

        assertThat(sessions().decide(session.id(), s -> s.status(now()))).contains(Answer.granted(false));
        assertThat(sessions().decide(session.id(), s -> s.settle(now()))).contains(false);

        assertThat(told).isEmpty();
        assertThat(sessions().find(session.id())).contains(session);
        assertThat(kinds(session.id()))
                .containsExactly(SessionEvent.Kind.DISPATCH_REQUESTED, SessionEvent.Kind.ACCEPTED);
    }

    // ---- listeners

    @Test
    default void listenersHearOfEveryChangeOnceAndInOrderAfterItCanBeFound() {
        Queue heard = new Queue();
        sessions().listen((session, events) -> {
            // another session's change may already be there: this one's must be at least as far
            boolean found = sessions().find(session.id()).isPresent();
            heard.add(session, events, found);
        });

        Session session = added();
        for (int i = 0; i < 10; i++) {
            moved(session, s -> s.receive(1, Receipt.of(Receipt.Status.READ), now()));
        }

        await().untilAsserted(() -> assertThat(heard.of(session.id()))
                .containsExactlyElementsOf(sessions().timeline(session.id()).stream()
                        .map(TimedEvent::event)
                        .toList()));
        assertThat(heard.unfound).isZero();
    }

    // ---- timeline

    @Test
    default void theTimelineTellsWhatHappenedAndWhen() {
        Instant start = now();
        Session session = added();
        clock().advance(Duration.ofMillis(1500));
        moved(session, s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        clock().advance(Duration.ofSeconds(3));
        moved(session, s -> s.receive(1, Receipt.of(Receipt.Status.UNDELIVERED), now()));

        assertThat(sessions().timeline(session.id()))
                .containsExactly(
                        new TimedEvent(start, event(SessionEvent.Kind.DISPATCH_REQUESTED, 1, "start")),
                        new TimedEvent(start.plusMillis(1500), event(SessionEvent.Kind.ACCEPTED, 1, "")),
                        new TimedEvent(start.plusMillis(4500), event(SessionEvent.Kind.RECEIPT, 1, "undelivered")),
                        new TimedEvent(
                                start.plusMillis(4500), event(SessionEvent.Kind.CHANNEL_FAILED, 1, "undelivered")),
                        new TimedEvent(
                                start.plusMillis(4500),
                                event(SessionEvent.Kind.DISPATCH_REQUESTED, 2, "channel before failed")));
    }

    @Test
    default void aTalkativeSessionGoesOnWhateverBecomesOfItsTimeline() {
        Session session = moved(added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        List<CompletableFuture<?>> receipts = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            receipts.add(sessions()
                    .submit(session.id(), s -> s.receive(1, Receipt.of(Receipt.Status.DELIVERED), now())));
        }
        receipts.forEach(CompletableFuture::join);

        assertThat(sessions().decide(session.id(), s -> s.cancel(now()))).contains(Answer.granted(true));
        assertThat(kinds(session.id()).subList(0, 100))
                .startsWith(SessionEvent.Kind.DISPATCH_REQUESTED, SessionEvent.Kind.ACCEPTED)
                .filteredOn(SessionEvent.Kind.RECEIPT::equals)
                .hasSize(98);
    }

    // ---- what is due

    @Test
    default void aPendingMessageIsDueOnceItsLeaseIsOverAndThenBelongsToWhoTookIt() {
        Session session = added();

        assertThat(sessions().claimDue(now().plus(Sessions.LEASE).minusMillis(1), 10))
                .isEmpty();
        clock().advance(Sessions.LEASE);
        assertThat(sessions().claimDue(now(), 10)).containsExactly(session);
        assertThat(sessions().claimDue(now(), 10)).isEmpty();
        clock().advance(Sessions.LEASE);
        assertThat(sessions().claimDue(now(), 10)).containsExactly(session);
    }

    @Test
    default void aSessionIsDueWhenTimeChangesItNext() {
        Session session = moved(added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        Instant fallback = session.nextDue().orElseThrow();

        assertThat(sessions().claimDue(fallback.minusMillis(1), 10)).isEmpty();
        assertThat(sessions().claimDue(fallback, 10)).containsExactly(session);
    }

    @Test
    default void aClaimDoesNotStandInTheWayOfAMove() {
        Session session = added();
        clock().advance(Sessions.LEASE);
        assertThat(sessions().claimDue(now(), 10)).hasSize(1);

        assertThat(sessions().decide(session.id(), s -> s.dispatched(1, Outcome.ACCEPTED, now())))
                .contains(true);
    }

    @Test
    default void whatHasEndedIsNeverDue() {
        moved(added(), s -> s.cancel(now()));
        moved(added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()).then(x -> x.checkCode(code -> true, now())));

        assertThat(sessions().claimDue(now().plus(Duration.ofDays(1)), 10)).isEmpty();
    }

    @Test
    default void whatEndsWithTheSessionItselfIsNotDue() {
        Widget widget = widgets().save(ContractFixtures.widget());
        clock().advance(Duration.ofSeconds(1));
        Session session = kept(ContractFixtures.started(widget, ContractFixtures.EMAIL, now()));
        clock().advance(Duration.ofSeconds(400));
        // its channel would live for 300 s, but the session ends after 200
        moved(
                session,
                s -> s.dispatched(1, Outcome.UNAVAILABLE, now())
                        .then(failed -> failed.resend(gateway -> true, now()))
                        .then(waiting -> waiting.dispatched(2, Outcome.ACCEPTED, now())));

        assertThat(sessions().claimDue(session.expiresAt().plusSeconds(1), 10)).isEmpty();
    }

    @Test
    default void theLongestDueComeFirstAndNoMoreThanWereAskedFor() {
        List<SessionId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(added().id());
            clock().advance(Duration.ofSeconds(1));
        }
        clock().advance(Sessions.LEASE);

        assertThat(sessions().claimDue(now(), 2).stream().map(Session::id))
                .containsExactlyElementsOf(ids.subList(0, 2));
        assertThat(sessions().claimDue(now(), 10).stream().map(Session::id))
                .containsExactlyElementsOf(ids.subList(2, 5));
    }

    @Test
    default void whatIsDueIsGivenToOneClaimantOnly() {
        Set<SessionId> ids = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            ids.add(added().id());
        }
        clock().advance(Sessions.LEASE);

        List<SessionId> claimed = atOnce(() -> sessions().claimDue(now(), 3)).stream()
                .flatMap(List::stream)
                .map(Session::id)
                .toList();

        assertThat(claimed).doesNotHaveDuplicates().hasSameElementsAs(ids);
    }

    // ---- leases

    @Test
    default void manyAreFoundAtOnceAndThoseThatAreNotThereLeftOut() {
        Session one = added();
        Session other = moved(added(), s -> s.cancel(now()));
        added();

        assertThat(sessions().findAll(List.of(one.id(), new SessionId(UUID.randomUUID()), other.id())))
                .containsExactlyInAnyOrder(one, other);
        assertThat(sessions().findAll(Set.of())).isEmpty();
    }

    @Test
    default void aRenewedLeaseEndsLaterAndNobodyIsTold() {
        Waiting session = (Waiting) added();
        List<Session> told = listening();
        clock().advance(Duration.ofSeconds(5));
        Lease renewed = Lease.from(session, now());

        assertThat(sessions().renew(Set.of(Lease.ofStorer(session)), now())).containsExactly(renewed.dispatch());

        assertThat(sessions().claimDue(renewed.until().minusMillis(1), 10)).isEmpty();
        assertThat(sessions().claimDue(renewed.until(), 10)).containsExactly(session);
        assertThat(told).isEmpty();
    }

    @Test
    default void manyLeasesAreRenewedAtOnceAndOnlyThoseThatAreHeld() {
        Waiting held = (Waiting) added();
        Waiting alsoHeld = (Waiting) added();
        Waiting sent = (Waiting) added();
        moved(sent, s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        Waiting failedOver = (Waiting) added();
        Waiting second = (Waiting) moved(failedOver, s -> s.dispatched(1, Outcome.REJECTED, now()));
        clock().advance(Duration.ofSeconds(1));
        List<Lease> leases = java.util.stream.Stream.of(held, sent, failedOver, alsoHeld)
                .map(Lease::ofStorer)
                .toList();

        assertThat(sessions().renew(leases, now()))
                .containsExactlyInAnyOrder(
                        leases.get(0).dispatch(), leases.get(3).dispatch());

        assertThat(sessions().claimDue(Lease.ofStorer(held).until(), 10)).containsExactly(second);
        assertThat(sessions().renew(Set.of(), now())).isEmpty();
    }

    @Test
    default void aLeaseThatSomebodyElseTookIsNeitherRenewedNorReleased() {
        Waiting session = (Waiting) added();
        Lease lease = Lease.ofStorer(session);
        clock().advance(Sessions.LEASE);
        Lease taken = Lease.from(session, now());
        assertThat(sessions().claimDue(now(), 10)).hasSize(1);
        clock().advance(Duration.ofMillis(1));

        assertThat(sessions().renew(Set.of(lease), now())).isEmpty();
        sessions().release(Set.of(lease));

        assertThat(sessions().claimDue(taken.until().minusMillis(1), 10)).isEmpty();
        assertThat(sessions().renew(Set.of(taken), now())).containsExactly(taken.dispatch());
    }

    @Test
    default void aLeaseThatIsOverIsRenewedAsLongAsNobodyTookIt() {
        Waiting session = (Waiting) added();
        clock().advance(Sessions.LEASE.plusSeconds(1));

        assertThat(sessions().renew(Set.of(Lease.ofStorer(session)), now())).hasSize(1);

        assertThat(sessions().claimDue(now(), 10)).isEmpty();
    }

    @Test
    default void whoDoesNotKnowWhichOfSeveralItHoldsRenewsByAnyOfThem() {
        Waiting session = (Waiting) added();
        clock().advance(Duration.ofSeconds(1));
        List<Lease> either = List.of(Lease.ofStorer(session), Lease.from(session, now()));

        assertThat(sessions().renew(either, now())).hasSize(1);
        assertThat(sessions().renew(either, now())).hasSize(1);
    }

    @Test
    default void aReleasedMessageIsDueAtOnceForWhoeverComes() {
        Waiting session = (Waiting) added();
        Waiting other = (Waiting) added();

        sessions().release(Set.of(Lease.ofStorer(session)));
        sessions().release(Set.of());

        assertThat(sessions().claimDue(now(), 10)).containsExactly(session);
        assertThat(sessions().renew(Set.of(Lease.ofStorer(other)), now())).hasSize(1);
    }

    @Test
    default void aMoveThatLeavesTheMessagePendingLeavesItsLeaseAsItIs() {
        Session sent = moved(added(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        clock().advance(Duration.ofSeconds(25));
        Waiting fallenBack = (Waiting) moved(sent, s -> s.settle(now()));
        clock().advance(Duration.ofSeconds(5));
        Lease renewed = Lease.from(fallenBack, now());
        assertThat(sessions().renew(Set.of(Lease.ofStorer(fallenBack)), now())).hasSize(1);
        clock().advance(Duration.ofSeconds(5));

        Session seen = moved(fallenBack, s -> s.showChannel(now()));

        assertThat(seen).isNotEqualTo(fallenBack);
        assertThat(sessions().claimDue(renewed.until().minusMillis(1), 10)).isEmpty();
        assertThat(sessions().claimDue(renewed.until(), 10)).containsExactly(seen);
    }

    // ---- forgetting

    @Test
    default void whatWasGoneByThenIsDeletedNoMoreThanWereAskedFor() {
        List<Session> old = IntStream.range(0, 5).mapToObj(i -> added()).toList();
        clock().advance(Duration.ofSeconds(1));
        Session young = added();
        Session confirmed = moved(old.get(0), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        Instant end = old.get(1).expiresAt();
        clock().advance(Duration.between(now(), end.minusSeconds(500)));
        confirmed = moved(confirmed, s -> s.cancel(now()));

        assertThat(sessions().deleteGone(end, 10)).isZero();
        assertThat(sessions().deleteGone(end.plusMillis(1), 3)).isEqualTo(3);
        assertThat(sessions().deleteGone(end.plusMillis(1), 3)).isEqualTo(2);
        assertThat(sessions().deleteGone(end.plusMillis(1), 3)).isZero();
        assertThat(old).allSatisfy(one -> assertThat(sessions().find(one.id())).isEmpty());
        assertThat(sessions().timeline(confirmed.id())).isEmpty();
        assertThat(sessions().find(young.id())).contains(young);
    }

    @Test
    default void aWidgetRevisionIsThereForAsLongAsItsLastSession() {
        Widget widget = savedWidget();
        widgets().save(widget);
        Session late = kept(ContractFixtures.started(widget, now()));
        Session confirmed = moved(late, s -> s.dispatched(1, Outcome.ACCEPTED, now()));
        clock().advance(Duration.ofSeconds(15));
        confirmed = moved(confirmed, s -> s.checkCode(code -> true, now()));

        sessions().deleteGone(confirmed.expiresAt(), 10);
        forgetMemory();
        assertThat(sessions().find(late.id())).contains(confirmed);
    }

    @Test
    default void aWidgetThatComesBackAfterEverythingWasForgottenIsANewRevision() {
        Widget first = savedWidget();
        kept(ContractFixtures.started(first, now()));
        widgets().delete(first.id());
        sessions().deleteGone(now().plus(Duration.ofDays(365)), 10);

        Widget again = widgets().save(ContractFixtures.widget(first.id().value(), "Снова"));
        Session session = kept(ContractFixtures.started(again, now()));
        assertThat(again.revision()).isEqualTo(2);
        assertThat(sessions().find(session.id())).contains(session);
    }

    // ---- steps

    private Instant now() {
        return clock().instant();
    }

    private Widget savedWidget() {
        return widgets().save(ContractFixtures.widget());
    }

    private Session added() {
        return kept(ContractFixtures.started(savedWidget(), now()));
    }

    private Session kept(Decision<SessionId> started) {
        sessions().add(started);
        return started.next();
    }

    /** Moves it, and answers what it must be now. */
    private Session moved(Session session, Function<Session, ? extends Decision<?>> move) {
        List<Session> next = new ArrayList<>();
        sessions().decide(session.id(), before -> {
            Decision<?> decision = move.apply(before);
            next.clear();
            next.add(decision.next());
            return decision.answering(true);
        });
        return next.get(0);
    }

    private List<Session> listening() {
        List<Session> told = java.util.Collections.synchronizedList(new ArrayList<>());
        sessions().listen((session, events) -> told.add(session));
        return told;
    }

    private List<SessionEvent.Kind> kinds(SessionId id) {
        return sessions().timeline(id).stream()
                .map(timed -> timed.event().kind())
                .toList();
    }

    private static SessionEvent event(SessionEvent.Kind kind, int dispatch, String detail) {
        return new SessionEvent(kind, dispatch, detail);
    }

    private static Refusal.Reason reason(Answer<?> answer) {
        return answer.fold(
                granted -> {
                    throw new AssertionError("granted");
                },
                Refusal::reason);
    }

    private static <T> List<T> atOnce(Supplier<T> call) {
        ExecutorService threads = Executors.newFixedThreadPool(CALLS);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                futures.add(threads.submit(() -> {
                    start.await();
                    return call.get();
                }));
            }
            start.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(30, TimeUnit.SECONDS));
            }
            return results;
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** What was heard, session by session. */
    final class Queue {
        private record Heard(SessionId id, SessionEvent event) {}

        private final ConcurrentLinkedQueue<Heard> heard = new ConcurrentLinkedQueue<>();
        private volatile int unfound;

        void add(Session session, List<SessionEvent> events, boolean found) {
            events.forEach(event -> heard.add(new Heard(session.id(), event)));
            if (!found) {
                unfound++;
            }
        }

        List<SessionEvent> of(SessionId id) {
            return heard.stream()
                    .filter(one -> one.id.equals(id))
                    .map(Heard::event)
                    .toList();
        }
    }
}
