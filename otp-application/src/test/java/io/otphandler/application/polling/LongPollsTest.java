package io.otphandler.application.polling;

import static io.otphandler.application.port.Fixtures.ACME;
import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.OTHER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.channelFallingBack;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.reason;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.TestApplication;
import io.otphandler.application.session.Caller;
import io.otphandler.application.session.CheckCode;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.code.CodePolicy;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.ChannelStatus;
import io.otphandler.domain.session.ChannelView;
import io.otphandler.domain.session.Receipt;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LongPollsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(25);

    private final TestApplication app = new TestApplication();
    private final Widget plain = widget(channel(ChannelType.SMS, "sandbox"));
    private final Widget twoChannels =
            widget(channel(ChannelType.SMS, "sandbox"), channel(ChannelType.VOICE, "sandbox"));

    @AfterEach
    void nothingIsHeldInTheEnd() {
        app.timers().advance(TIMEOUT);
        assertThat(app.application().heldPolls().count()).isZero();
    }

    @Nested
    class OfAChannel {

        @Test
        void holdsWhileTheMessageIsOnItsWayAndAnswersOnceItIsOut() {
            CompletableFuture<Delivery> delivery = slow();
            SessionId id = start(plain);
            var poll = channelPoll(id);
            assertThat(poll).isNotDone();
            assertThat(app.application().heldPolls().count()).isEqualTo(1);

            delivery.complete(Delivery.accepted());

            assertThat(view(poll).status()).isEqualTo(ChannelStatus.SENT);
            assertThat(app.application().heldPolls().count()).isZero();
        }

        @Test
        void answersAtOnceWhatNoPollHasAnsweredYet() {
            SessionId id = start(plain);
            granted(app.application().getChannel().get(CALLER, id));

            assertThat(view(channelPoll(id)).status()).isEqualTo(ChannelStatus.SENT);
        }

        @Test
        void answersOncePerChangeAndThenHolds() {
            SessionId id = start(plain);
            view(channelPoll(id));
            var poll = channelPoll(id);
            assertThat(poll).isNotDone();

            check(id, "0");

            assertThat(view(poll).remainingCodeAttempts()).isEqualTo(2);
            assertThat(channelPoll(id)).isNotDone();
        }

        @Test
        void twoAtOnceAreBothAnswered() {
            CompletableFuture<Delivery> delivery = slow();
            SessionId id = start(plain);
            var one = channelPoll(id);
            var other = channelPoll(id);

            delivery.complete(Delivery.accepted());

            assertThat(view(one).tag()).isEqualTo(view(other).tag());
        }

        @Test
        void endsWithNothingAtTheTimeoutAndThenTellsTheSameOnceMore() {
            SessionId id = start(plain);
            view(channelPoll(id));
            var poll = channelPoll(id);

            app.timers().advance(TIMEOUT.minusMillis(1));
            assertThat(poll).isNotDone();
            app.timers().advance(Duration.ofMillis(1));

            assertThat(poll).isCompletedWithValue(Optional.empty());
            view(channelPoll(id));
            assertThat(channelPoll(id)).isNotDone();
        }

        @Test
        void whoKnowsATagIsAnsweredWhenItDiffersInWhateverStatus() {
            CompletableFuture<Delivery> delivery = slow();
            SessionId id = start(plain);
            ChannelView waiting = granted(app.application().getChannel().get(CALLER, id));

            assertThat(view(channelPoll(id, "another")).status()).isEqualTo(ChannelStatus.WAIT);
            assertThat(view(channelPoll(id, "another")).status()).isEqualTo(ChannelStatus.WAIT);
            var poll = channelPoll(id, waiting.tag(), "another");
            assertThat(poll).isNotDone();
            delivery.complete(Delivery.accepted());
            ChannelView sent = view(poll);

            assertThat(sent.status()).isEqualTo(ChannelStatus.SENT);
            assertThat(channelPoll(id, sent.tag())).isNotDone();
            assertThat(channelPoll(id, waiting.tag())).isDone();
        }

        @Test
        void theAnswerShowsTheChangeSoThatTheStatusIsToldAgain() {
            SessionId id = start(twoChannels);
            view(channelPoll(id));
            var poll = channelPoll(id);
            receive(id, 1, Receipt.Status.UNDELIVERED);

            assertThat(view(poll).leg().channel().type()).isEqualTo(ChannelType.VOICE);
            assertThat(granted(app.application().getStatus().get(CALLER, id, ANN.value())))
                    .isFalse();
        }

        @Test
        void aChangeOfTheCodeTypeIsNews() {
            SessionId id = start(widget(channel(ChannelType.SIM_PUSH, "sandbox")));
            view(channelPoll(id));
            var poll = channelPoll(id);

            receive(id, 1, Receipt.Status.CODE_TYPE_CHANGED);

            assertThat(view(poll).codeType()).isEqualTo(CodeType.CODE);
        }

        @Test
        void aRestartIsNewsOnceItIsOut() {
            SessionId id = start(plain);
            view(channelPoll(id));
            var poll = channelPoll(id);
            app.clock().advance(Duration.ofSeconds(5));
            CompletableFuture<Delivery> delivery = slow();
            app.timers().advance(Duration.ofSeconds(19));
            assertThat(poll).isNotDone();
            app.timers().advance(Duration.ofSeconds(6));
            assertThat(poll).isCompletedWithValue(Optional.empty());
            assertThat(granted(app.application().resend().resend(CALLER, id))).isTrue();

            var next = channelPoll(id);
            assertThat(next).isNotDone();
            delivery.complete(Delivery.accepted());

            assertThat(view(next).run().dispatch().number()).isEqualTo(2);
        }

        @Test
        void confirmationIsNewsAndCompletionClosesTheSession() {
            SessionId id = start(plain);
            view(channelPoll(id));
            var poll = channelPoll(id);
            check(id, code());
            assertThat(view(poll).status()).isEqualTo(ChannelStatus.CONFIRMED);

            var next = channelPoll(id);
            assertThat(next).isNotDone();
            assertThat(granted(app.application().completeSession().complete(CALLER, id)))
                    .isTrue();
            assertThat(refusal(next)).isEqualTo(Refusal.Reason.SESSION_CLOSED);
        }

        @Test
        void theFallbackIsAnsweredThoughNobodySweeps() {
            SessionId id = start(widget(
                    channelFallingBack(ChannelType.SMS, Duration.ofSeconds(10), "sandbox"),
                    channel(ChannelType.VOICE, "sandbox")));
            view(channelPoll(id));
            var poll = channelPoll(id);

            app.timers().advance(Duration.ofSeconds(10));

            assertThat(view(poll).leg().channel().type()).isEqualTo(ChannelType.VOICE);
            assertThat(view(poll).status()).isEqualTo(ChannelStatus.SENT);
        }

        @Test
        void theEndOfTheLifetimeIsAnsweredThoughNobodySweeps() {
            SessionId id = start(lasting(Duration.ofSeconds(10), 1));
            view(channelPoll(id));
            var poll = channelPoll(id);

            app.timers().advance(Duration.ofSeconds(10));

            assertThat(refusal(poll)).isEqualTo(Refusal.Reason.RESEND_CHANNEL);
        }

        @Test
        void whereNothingIsLeftTheEndOfTheLifetimeIsTheEnd() {
            SessionId id = start(lasting(Duration.ofSeconds(10), 0));
            view(channelPoll(id));
            var poll = channelPoll(id);

            app.timers().advance(Duration.ofSeconds(10));

            assertThat(refusal(poll)).isEqualTo(Refusal.Reason.NO_AVAILABLE_CHANNELS);
        }

        @Test
        void aSessionThatIsDueAtThePollsDeadlineEndsOneOrTheOtherWay() {
            SessionId id = start(lasting(TIMEOUT, 1));
            view(channelPoll(id));
            var poll = channelPoll(id);

            app.timers().advance(TIMEOUT);

            assertThat(poll).isDone();
        }

        @Test
        void theEndOfTheSessionIsAnswered() {
            SessionId id = start(ending(plain, Duration.ofSeconds(10)));
            view(channelPoll(id));
            var poll = channelPoll(id);

            app.timers().advance(Duration.ofSeconds(10));

            assertThat(refusal(poll)).isEqualTo(Refusal.Reason.SESSION_NOT_FOUND);
        }

        @Test
        void cancellationAndTheLastWrongCodeAreAnswered() {
            SessionId cancelled = start(plain);
            view(channelPoll(cancelled));
            var poll = channelPoll(cancelled);
            granted(app.application().cancelSession().cancel(CALLER, cancelled));
            assertThat(refusal(poll)).isEqualTo(Refusal.Reason.SESSION_CLOSED);

            SessionId guessed = start(plain);
            for (int i = 0; i < 3; i++) {
                check(guessed, "0");
            }
            assertThat(refusal(channelPoll(guessed))).isEqualTo(Refusal.Reason.ATTEMPTS_EXPIRED);
        }

        @Test
        void whoMayNotAskIsToldSoAtOnce() {
            SessionId id = start(plain);

            assertThat(refusal(app.application().awaitChannel().await(new Caller(OTHER, null), id, null)))
                    .isEqualTo(Refusal.Reason.FORBIDDEN);
            assertThat(refusal(channelPoll(new SessionId(UUID.randomUUID()))))
                    .isEqualTo(Refusal.Reason.SESSION_NOT_FOUND);
        }
    }

    @Nested
    class OfTheStatus {

        @Test
        void holdsUntilTheSessionIsConfirmed() {
            SessionId id = start(plain);
            var poll = statusPoll(id);
            check(id, "0");
            assertThat(poll).isNotDone();

            check(id, code());

            assertThat(granted(poll.join().orElseThrow())).isTrue();
            assertThat(granted(statusPoll(id).join().orElseThrow())).isTrue();
        }

        @Test
        void holdsWhileTheMessageIsOnItsWayAndThroughFallback() {
            slow();
            SessionId waiting = start(plain);
            SessionId fallingBack = start(widget(
                    channelFallingBack(ChannelType.SMS, Duration.ofSeconds(5), "sandbox"),
                    channel(ChannelType.VOICE, "sandbox")));
            var poll = statusPoll(waiting);
            var other = statusPoll(fallingBack);

            app.timers().advance(Duration.ofSeconds(9));

            assertThat(poll).isNotDone();
            assertThat(other).isNotDone();
            assertThat(app.gateway().last().channel()).isEqualTo(ChannelType.VOICE);
        }

        @Test
        void answersTrueAlsoWhenTheSessionIsCompletedBeforeThePollWasAskedAgain() {
            java.util.Queue<Runnable> later = new java.util.ArrayDeque<>();
            HeldPolls polls = new HeldPolls(app.sessions(), app.timers(), later::add, app.clock(), TIMEOUT, 1_000);
            app.sessions().listen(polls);
            AwaitStatus awaitStatus = new AwaitStatus(
                    polls,
                    new io.otphandler.application.session.SessionGuard(
                            app.sessions(), new io.otphandler.application.port.PlainRecipients(), app.clock()));
            SessionId id = start(plain);
            var poll = awaitStatus.await(CALLER, id, ANN.value());
            check(id, code());
            assertThat(granted(app.application().completeSession().complete(CALLER, id)))
                    .isTrue();

            while (!later.isEmpty()) {
                later.remove().run();
            }

            assertThat(granted(poll.join().orElseThrow())).isTrue();
            assertThat(polls.count()).isZero();
        }

        @Test
        void onesThatComeAfterTheEndAreFalse() {
            SessionId completed = start(plain);
            check(completed, code());
            granted(app.application().completeSession().complete(CALLER, completed));
            SessionId cancelled = start(plain);
            granted(app.application().cancelSession().cancel(CALLER, cancelled));

            assertThat(granted(statusPoll(completed).join().orElseThrow())).isFalse();
            assertThat(granted(statusPoll(cancelled).join().orElseThrow())).isFalse();
        }

        @Test
        void cancellationIsAnsweredFalse() {
            SessionId id = start(plain);
            var poll = statusPoll(id);

            granted(app.application().cancelSession().cancel(CALLER, id));

            assertThat(granted(poll.join().orElseThrow())).isFalse();
        }

        @Test
        void theEndOfTheLifetimeAndOfTheTriesAreRefusals() {
            SessionId id = start(lasting(Duration.ofSeconds(10), 1));
            var poll = statusPoll(id);
            app.timers().advance(Duration.ofSeconds(10));
            assertThat(reason(poll.join().orElseThrow())).isEqualTo(Refusal.Reason.RESEND_CHANNEL);

            SessionId guessed = start(plain);
            var other = statusPoll(guessed);
            for (int i = 0; i < 3; i++) {
                check(guessed, "0");
            }
            assertThat(reason(other.join().orElseThrow())).isEqualTo(Refusal.Reason.ATTEMPTS_EXPIRED);
        }

        @Test
        void endsWithNothingAtTheTimeout() {
            var poll = statusPoll(start(plain));

            app.timers().advance(TIMEOUT);

            assertThat(poll).isCompletedWithValue(Optional.empty());
        }

        @Test
        void anotherNumberDoesNotMatch() {
            assertThat(reason(app.application()
                            .awaitStatus()
                            .await(CALLER, start(plain), "+79120000002")
                            .join()
                            .orElseThrow()))
                    .isEqualTo(Refusal.Reason.PHONE_NUMBER_MISMATCH);
        }
    }

    @Test
    void stoppingAnswersAllThatIsHeldAndAllThatComes() {
        SessionId id = start(plain);
        view(channelPoll(id));
        var channel = channelPoll(id);
        var status = statusPoll(id);

        app.application().heldPolls().stop();

        assertThat(channel).isCompletedExceptionally();
        assertThat(status.handle((answer, failure) -> failure).join()).isInstanceOf(PollsStoppedException.class);
        assertThat(statusPoll(id).handle((answer, failure) -> failure).join())
                .isInstanceOf(PollsStoppedException.class);
    }

    @Test
    void manyOfOneSessionAreAllAnswered() {
        CompletableFuture<Delivery> delivery = slow();
        SessionId id = start(plain);
        for (int i = 0; i < 20_000; i++) {
            assertThat(channelPoll(id)).isNotDone();
        }

        delivery.complete(Delivery.accepted());

        assertThat(app.application().heldPolls().count()).isZero();
    }

    private SessionId start(Widget widget) {
        Widget saved = app.widgets().save(widget);
        return granted(app.application().startSession().start(CALLER, saved.id(), ANN.value(), SessionNotes.NONE));
    }

    private CompletableFuture<Delivery> slow() {
        CompletableFuture<Delivery> delivery = new CompletableFuture<>();
        app.gateway().then(message -> delivery);
        return delivery;
    }

    private void check(SessionId id, String typed) {
        CheckCode checkCode = app.application().checkCode();
        assertThat(checkCode.check(CALLER, id, typed)).isNotNull();
    }

    private String code() {
        return app.gateway().last().code().digits();
    }

    private void receive(SessionId id, int dispatch, Receipt.Status status) {
        assertThat(app.application().takeReceipt().take(new DispatchId(id, dispatch), status, null))
                .isTrue();
    }

    private CompletableFuture<Optional<Answer<ChannelView>>> channelPoll(SessionId id, String... known) {
        return app.application().awaitChannel().await(CALLER, id, known.length == 0 ? null : Set.of(known));
    }

    private CompletableFuture<Optional<Answer<Boolean>>> statusPoll(SessionId id) {
        return app.application().awaitStatus().await(CALLER, id, ANN.value());
    }

    private static ChannelView view(CompletableFuture<Optional<Answer<ChannelView>>> poll) {
        assertThat(poll).isDone();
        return granted(poll.join().orElseThrow());
    }

    private static Refusal.Reason refusal(CompletableFuture<Optional<Answer<ChannelView>>> poll) {
        assertThat(poll).isDone();
        return reason(poll.join().orElseThrow());
    }

    private static Widget lasting(Duration lifetime, int restarts) {
        return widget(channel(
                ChannelType.SMS,
                new ChannelSettings(lifetime, 3, restarts, Duration.ofSeconds(30), null, new CodePolicy(6, false)),
                "sandbox"));
    }

    private static Widget ending(Widget widget, Duration sessionLifetime) {
        return new Widget(
                widget.id(),
                0,
                ACME,
                widget.name(),
                true,
                false,
                widget.defaultRegion(),
                sessionLifetime,
                null,
                widget.channels(),
                widget.testRecipients());
    }
}
