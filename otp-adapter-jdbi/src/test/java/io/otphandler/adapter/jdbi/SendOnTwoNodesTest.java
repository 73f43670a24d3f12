package io.otphandler.adapter.jdbi;

import static io.otphandler.application.port.Fixtures.ACME;
import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.reason;
import static io.otphandler.application.port.Fixtures.renamed;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.Application;
import io.otphandler.application.code.CodeKey;
import io.otphandler.application.limit.LimitSettings;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.ManualTimers;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.PlainRecipients;
import io.otphandler.application.port.ScriptedGateway;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.widget.Widget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends on a node that recalls a widget which another node has changed since: answered as the widget is. */
final class SendOnTwoNodesTest {

    private static final String ANOTHER = "+79120000077";

    private final String url = PostgresServer.newDatabase();
    private final MovableClock clock = new MovableClock();
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private JdbiDatabase a;
    private JdbiDatabase b;
    private Application onA;
    private Widget sms;

    @BeforeEach
    void open() {
        a = JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 4), clock);
        a.migrate();
        b = JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 4), clock);
        onA = application(a);
        sms = b.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        assertThat(a.widgets().find(sms.id())).contains(sms);
    }

    @AfterEach
    void close() {
        executor.shutdown();
        a.close();
        b.close();
    }

    @Test
    void aSessionOfARecalledWidgetIsStarted() {
        SessionId id = granted(send(ANN.value()));

        assertThat(b.sessions().find(id).orElseThrow().terms().widget()).isEqualTo(sms);
    }

    @Test
    void aWidgetThatIsBlockedByNowStartsNothing() {
        b.widgets().save(sms.withBlocked(true));

        assertThat(reason(send(ANN.value()))).isEqualTo(Refusal.Reason.WIDGET_IS_BLOCKED);
    }

    @Test
    void aWidgetThatIsBlockedNoMoreStartsSessions() {
        Widget blocked = b.widgets().save(sms.withBlocked(true));
        assertThat(a.widgets().find(sms.id())).contains(blocked);
        Widget unblocked = b.widgets().save(blocked.withBlocked(false));

        SessionId id = granted(send(ANN.value()));

        assertThat(a.sessions().find(id).orElseThrow().terms().widget()).isEqualTo(unblocked);
    }

    @Test
    void aWidgetThatWasDeletedIsNotFound() {
        b.widgets().delete(sms.id());

        assertThat(reason(send(ANN.value()))).isEqualTo(Refusal.Reason.WIDGET_NOT_FOUND);
    }

    @Test
    void aSessionBeginsWithTheWidgetAsItIs() {
        Widget renamed = b.widgets().save(renamed(sms, ACME, "Entrance"));

        SessionId id = granted(send(ANN.value()));

        assertThat(a.sessions().find(id).orElseThrow().terms().widget()).isEqualTo(renamed);
    }

    @Test
    void whoIsBlockedByNowIsSentNothing() {
        b.blockedRecipients().add(ACME, ANN);

        assertThat(reason(send(ANN.value()))).isEqualTo(Refusal.Reason.WIDGET_IS_BLOCKED);
        assertThat(granted(send(ANOTHER))).isNotNull();
        b.blockedRecipients().remove(ACME, ANN);
        assertThat(granted(send(ANN.value()))).isNotNull();
    }

    @Test
    void limitsHoldForTheFirstAsForAllAfterIt() {
        Application onB = application(b);
        assertThat(granted(send(ANN.value()))).isNotNull();
        clock.advance(Duration.ofSeconds(1));
        assertThat(granted(send(onB, ANN.value()))).isNotNull();
        clock.advance(Duration.ofSeconds(1));
        assertThat(granted(send(ANN.value()))).isNotNull();

        assertThat(reason(send(ANN.value()))).isEqualTo(Refusal.Reason.RATE_LIMIT);
        assertThat(reason(send(onB, ANN.value()))).isEqualTo(Refusal.Reason.RATE_LIMIT);
        clock.advance(Duration.ofSeconds(58));
        assertThat(granted(send(onB, ANN.value()))).isNotNull();
    }

    private Answer<SessionId> send(String recipient) {
        return send(onA, recipient);
    }

    private Answer<SessionId> send(Application node, String recipient) {
        return node.startSession().start(CALLER, sms.id(), recipient, SessionNotes.NONE);
    }

    private Application application(JdbiDatabase node) {
        return Application.of(
                new Application.Ports(
                        node.sessions(),
                        node.widgets(),
                        node.blockedRecipients(),
                        node.providerMessages(),
                        node.idempotencyKeys(),
                        node.revokedTokens(),
                        node.limits(),
                        node.rulings(),
                        node.auditLog(),
                        new PlainRecipients(),
                        new Gateways(List.of(new ScriptedGateway("sandbox"))),
                        new CodeKey("a pepper for tests, long enough to be one".getBytes(StandardCharsets.UTF_8)),
                        UUID::randomUUID,
                        clock,
                        new ManualTimers(clock),
                        executor,
                        (name, result, took) -> {},
                        (name, fate) -> {}),
                Application.Settings.DEFAULT.withLimits(LimitSettings.DEFAULT).withGuard(false));
    }
}
