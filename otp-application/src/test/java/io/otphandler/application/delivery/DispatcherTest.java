package io.otphandler.application.delivery;

import static io.otphandler.application.port.Fixtures.ACME;
import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.channelFallingBack;
import static io.otphandler.application.port.Fixtures.widget;
import static io.otphandler.application.port.Fixtures.withOrigin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.otphandler.application.code.CodeKey;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.FailingSessions;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.InMemoryProviderMessages;
import io.otphandler.application.port.InMemorySessions;
import io.otphandler.application.port.ManualTimers;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.ProviderMessage;
import io.otphandler.application.port.ScriptedGateway;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.code.CodePolicy;
import io.otphandler.domain.session.Cancelled;
import io.otphandler.domain.session.Confirmed;
import io.otphandler.domain.session.Exhausted;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.session.Waiting;
import io.otphandler.domain.widget.Widget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DispatcherTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FOR_EVER = Duration.ofMinutes(1);

    private final MovableClock clock = new MovableClock();
    private final ManualTimers timers = new ManualTimers(clock);
    private final InMemoryProviderMessages names = new InMemoryProviderMessages();
    private final InMemorySessions kept = new InMemorySessions(clock);
    private final FailingSessions sessions = new FailingSessions(kept);
    private final ScriptedGateway main = new ScriptedGateway("main");
    private final ScriptedGateway spare = new ScriptedGateway("spare");
    private final CodeKey codes = new CodeKey("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));
    private final List<String> attempts = new ArrayList<>();
    private final Widget twoChannels = widget(channel(ChannelType.SMS, "main"), channel(ChannelType.VOICE, "main"));
    private final Widget twoGateways = widget(channel(ChannelType.SMS, "main", "spare"));

    @Test
    void aMessageIsHandedOverAtOnce() {
        started(dispatcher());

        SessionId id = start(twoChannels);

        Message message = main.last();
        assertThat(message.id().session()).isEqualTo(id);
        assertThat(message.id().number()).isEqualTo(1);
        assertThat(message.account()).isEqualTo(ACME);
        assertThat(message.recipient()).isEqualTo(ANN);
        assertThat(message.channel()).isEqualTo(ChannelType.SMS);
        assertThat(message.text()).isEqualTo("Code " + message.code().digits() + ", 5 min");
        assertThat(message.sender()).isEqualTo("ACME");
        assertThat(message.timeToLive()).isEqualTo(Duration.ofSeconds(300));
        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(attempts).containsExactly("main ACCEPTED");
    }

    @Test
    void aCodelessMessageIsHandedOverWithACodeForCase() {
        started(dispatcher());

        start(widget(channel(ChannelType.SIM_PUSH, "main")));

        assertThat(main.last().code().digits()).hasSize(6);
        assertThat(main.last().text()).isEqualTo("Confirm");
    }

    @Test
    void aRejectedMessageFailsTheChannelAndTheNextOneStarts() {
        started(dispatcher());
        main.then(Delivery.rejected("no such number"));

        SessionId id = start(twoChannels);

        assertThat(main.messages()).extracting(Message::channel).containsExactly(ChannelType.SMS, ChannelType.VOICE);
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void anUnknownOutcomeCountsAsSentAndIsNotTriedAgain() {
        started(dispatcher());
        main.then(Delivery.unknown("connection lost"));

        SessionId id = start(twoGateways);
        timers.advance(FOR_EVER);

        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(main.messages()).hasSize(1);
        assertThat(spare.messages()).isEmpty();
    }

    @Test
    void anUnavailableGatewayIsFollowedByTheChannelsNextAtOnce() {
        started(dispatcher());
        main.then(Delivery.unavailable("throttled"));

        SessionId id = start(twoGateways);

        assertThat(attempts).containsExactly("main UNAVAILABLE", "spare ACCEPTED");
        assertThat(spare.last()).isEqualTo(main.last());
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void unavailableGatewaysAreTriedInTurnWithGrowingPausesUntilTheTimeout() {
        started(dispatcher());
        List<Duration> tries = new ArrayList<>();
        var start = clock.instant();
        for (int i = 0; i < 100; i++) {
            main.then(message -> {
                if (message.channel() == ChannelType.SMS) {
                    tries.add(Duration.between(start, clock.instant()));
                    return CompletableFuture.completedFuture(Delivery.unavailable("down"));
                }
                return CompletableFuture.completedFuture(Delivery.accepted());
            });
        }

        SessionId id = start(twoChannels);
        timers.advance(TIMEOUT);

        assertThat(tries)
                .startsWith(
                        Duration.ZERO,
                        Duration.ofMillis(100),
                        Duration.ofMillis(300),
                        Duration.ofMillis(700),
                        Duration.ofMillis(1_500),
                        Duration.ofMillis(3_100),
                        Duration.ofMillis(5_100))
                .allMatch(at -> at.compareTo(TIMEOUT) < 0);
        assertThat(main.last().channel()).isEqualTo(ChannelType.VOICE);
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void aGatewayThatIsKnownToBeDownIsPassedOver() {
        started(dispatcher());
        main.reachable(false);

        start(twoGateways);

        assertThat(attempts).containsExactly("spare ACCEPTED");
    }

    @Test
    void aChannelWhoseGatewaysAreAllKnownToBeDownGivesWayToTheNextOneAtOnce() {
        started(dispatcher());
        main.reachable(false);
        main.then(Delivery.unavailable("down"));

        SessionId id = start(widget(channel(ChannelType.SMS, "main"), channel(ChannelType.VOICE, "spare")));

        assertThat(attempts).containsExactly("main UNAVAILABLE", "spare ACCEPTED");
        assertThat(spare.last().channel()).isEqualTo(ChannelType.VOICE);
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void theLastChannelsGatewaysAreTriedOnHoweverHopeless() {
        started(dispatcher());
        main.reachable(false);
        main.then(Delivery.unavailable("down"));

        SessionId id = start(widget(channel(ChannelType.SMS, "main")));
        assertThat(session(id)).isInstanceOf(Waiting.class);
        timers.advance(Duration.ofMillis(100));

        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void aGatewayThatDidNotAnswerButSendsOnceIsAskedAgainAndNoOther() {
        started(dispatcher());
        main.then(Delivery.unanswered("no answer in time"));
        main.then(Delivery.unavailable("down"));

        SessionId id = start(twoGateways);
        assertThat(session(id)).isInstanceOf(Waiting.class);
        timers.advance(Duration.ofSeconds(1));

        assertThat(attempts).containsExactly("main UNANSWERED", "main UNAVAILABLE", "main ACCEPTED");
        assertThat(main.messages()).extracting(Message::id).containsOnly(new DispatchId(id, 1));
        assertThat(spare.messages()).isEmpty();
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void oneThatNeverAnswersMayHaveSentTheMessage() {
        started(dispatcher());
        main.reachable(false);
        for (int i = 0; i < 100; i++) {
            main.then(Delivery.unanswered("no answer in time"));
        }

        SessionId id = start(widget(channel(ChannelType.SMS, "main"), channel(ChannelType.VOICE, "spare")));
        timers.advance(TIMEOUT);

        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(spare.messages()).isEmpty();
        assertThat(kept.timeline(id)).extracting(timed -> timed.event().kind()).endsWith(SessionEvent.Kind.UNKNOWN);
    }

    @Test
    void whenAllStopsOneThatDidNotAnswerIsNotLeftToOthers() throws Exception {
        Dispatcher dispatcher = dispatcher();
        started(dispatcher);
        CompletableFuture<Delivery> slow = new CompletableFuture<>();
        main.then(message -> slow);
        SessionId id = start(twoGateways);
        assertThat(dispatcher.stop(Duration.ZERO)).isFalse();

        slow.complete(Delivery.unanswered("no answer in time"));

        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(spare.messages()).isEmpty();
    }

    @Test
    void theProvidersNamesOfAMessageAreKept() {
        started(dispatcher());
        main.then(Delivery.acceptedAs(List.of("part 1", "part 2", "", "x".repeat(256))));

        SessionId id = start(twoGateways);

        DispatchId dispatch = new DispatchId(id, 1);
        assertThat(names.of(id))
                .containsExactly(
                        new ProviderMessage("main", "part 1", dispatch),
                        new ProviderMessage("main", "part 2", dispatch));
    }

    @Test
    void theNamesOfAMessageThatWasAcceptedTooLateAreKeptAsWell() {
        started(dispatcher());
        CompletableFuture<Delivery> slow = new CompletableFuture<>();
        main.then(message -> slow);
        SessionId id = start(twoGateways);
        timers.advance(TIMEOUT);

        slow.complete(Delivery.acceptedAs(List.of("late")));

        assertThat(names.find("main", List.of("late"))).containsValue(new DispatchId(id, 1));
    }

    @Test
    void aMessageIsNotOverBeforeItsNamesAreKept() {
        Dispatcher dispatcher = dispatcher();
        started(dispatcher);
        names.failing(true);
        main.then(Delivery.acceptedAs(List.of("4711")));
        SessionId id = start(twoGateways);
        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(dispatcher.pending()).isEqualTo(1);

        names.failing(false);
        timers.advance(Duration.ofSeconds(1));

        assertThat(dispatcher.pending()).isZero();
        assertThat(names.find("main", List.of("4711"))).hasSize(1);
    }

    @Test
    void anSmsOfASiteEndsWithTheLineThatBindsItsCode() {
        started(dispatcher());

        start(withOrigin(widget(channel(ChannelType.SMS, "main"), channel(ChannelType.VOICE, "main")), "shop.example"));

        String code = main.last().code().digits();
        assertThat(main.last().text()).isEqualTo("Code " + code + ", 5 min\n@shop.example #" + code);
    }

    @Test
    void theTimeoutIsCountedFromTheFirstTryNotFromTheWaitForIt() {
        started(dispatcher(1));
        CompletableFuture<Delivery> slow = new CompletableFuture<>();
        main.then(message -> slow).then(Delivery.unavailable("throttled"));
        start(twoGateways);
        SessionId id = start(twoGateways);

        timers.advance(TIMEOUT);

        // the first one's timeout made room for the second, which still has its spare
        assertThat(attempts).containsExactlyInAnyOrder("main UNKNOWN", "main UNAVAILABLE", "spare ACCEPTED");
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void whenTheLastChannelsGatewaysStayUnavailableTheUserMayRestart() {
        started(dispatcher());
        for (int i = 0; i < 100; i++) {
            main.then(Delivery.unavailable("down"));
        }

        SessionId id = start(widget(channel(ChannelType.SMS, "main")));
        timers.advance(TIMEOUT);

        assertThat(session(id)).isInstanceOf(Failed.class);
    }

    @Test
    void aMessageCancelledDuringBackoffIsNotHandedOver() {
        Dispatcher dispatcher = started(dispatcher());
        main.then(Delivery.unavailable("down"));
        SessionId id = start(twoChannels);

        assertThat(sessions.decide(id, s -> s.cancel(clock.instant()))).isPresent();
        timers.advance(FOR_EVER);

        assertThat(main.messages()).hasSize(1);
        assertThat(session(id)).isInstanceOf(Cancelled.class);
        assertThat(dispatcher.pending()).isZero();
    }

    @Test
    void aMessageCancelledWhileItWaitsItsTurnIsNotHandedOver() {
        Dispatcher dispatcher = started(dispatcher(1));
        CompletableFuture<Delivery> slow = new CompletableFuture<>();
        main.then(message -> slow);
        start(twoChannels);
        SessionId id = start(twoChannels);
        assertThat(dispatcher.pending()).isEqualTo(2);

        timers.advance(Duration.ofSeconds(1));
        assertThat(sessions.decide(id, s -> s.cancel(clock.instant()))).isPresent();
        slow.complete(Delivery.accepted());

        assertThat(main.messages()).hasSize(1);
        assertThat(dispatcher.pending()).isZero();
    }

    @Test
    void aMessageThatIsOverWithTheChangeThatAskedForItIsNotTakenUp() {
        Dispatcher dispatcher = started(dispatcher());
        Widget widget = widget(
                channelFallingBack(ChannelType.SMS, Duration.ofSeconds(60), "main"),
                channel(ChannelType.VOICE, "main"));
        SessionId id = start(widget);
        clock.advance(Duration.ofSeconds(61));

        // the first operation after fallbackAfter starts the next channel, and ends it with the left one's code
        assertThat(sessions.decide(
                        id, s -> s.checkCode(codes.typed(main.last().code().digits()), clock.instant())))
                .isPresent();

        assertThat(session(id)).isInstanceOf(Confirmed.class);
        assertThat(main.messages()).hasSize(1);
        assertThat(dispatcher.pending()).isZero();
        assertThat(kinds(id)).doesNotContain(SessionEvent.Kind.UNAVAILABLE);
    }

    @Test
    void aSlowGatewayDelaysNoOther() {
        Dispatcher dispatcher = started(dispatcher(1));
        CompletableFuture<Delivery> slow = new CompletableFuture<>();
        main.then(message -> slow);
        start(widget(channel(ChannelType.SMS, "main")));
        SessionId queued = start(widget(channel(ChannelType.SMS, "main")));

        SessionId id = start(widget(channel(ChannelType.SMS, "spare")));

        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(session(queued)).isInstanceOf(Waiting.class);
        slow.complete(Delivery.accepted());
        assertThat(session(queued)).isInstanceOf(Sent.class);
        assertThat(dispatcher.pending()).isZero();
    }

    @Test
    void thousandsThatWaitedBehindASlowGatewayGoOutOnceItAnswers() {
        Dispatcher dispatcher = started(dispatcher(1));
        CompletableFuture<Delivery> slow = new CompletableFuture<>();
        main.then(message -> slow);
        for (int i = 0; i < 10_000; i++) {
            start(twoChannels);
        }

        slow.complete(Delivery.accepted());

        assertThat(main.messages()).hasSize(10_000);
        assertThat(dispatcher.pending()).isZero();
    }

    @Test
    void aGatewayThatThrowsMayHaveSent() {
        started(dispatcher());
        main.then(message -> {
            throw new IllegalStateException("a bug");
        });

        SessionId id = start(twoChannels);

        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(kinds(id)).containsExactly(SessionEvent.Kind.DISPATCH_REQUESTED, SessionEvent.Kind.UNKNOWN);
    }

    @Test
    void aGatewayWhoseStageFailsOrHoldsNothingMayHaveSent() {
        started(dispatcher());
        main.then(message -> CompletableFuture.failedFuture(new IllegalStateException("a bug")))
                .then(message -> CompletableFuture.completedFuture(null))
                .then(message -> null);

        for (int i = 0; i < 3; i++) {
            assertThat(kinds(start(twoChannels))).last().isEqualTo(SessionEvent.Kind.UNKNOWN);
        }
    }

    @Test
    void aGatewayThatNeverAnswersMayHaveSent() {
        Dispatcher dispatcher = started(dispatcher());
        main.then(message -> new CompletableFuture<>());
        SessionId id = start(twoChannels);

        timers.advance(TIMEOUT.minusMillis(1));
        assertThat(session(id)).isInstanceOf(Waiting.class);
        timers.advance(Duration.ofMillis(1));

        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(kinds(id)).last().isEqualTo(SessionEvent.Kind.UNKNOWN);
        assertThat(dispatcher.pending()).isZero();
    }

    @Test
    void theCodeThatAProviderChoseHelpsEvenWhenItsAnswerIsLate() {
        started(dispatcher());
        CompletableFuture<Delivery> late = new CompletableFuture<>();
        main.then(message -> late);
        SessionId id = start(twoChannels);
        timers.advance(TIMEOUT);

        late.complete(Delivery.acceptedWith("4321"));

        assertThat(sessions.decide(id, s -> s.checkCode(codes.typed("4321"), clock.instant())))
                .isPresent();
        assertThat(session(id)).isInstanceOf(Confirmed.class);
    }

    @Test
    void theCodeThatAProviderChoseIsTheOneThatCounts() {
        started(dispatcher());
        main.then(Delivery.acceptedWith("4321"));
        SessionId id = start(twoChannels);

        assertThat(sessions.decide(
                        id, s -> s.checkCode(codes.typed(main.last().code().digits()), clock.instant())))
                .isPresent();
        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(sessions.decide(id, s -> s.checkCode(codes.typed("4321"), clock.instant())))
                .isPresent();
        assertThat(session(id)).isInstanceOf(Confirmed.class);
    }

    @Test
    void aProvidersCodeThatIsTooShortIsAsGoodAsRejected() {
        started(dispatcher());
        main.then(Delivery.acceptedWith("321"));

        SessionId id = start(twoChannels);

        assertThat(main.last().channel()).isEqualTo(ChannelType.VOICE);
        assertThat(kinds(id)).contains(SessionEvent.Kind.REJECTED);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WELL")
    void anOutcomeIsKeptOnceTheStoreIsBackAndTheMessageIsNotHandedOverAgain(FailingSessions.Mode away) {
        Dispatcher dispatcher = started(dispatcher());
        CompletableFuture<Delivery> slow = new CompletableFuture<>();
        main.then(message -> slow);
        SessionId id = start(twoChannels);

        sessions.is(away);
        slow.complete(Delivery.accepted());
        timers.advance(Duration.ofSeconds(20));
        assertThat(dispatcher.pending()).isEqualTo(1);
        // the sweep of a store that came back
        dispatcher.takeOver((Waiting) session(id), clock.instant());
        sessions.is(FailingSessions.Mode.WELL);
        timers.advance(Duration.ofSeconds(1));

        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(main.messages()).hasSize(1);
        assertThat(dispatcher.pending()).isZero();
    }

    @Test
    void aMessageThatCannotBeLookedUpStaysPendingForTheNextSweep() {
        Dispatcher dispatcher = started(dispatcher());
        main.then(Delivery.unavailable("down"));
        SessionId id = start(twoChannels);

        sessions.is(FailingSessions.Mode.THROWS);
        timers.advance(Duration.ofSeconds(1));
        sessions.is(FailingSessions.Mode.WELL);

        assertThat(dispatcher.pending()).isZero();
        dispatcher.takeOver((Waiting) session(id), clock.instant());
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void whatAnotherProcessLeftGoesOutWithTheSameIdAndCode() {
        ScriptedGateway dying = new ScriptedGateway("main");
        dying.then(message -> new CompletableFuture<>());
        started(dispatcher(Runnable::run, 64, List.of(dying)));
        SessionId id = start(twoChannels);

        clock.advance(Sessions.LEASE);
        Dispatcher afterRestart = dispatcher();
        kept.claimDue(clock.instant(), 10)
                .forEach(session -> afterRestart.takeOver((Waiting) session, clock.instant()));

        assertThat(main.messages()).containsExactly(dying.last());
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void aMessageFoundOlderThanItsLifetimeIsNotSent() {
        SessionId id = start(widget(channel(
                ChannelType.SMS,
                new ChannelSettings(
                        Duration.ofSeconds(60), 3, 0, Duration.ofSeconds(30), null, new CodePolicy(6, false)),
                "main")));
        clock.advance(Duration.ofSeconds(60));

        Dispatcher dispatcher = dispatcher();
        dispatcher.takeOver((Waiting) session(id), clock.instant());

        assertThat(main.messages()).isEmpty();
        assertThat(session(id)).isInstanceOf(Exhausted.class);
        assertThat(dispatcher.pending()).isZero();
    }

    @Test
    void aMessageOfASessionThatIsGoneIsNotSent() {
        SessionId id = start(twoChannels);
        Waiting waiting = (Waiting) session(id);
        clock.advance(Widget.DEFAULT_SESSION_LIFETIME);

        dispatcher().takeOver(waiting, clock.instant());

        assertThat(main.messages()).isEmpty();
    }

    @Test
    void aMessageWhoseGatewaysAreNoLongerConfiguredFailsItsChannel() {
        SessionId id = start(widget(channel(ChannelType.SMS, "removed"), channel(ChannelType.VOICE, "main")));
        Dispatcher dispatcher = started(dispatcher());

        dispatcher.takeOver((Waiting) session(id), clock.instant());

        assertThat(main.last().channel()).isEqualTo(ChannelType.VOICE);
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void aDispatchUnderWayIsNotTakenTwice() {
        Dispatcher dispatcher = started(dispatcher());
        main.then(message -> new CompletableFuture<>());
        SessionId id = start(twoChannels);

        dispatcher.takeOver((Waiting) session(id), clock.instant());

        assertThat(main.messages()).hasSize(1);
        assertThat(dispatcher.pending()).isEqualTo(1);
    }

    @Test
    void stoppingWaitsForWhatIsOutAndLeavesTheRestPending() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            Dispatcher dispatcher = started(dispatcher(pool, 1, List.of(main, spare)));
            CompletableFuture<Delivery> slow = new CompletableFuture<>();
            main.then(message -> slow);
            SessionId out = start(twoChannels);
            await().until(() -> main.messages().size() == 1);
            SessionId queued = start(twoChannels);
            CompletableFuture<Boolean> stopped = new CompletableFuture<>();
            Thread stopper = new Thread(() -> {
                try {
                    stopped.complete(dispatcher.stop(FOR_EVER));
                } catch (InterruptedException e) {
                    stopped.completeExceptionally(e);
                }
            });
            stopper.start();
            await().until(() -> stopper.getState() == Thread.State.TIMED_WAITING);
            assertThat(stopped).isNotDone();

            slow.complete(Delivery.accepted());

            assertThat(stopped.get(60, TimeUnit.SECONDS)).isTrue();
            assertThat(session(out)).isInstanceOf(Sent.class);
            assertThat(session(queued)).isInstanceOf(Waiting.class);
            assertThat(main.messages()).hasSize(1);
            SessionId after = start(twoChannels);
            assertThat(session(after)).isInstanceOf(Waiting.class);
            await().until(() -> dispatcher.pending() == 0);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void stoppingGivesUpWhenItsPatienceEnds() throws InterruptedException {
        Dispatcher dispatcher = started(dispatcher());
        main.then(message -> new CompletableFuture<>());
        start(twoChannels);

        assertThat(dispatcher.stop(Duration.ofMillis(1))).isFalse();
    }

    @Test
    void stoppingDoesNotWaitForBackoff() throws InterruptedException {
        Dispatcher dispatcher = started(dispatcher());
        main.then(Delivery.unavailable("down"));
        SessionId id = start(twoChannels);

        assertThat(dispatcher.stop(FOR_EVER)).isTrue();
        timers.advance(FOR_EVER);

        assertThat(main.messages()).hasSize(1);
        assertThat(session(id)).isInstanceOf(Waiting.class);
        assertThat(dispatcher.pending()).isZero();
    }

    @Test
    void withManyThreadsEachMessageGoesOutOnceAndNeverMoreThanFitAtATime() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        ExecutorService provider = Executors.newFixedThreadPool(4);
        try {
            var under = new java.util.concurrent.atomic.AtomicInteger();
            var most = new java.util.concurrent.atomic.AtomicInteger();
            var ids = java.util.concurrent.ConcurrentHashMap.<SessionId>newKeySet();
            var twice = new java.util.concurrent.atomic.AtomicInteger();
            Gateway gateway = new Gateway() {
                @Override
                public String name() {
                    return "main";
                }

                @Override
                public java.util.concurrent.CompletionStage<Delivery> deliver(Message message) {
                    most.accumulateAndGet(under.incrementAndGet(), Math::max);
                    if (!ids.add(message.id().session())) {
                        twice.incrementAndGet();
                    }
                    return CompletableFuture.supplyAsync(
                            () -> {
                                under.decrementAndGet();
                                return Delivery.accepted();
                            },
                            provider);
                }
            };
            Dispatcher dispatcher = started(dispatcher(pool, 3, List.of(gateway)));
            // a claim can only meet what the dispatcher has been told of before: until then the lease holds
            sessions.listen((session, events) -> {
                if (session instanceof Waiting waiting) {
                    pool.execute(() -> dispatcher.takeOver(waiting, clock.instant()));
                }
            });
            CountDownLatch callers = new CountDownLatch(4);
            for (int t = 0; t < 4; t++) {
                pool.execute(() -> {
                    for (int i = 0; i < 500; i++) {
                        start(twoChannels);
                    }
                    callers.countDown();
                });
            }
            assertThat(callers.await(60, TimeUnit.SECONDS)).isTrue();
            await().until(() -> dispatcher.pending() == 0 && ids.size() == 2_000);

            assertThat(ids).hasSize(2_000).allMatch(id -> session(id) instanceof Sent);
            assertThat(twice).hasValue(0);
            assertThat(most.get()).isLessThanOrEqualTo(3);
        } finally {
            pool.shutdownNow();
            provider.shutdownNow();
        }
    }

    private SessionId start(Widget widget) {
        SessionId id = new SessionId(UUID.randomUUID());
        var now = clock.instant();
        kept.add(Session.start(new SessionTerms(
                id,
                widget,
                ANN,
                widget.legsFor(ANN, null, name -> true),
                null,
                now,
                now.plus(widget.sessionLifetime()),
                SessionNotes.NONE)));
        return id;
    }

    private Session session(SessionId id) {
        return kept.find(id).orElseThrow();
    }

    private List<SessionEvent.Kind> kinds(SessionId id) {
        return kept.timeline(id).stream().map(timed -> timed.event().kind()).toList();
    }

    private Dispatcher started(Dispatcher dispatcher) {
        sessions.listen(dispatcher);
        return dispatcher;
    }

    private Dispatcher dispatcher() {
        return dispatcher(64);
    }

    private Dispatcher dispatcher(int width) {
        return dispatcher(Runnable::run, width, List.of(main, spare));
    }

    private Dispatcher dispatcher(Executor executor, int width, List<? extends Gateway> gateways) {
        return new Dispatcher(
                sessions,
                new Gateways(gateways),
                codes,
                new TakeReport(names, new TakeReceipt(sessions, codes, clock), executor, clock, (name, fate) -> {}),
                timers,
                executor,
                clock,
                TIMEOUT,
                width,
                (name, result, took) -> {
                    synchronized (attempts) {
                        attempts.add(name + " " + result);
                    }
                });
    }
}
