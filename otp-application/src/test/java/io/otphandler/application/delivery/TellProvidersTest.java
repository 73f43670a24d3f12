package io.otphandler.application.delivery;

import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.channelFallingBack;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.ScriptedGateway;
import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Receipt.Status;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TellProvidersTest {

    private final TestApplication app = new TestApplication();
    /** Called as the one that really has the messages. */
    private final ScriptedGateway provider = new ScriptedGateway("sandbox").wantingConclusions();

    @BeforeEach
    void listen() {
        app.sessions()
                .listen(new TellProviders(
                        app.providerMessages(), new Gateways(List.of(provider)), app.codes(), Runnable::run));
    }

    @Test
    void theProviderHearsWithWhichCodeTheUserConfirmed() {
        SessionId id = start(channel(ChannelType.SMS, "sandbox"));
        String code = app.gateway().last().code().digits();

        assertThat(granted(app.application().checkCode().check(CALLER, id, code)))
                .isTrue();

        assertThat(provider.conclusions()).containsExactly("HELPED message 1 " + code);
    }

    @Test
    void whatTheProviderChoseItselfItIsNotTold() {
        app.gateway().then(new Delivery(Delivery.Kind.ACCEPTED, "4321", List.of("message 1"), ""));
        Widget widget = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        SessionId id =
                granted(app.application().startSession().start(CALLER, widget.id(), ANN.value(), SessionNotes.NONE));

        assertThat(granted(app.application().checkCode().check(CALLER, id, "4321")))
                .isTrue();

        assertThat(provider.conclusions()).containsExactly("HELPED message 1");
    }

    @Test
    void aMessageThatWasRestartedIsSuperseded() {
        SessionId id = start(channel(ChannelType.SMS, "sandbox"));
        resend(id, "message 2");
        assertThat(provider.conclusions()).containsExactly("SUPERSEDED message 1");

        resend(id, "message 3");
        assertThat(provider.conclusions()).containsExactly("SUPERSEDED message 1", "SUPERSEDED message 2");
    }

    @Test
    void aMessageOfAChannelThatFailedIsSuperseded() {
        SessionId id = start(channel(ChannelType.SMS, "sandbox"), channel(ChannelType.VOICE, "sandbox"));

        assertThat(app.application().takeReceipt().take(new DispatchId(id, 1), Status.UNDELIVERED, null))
                .isTrue();

        assertThat(provider.conclusions()).containsExactly("SUPERSEDED message 1");
    }

    @Test
    void aMessageWhoseCodeLivesOnAfterAFallbackIsNot() {
        start(
                channelFallingBack(ChannelType.SMS, Duration.ofSeconds(60), "sandbox"),
                channel(ChannelType.VOICE, "sandbox"));
        app.clock().advance(Duration.ofSeconds(60));

        app.application().sweep().due();

        assertThat(app.gateway().messages()).hasSize(2);
        assertThat(provider.conclusions()).isEmpty();
    }

    @Test
    void theMessagesOfASessionThatIsOverAreSuperseded() {
        SessionId cancelled = start(channel(ChannelType.SMS, "sandbox"));
        assertThat(granted(app.application().cancelSession().cancel(CALLER, cancelled)))
                .isTrue();
        SessionId guessed = start(channel(ChannelType.SMS, "sandbox"));
        for (int i = 0; i < 3; i++) {
            app.application().checkCode().check(CALLER, guessed, "wrong");
        }

        assertThat(provider.conclusions()).containsExactly("SUPERSEDED message 1", "SUPERSEDED message 1");
    }

    @Test
    void ofAnotherGatewaysMessagesAndWhileTheStoreIsAwayNothingIsTold() {
        app.spare().then(Delivery.acceptedAs(List.of("another's")));
        SessionId another = start(channel(ChannelType.SMS, "spare"));
        assertThat(granted(app.application().cancelSession().cancel(CALLER, another)))
                .isTrue();
        SessionId id = start(channel(ChannelType.SMS, "sandbox"));
        app.providerMessages().failing(true);
        assertThat(granted(app.application().cancelSession().cancel(CALLER, id)))
                .isTrue();

        assertThat(provider.conclusions()).isEmpty();
    }

    // ---- steps

    private SessionId start(Channel... channels) {
        app.gateway().then(Delivery.acceptedAs(List.of("message 1")));
        Widget widget = app.widgets().save(widget(channels));
        return granted(app.application().startSession().start(CALLER, widget.id(), ANN.value(), SessionNotes.NONE));
    }

    private void resend(SessionId id, String name) {
        app.clock().advance(Duration.ofSeconds(30));
        app.gateway().then(Delivery.acceptedAs(List.of(name)));
        assertThat(granted(app.application().resend().resend(CALLER, id))).isTrue();
    }
}
