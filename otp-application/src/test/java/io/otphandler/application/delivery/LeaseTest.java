package io.otphandler.application.delivery;

import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;

import io.otphandler.application.code.CodeKey;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.FailingSessions;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.InMemoryAuditLog;
import io.otphandler.application.port.InMemoryIdempotencyKeys;
import io.otphandler.application.port.InMemoryLimits;
import io.otphandler.application.port.InMemoryProviderMessages;
import io.otphandler.application.port.InMemoryRevokedTokens;
import io.otphandler.application.port.InMemoryRulings;
import io.otphandler.application.port.InMemorySessions;
import io.otphandler.application.port.ManualTimers;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.ScriptedGateway;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.session.Waiting;
import io.otphandler.domain.widget.Widget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Two nodes that hand over the messages of one store: each message belongs to one of them. */
class LeaseTest {

    private static final Duration RENEWAL = Duration.ofSeconds(3);

    private final MovableClock clock = new MovableClock();
    private final ManualTimers timers = new ManualTimers(clock);
    private final InMemorySessions kept = new InMemorySessions(clock);
    private final FailingSessions sessions = new FailingSessions(kept);
    private final Widget widget = widget(channel(ChannelType.SMS, "main"));
    private final ScriptedGateway gateway = new ScriptedGateway("main");
    private final Dispatcher dispatcher = dispatcher(sessions, gateway);

    private final InMemorySessions keptElsewhere = kept.anotherNode();
    private final ScriptedGateway gatewayElsewhere = new ScriptedGateway("main");
    private final Dispatcher dispatcherElsewhere = dispatcher(keptElsewhere, gatewayElsewhere);
    private final Sweep sweepElsewhere = new Sweep(
            keptElsewhere,
            new InMemoryProviderMessages(),
            new InMemoryIdempotencyKeys(),
            new InMemoryRevokedTokens(),
            new InMemoryLimits(),
            new InMemoryRulings(),
            new InMemoryAuditLog(),
            dispatcherElsewhere,
            clock,
            Duration.ofDays(1),
            Duration.ofDays(400));

    LeaseTest() {
        kept.listen(dispatcher);
        keptElsewhere.listen(dispatcherElsewhere);
    }

    @Test
    void aMessageGoesOutFromTheNodeThatStoredIt() {
        SessionId id = start();

        sweepElsewhere.due();

        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(gateway.messages()).hasSize(1);
        assertThat(gatewayElsewhere.messages()).isEmpty();
    }

    @Test
    void aMessageThatIsUnderWayForLongStaysWithItsNodeForAsLongAsThatLives() {
        CompletableFuture<Delivery> slow = new CompletableFuture<>();
        gateway.then(message -> slow);
        SessionId underWay = start();
        SessionId waitsForItsTurn = start();

        for (int i = 0; i < 20; i++) {
            clock.advance(RENEWAL);
            dispatcher.renewLeases();
            sweepElsewhere.due();
        }
        slow.complete(Delivery.accepted());

        assertThat(gatewayElsewhere.messages()).isEmpty();
        assertThat(gateway.messages())
                .extracting(message -> message.id().session())
                .containsExactly(underWay, waitsForItsTurn);
        assertThat(session(waitsForItsTurn)).isInstanceOf(Sent.class);
    }

    @Test
    void aDeadNodesMessageIsTakenOverWhenItsLeaseIsOverUnderTheSameKey() {
        gateway.then(message -> new CompletableFuture<>());
        start();

        clock.advance(Sessions.LEASE.minusMillis(1));
        sweepElsewhere.due();
        assertThat(gatewayElsewhere.messages()).isEmpty();

        clock.advance(Duration.ofMillis(1));
        sweepElsewhere.due();
        assertThat(gatewayElsewhere.messages())
                .extracting(Message::id)
                .containsExactly(gateway.last().id());
        assertThat(gatewayElsewhere.last().code()).isEqualTo(gateway.last().code());
    }

    @Test
    void aNodeThatWasHaltedHandsNothingOverThatMayBelongToAnother() {
        gateway.then(Delivery.unavailable("down"));
        SessionId id = start();
        clock.advance(Sessions.LEASE);
        gatewayElsewhere.then(message -> new CompletableFuture<>());
        sweepElsewhere.due();
        assertThat(gatewayElsewhere.messages()).hasSize(1);

        dispatcher.renewLeases();
        timers.advance(Duration.ofSeconds(1));

        assertThat(gateway.messages()).hasSize(1);
        assertThat(dispatcher.pending()).isZero();
        assertThat(session(id)).isInstanceOf(Waiting.class);
        assertThat(kept.claimDue(clock.instant().plus(Duration.ofSeconds(13)), 10))
                .isEmpty();
    }

    @Test
    void aStoreThatIsAwayCostsTheLeaseOnlyIfItStaysAway() {
        gateway.then(Delivery.unavailable("down"));
        SessionId id = start();

        sessions.is(FailingSessions.Mode.THROWS);
        clock.advance(RENEWAL);
        assertThatThrownBy(dispatcher::renewLeases).isInstanceOf(StoreUnavailableException.class);
        sessions.is(FailingSessions.Mode.WELL);
        clock.advance(RENEWAL);
        dispatcher.renewLeases();
        timers.advance(Duration.ofSeconds(10));

        assertThat(gateway.messages()).hasSize(2);
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void whatHasOnlyJustBegunIsNotRenewed() {
        Sessions counted = spy(kept);
        Dispatcher quick = dispatcher(counted, gateway);
        gateway.then(message -> new CompletableFuture<>());
        SessionId id = start();
        quick.takeOver((Waiting) session(id), clock.instant());

        quick.renewLeases();

        verify(counted, never()).renew(any(), any());
    }

    @Test
    void aNodeThatStopsLeavesWhatItHasNotHandedOverToTheOthersAtOnce() throws InterruptedException {
        gateway.then(Delivery.unavailable("down"));
        SessionId id = start();

        assertThat(dispatcher.stop(Duration.ofSeconds(1))).isTrue();
        sweepElsewhere.due();

        assertThat(gatewayElsewhere.messages()).hasSize(1);
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void aNodeThatStopsWhileTheStoreIsAwayStopsAllTheSame() throws InterruptedException {
        gateway.then(Delivery.unavailable("down"));
        SessionId id = start();
        sessions.is(FailingSessions.Mode.THROWS);

        assertThat(dispatcher.stop(Duration.ofSeconds(1))).isTrue();

        assertThat(session(id)).isInstanceOf(Waiting.class);
    }

    private SessionId start() {
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

    /** With room for one message at a time, and much time for it. */
    private Dispatcher dispatcher(Sessions store, ScriptedGateway to) {
        CodeKey codes = new CodeKey("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));
        return new Dispatcher(
                store,
                new Gateways(List.of(to)),
                codes,
                new TakeReport(
                        new InMemoryProviderMessages(),
                        new TakeReceipt(store, codes, clock),
                        Runnable::run,
                        clock,
                        (name, fate) -> {}),
                timers,
                Runnable::run,
                clock,
                Duration.ofMinutes(5),
                1,
                (name, result, took) -> {});
    }
}
