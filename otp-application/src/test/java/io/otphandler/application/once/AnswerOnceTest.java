package io.otphandler.application.once;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.Digest;
import io.otphandler.application.port.IdempotencyKeys;
import io.otphandler.application.port.InMemoryIdempotencyKeys;
import io.otphandler.application.port.KeptAnswer;
import io.otphandler.application.port.KeyedRequest;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.application.port.TestApplication;
import io.otphandler.application.session.KeyedCall;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class AnswerOnceTest {

    /** Answers that end in an exclamation mark are kept. */
    private static final Form<String> FORM = new Form<>() {
        @Override
        public Optional<KeptAnswer> keep(String answer) {
            return answer.endsWith("!") ? Optional.of(new KeptAnswer(201, answer)) : Optional.empty();
        }

        @Override
        public String again(KeptAnswer kept) {
            return kept.body() + " again";
        }
    };

    private final TestApplication app = new TestApplication();
    private final InMemoryIdempotencyKeys keys = app.idempotencyKeys();
    private final AnswerOnce here = node();
    private final AnswerOnce there = node();
    private final List<KeyedCall> calls = new ArrayList<>();

    private AnswerOnce node() {
        return new AnswerOnce(keys, app.codes(), UUID::randomUUID, app.timers(), Runnable::run, app.clock());
    }

    @Test
    void theFirstIsAnsweredAndTheOthersAreGivenTheSame() {
        assertThat(ask(here, "done!")).isCompletedWithValue("done!");
        assertThat(ask(here, "?")).isCompletedWithValue("done! again");
        assertThat(ask(there, "?")).isCompletedWithValue("done! again");
        assertThat(calls).hasSize(1);
    }

    @Test
    void anAnswerThatIsNotKeptLetsTheNextOneAskForThemselves() {
        assertThat(ask(here, "refused")).isCompletedWithValue("refused");
        assertThat(keys.count()).isZero();
        assertThat(ask(there, "done!")).isCompletedWithValue("done!");
        assertThat(calls).extracting(KeyedCall::again).containsExactly(false, false);
        assertThat(calls).extracting(KeyedCall::id).doesNotHaveDuplicates();
    }

    @Test
    void whatDiffersInAnyPartIsAnotherQuestionOrAReusedKey() {
        answer(here, question("k", "token", "POST", "/a", "q", "body"), call -> "done!");

        assertThat(answer(there, question("k", "token", "POST", "/a", "q", "other"), this::never))
                .isCompletedExceptionally();
        assertThat(failure(answer(there, question("k", "token", "POST", "/a", "r", "body"), this::never)))
                .isInstanceOf(KeyReusedException.class);
        for (Question other : List.of(
                question("K", "token", "POST", "/a", "q", "body"),
                question("k", "another", "POST", "/a", "q", "body"),
                question("k", "token", "PUT", "/a", "q", "body"),
                question("k", "token", "POST", "/b", "q", "body"),
                question("POST", "token", "k", "/a", "q", "body"))) {
            assertThat(answer(there, other, call -> "mine!")).isCompletedWithValue("mine!");
        }
    }

    @Test
    void whoComesWhileTheFirstIsBeingAnsweredWaitsForThat() {
        List<CompletableFuture<String>> others = new ArrayList<>();

        CompletableFuture<String> first = answer(here, question(), call -> {
            for (int i = 0; i < 3; i++) {
                others.add(ask(here, "never"));
                others.add(ask(there, "never"));
            }
            assertThat(others).noneMatch(CompletableFuture::isDone);
            return "done!";
        });

        assertThat(first).isCompletedWithValue("done!");
        app.timers().advance(Duration.ofSeconds(1));
        assertThat(others).allSatisfy(other -> assertThat(other).isCompletedWithValue("done! again"));
        assertThat(calls).hasSize(1);
    }

    @Test
    void whoWaitedForARefusalAsksForThemselvesOneAfterTheOther() {
        List<CompletableFuture<String>> others = new ArrayList<>();

        answer(here, question(), call -> {
            others.add(ask(here, "refused, too"));
            others.add(ask(there, "done!"));
            others.add(ask(there, "never"));
            return "refused";
        });
        app.timers().advance(Duration.ofSeconds(1));

        assertThat(others).extracting(CompletableFuture::join).containsExactly("refused, too", "done!", "done! again");
        assertThat(calls).hasSize(3);
    }

    @Test
    void anotherContentIsRefusedWhileTheFirstIsBeingAnswered() {
        answer(here, question(), call -> {
            Question other = question("k", "token", "POST", "/a", "q", "other");
            assertThat(failure(answer(here, other, this::never))).isInstanceOf(KeyReusedException.class);
            assertThat(failure(answer(there, other, this::never))).isInstanceOf(KeyReusedException.class);
            return "done!";
        });
    }

    @Test
    void afterANodeHasDiedWhoWaitsTakesOverUnderTheSameId() {
        UUID died = dies();
        CompletableFuture<String> waiting = ask(there, "done!");

        app.timers().advance(IdempotencyKeys.LEASE.minusSeconds(1));
        assertThat(waiting).isNotDone();
        app.timers().advance(Duration.ofSeconds(2));

        assertThat(waiting).isCompletedWithValue("done!");
        assertThat(calls.get(1)).isEqualTo(new KeyedCall(died, true));
    }

    @Test
    void aNodeThatWasGivenUpAndAnswersAfterAllAnswersTheSame() {
        List<CompletableFuture<String>> others = new ArrayList<>();

        CompletableFuture<String> slow = answer(here, question(), call -> {
            app.clock().advance(IdempotencyKeys.LEASE);
            others.add(ask(there, "done!"));
            return "done!";
        });

        assertThat(slow).isCompletedWithValue("done!");
        assertThat(others.get(0)).isCompletedWithValue("done!");
        assertThat(calls).extracting(KeyedCall::id).containsOnly(calls.get(0).id());
        assertThat(ask(there, "never")).isCompletedWithValue("done! again");
    }

    @Test
    void aRefusalOfOneWhoWasGivenUpDoesNotTakeTheAnswerOfTheOther() {
        answer(here, question(), call -> {
            app.clock().advance(IdempotencyKeys.LEASE);
            ask(there, "done!");
            return "refused";
        });

        assertThat(ask(there, "never")).isCompletedWithValue("done! again");
    }

    @Test
    void aTakenOverRequestThatIsRefusedKeepsItsId() {
        UUID died = dies();
        app.clock().advance(IdempotencyKeys.LEASE);

        assertThat(ask(there, "refused")).isCompletedWithValue("refused");
        assertThat(ask(here, "done!")).isCompletedWithValue("done!");

        assertThat(calls).extracting(KeyedCall::id).containsOnly(died);
    }

    @Test
    void whoWaitsForTooLongIsToldSo() {
        answer(here, question(), call -> {
            CompletableFuture<String> waiting = ask(there, "never");
            for (int i = 0; i < 5; i++) {
                // those who take over die, too
                app.timers().advance(IdempotencyKeys.LEASE.dividedBy(2));
                takeOverSilently();
            }
            assertThat(failure(waiting)).isInstanceOf(StillUnderWayException.class);
            return "done!";
        });
    }

    @Test
    void whoWaitsWhenTheNodeStopsIsToldSoSoon() {
        dies();
        CompletableFuture<String> waiting = ask(there, "never");

        there.stop();
        app.timers().advance(Duration.ofSeconds(1));

        assertThat(failure(waiting)).isInstanceOf(StillUnderWayException.class);
    }

    @Test
    void afterAFailureThatTellsNothingTheRequestIsAskedAgainAtOnceUnderItsId() {
        StoreUnavailableException away = new StoreUnavailableException("away", new IllegalStateException());

        assertThat(failure(answer(here, question(), call -> {
                    throw away;
                })))
                .isSameAs(away);
        assertThat(ask(there, "done!")).isCompletedWithValue("done!");

        assertThat(calls.get(1)).isEqualTo(new KeyedCall(calls.get(0).id(), true));
    }

    @Test
    void aSuccessIsAnsweredEvenIfItCannotBeKept() {
        assertThat(answer(here, question(), call -> {
                    keys.failing(true);
                    return "done!";
                }))
                .isCompletedWithValue("done!");

        keys.failing(false);
        app.clock().advance(IdempotencyKeys.LEASE);
        ask(here, "done!");
        assertThat(calls.get(1)).isEqualTo(new KeyedCall(calls.get(0).id(), true));
    }

    @Test
    void whileTheStoreIsAwayNothingIsDone() {
        keys.failing(true);

        assertThat(failure(ask(here, "never"))).isInstanceOf(StoreUnavailableException.class);
        assertThat(calls).isEmpty();

        keys.failing(false);
        assertThat(ask(here, "done!")).isCompletedWithValue("done!");
    }

    // ---- steps

    /** A node claims the question and is never heard of again; the request's id. */
    private UUID dies() {
        AnswerOnce dying = node();
        try {
            answer(dying, question(), call -> {
                keys.failing(true);
                throw new StoreUnavailableException("killed", new IllegalStateException());
            });
        } finally {
            keys.failing(false);
        }
        return calls.get(0).id();
    }

    /** Another node takes over and is never heard of again. */
    private void takeOverSilently() {
        Question question = question();
        KeyedRequest request = new KeyedRequest(
                Digest.of(question.name()),
                app.codes().seal(question.content()).stream().map(Digest::of).toList());
        assertThat(keys.claim(request, UUID.randomUUID(), app.clock().instant()))
                .isNotNull();
    }

    private CompletableFuture<String> ask(AnswerOnce node, String answer) {
        return answer(node, question(), call -> answer);
    }

    private CompletableFuture<String> answer(AnswerOnce node, Question question, Function<KeyedCall, String> work) {
        return node.answer(question, FORM, call -> {
            calls.add(call);
            return work.apply(call);
        });
    }

    private String never(KeyedCall call) {
        throw new AssertionError("Nobody was to be asked, was " + call);
    }

    private static Question question() {
        return question("k", "token", "POST", "/a", "q", "body");
    }

    private static Question question(String key, String token, String method, String path, String query, String body) {
        return new Question(key, token, method, path, query, body.getBytes(StandardCharsets.UTF_8));
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return future.handle((answer, failure) -> failure).join();
    }
}
