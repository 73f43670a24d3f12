package io.otphandler.application.delivery;

import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.channelFallingBack;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.FailingSessions;
import io.otphandler.application.port.InMemoryRevokedTokens;
import io.otphandler.application.port.InMemoryRulings;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SweepTest {

    private final TestApplication app = new TestApplication();
    private final Widget falling = app.widgets()
            .save(widget(
                    channelFallingBack(ChannelType.SMS, Duration.ofSeconds(60), "sandbox"),
                    channel(ChannelType.VOICE, "sandbox")));

    @Test
    void theNextChannelStartsWhenTheFirstDoesNotHelpInTime() {
        SessionId id = start();
        app.clock().advance(Duration.ofSeconds(59));
        app.application().sweep().due();
        assertThat(app.gateway().messages()).hasSize(1);

        app.clock().advance(Duration.ofSeconds(1));
        app.application().sweep().due();

        assertThat(app.gateway().last().channel()).isEqualTo(ChannelType.VOICE);
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void aLifetimeEndsThoughNobodyAsks() {
        SessionId id = start();
        app.clock().advance(Duration.ofSeconds(300));

        app.application().sweep().due();

        assertThat(session(id)).isInstanceOf(Failed.class);
    }

    @Test
    void allThatIsDueIsTakenCareOfHoweverMuchItIs() {
        List<SessionId> ids = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) {
            ids.add(start());
        }
        app.clock().advance(Duration.ofSeconds(300));

        app.application().sweep().due();

        assertThat(ids).allMatch(id -> session(id) instanceof Failed);
    }

    @Test
    void whatADeadProcessLeftPendingGoesOutOnceItsLeaseIsOver() {
        // stored without a word to the dispatcher, as by a process that died before it handed the message over
        SessionId id = new SessionId(UUID.randomUUID());
        var now = app.clock().instant();
        Decision<SessionId> started = Session.start(new SessionTerms(
                id,
                falling,
                ANN,
                falling.legsFor(ANN, null, name -> true),
                null,
                now,
                now.plusSeconds(900),
                SessionNotes.NONE));
        app.sessions().add(new Decision<>(started.next(), List.of(), id));

        app.clock().advance(Sessions.LEASE.minusMillis(1));
        app.application().sweep().due();
        assertThat(app.gateway().messages()).isEmpty();
        app.clock().advance(Duration.ofMillis(1));
        app.application().sweep().due();

        assertThat(app.gateway().messages()).extracting(Message::id).containsExactly(new DispatchId(id, 1));
        assertThat(session(id)).isInstanceOf(Sent.class);
    }

    @Test
    void sessionsAreForgottenWhenTheyHaveBeenGoneForLongEnough() {
        SessionId id = start();
        app.clock().advance(Duration.ofSeconds(900).plus(Duration.ofDays(1)));
        app.application().sweep().forget();
        assertThat(app.sessions().find(id)).isPresent();

        app.clock().advance(Duration.ofMillis(1));
        app.application().sweep().forget();

        assertThat(app.sessions().find(id)).isEmpty();
    }

    @Test
    void allThatIsToBeForgottenIsHoweverMuchItIs() {
        List<SessionId> ids = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) {
            ids.add(start());
        }
        app.clock().advance(Duration.ofDays(2));

        app.application().sweep().forget();

        assertThat(ids).allMatch(id -> app.sessions().find(id).isEmpty());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WELL")
    void whoeverSweepsLearnsThatTheStoreIsAway(FailingSessions.Mode away) {
        start();
        app.clock().advance(Duration.ofSeconds(300));
        FailingSessions sessions = new FailingSessions(app.sessions());
        sessions.is(away);

        Sweep sweep = new Sweep(
                sessions,
                app.providerMessages(),
                app.idempotencyKeys(),
                new InMemoryRevokedTokens(),
                app.limits(),
                new InMemoryRulings(),
                app.auditLog(),
                app.application().dispatcher(),
                app.clock(),
                Duration.ofDays(1),
                Duration.ofDays(400));

        assertThatThrownBy(sweep::due).isInstanceOf(StoreUnavailableException.class);
    }

    private SessionId start() {
        return granted(app.application().startSession().start(CALLER, falling.id(), ANN.value(), SessionNotes.NONE));
    }

    private Session session(SessionId id) {
        return app.sessions().find(id).orElseThrow();
    }
}
