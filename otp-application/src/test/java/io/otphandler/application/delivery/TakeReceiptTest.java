package io.otphandler.application.delivery;

import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.session.Confirmed;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Receipt.Status;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.widget.Widget;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TakeReceiptTest {

    private final TestApplication app = new TestApplication();

    @Test
    void deliveryIsRecordedAndChangesNothingElse() {
        SessionId id = start(ChannelType.SMS);

        assertThat(take(id, Status.DELIVERED, null)).isTrue();
        assertThat(take(id, Status.READ, null)).isTrue();

        assertThat(session(id)).isInstanceOf(Sent.class);
        assertThat(app.sessions().timeline(id))
                .extracting(timed -> timed.event().detail())
                .endsWith("delivered", "read");
    }

    @Test
    void aMessageThatWasNotDeliveredFailsTheChannel() {
        SessionId id = start(ChannelType.SMS);

        assertThat(take(id, Status.UNDELIVERED, null)).isTrue();
        assertThat(session(id)).isInstanceOf(Failed.class);
        assertThat(take(id, Status.UNDELIVERED, null)).isFalse();
    }

    @Test
    void aReceiptThatOvertakesTheAcceptanceCountsAsBoth() {
        CompletableFuture<Delivery> slow = new CompletableFuture<>();
        app.gateway().then(message -> slow);
        SessionId id = start(ChannelType.SMS);

        assertThat(take(id, Status.DELIVERED, null)).isTrue();
        assertThat(session(id)).isInstanceOf(Sent.class);
        slow.complete(Delivery.acceptedWith("4321"));

        assertThat(granted(app.application().checkCode().check(CALLER, id, "4321")))
                .isTrue();
    }

    @Test
    void aPushIsConfirmedOnTheDeviceOnce() {
        SessionId id = start(ChannelType.SIM_PUSH);

        assertThat(take(id, Status.CONFIRMED, null)).isTrue();
        assertThat(session(id)).isInstanceOf(Confirmed.class);
        assertThat(take(id, Status.CONFIRMED, null)).isFalse();
    }

    @Test
    void aPushThatBecameACodeTakesOursOrTheProviders() {
        SessionId ours = start(ChannelType.SIM_PUSH);
        assertThat(take(ours, Status.CODE_TYPE_CHANGED, null)).isTrue();
        assertThat(granted(app.application().getChannel().get(CALLER, ours)).codeType())
                .isEqualTo(CodeType.CODE);
        assertThat(granted(app.application()
                        .checkCode()
                        .check(CALLER, ours, app.gateway().last().code().digits())))
                .isTrue();

        SessionId theirs = start(ChannelType.SIM_PUSH);
        assertThat(take(theirs, Status.CODE_TYPE_CHANGED, "4321")).isTrue();
        assertThat(granted(app.application().getChannel().get(CALLER, theirs)).codeLength())
                .isEqualTo(4);
        assertThat(granted(app.application().checkCode().check(CALLER, theirs, "4321")))
                .isTrue();
    }

    @Test
    void aCodeTooShortToBeOneIsAsGoodAsNoMessage() {
        SessionId id = start(ChannelType.SIM_PUSH);

        assertThat(take(id, Status.CODE_TYPE_CHANGED, "321")).isTrue();

        assertThat(session(id)).isInstanceOf(Failed.class);
    }

    @Test
    void oneForNoSessionOrOneThatIsGoneOrAnotherDispatchChangesNothing() {
        SessionId id = start(ChannelType.SIM_PUSH);

        assertThat(take(new SessionId(UUID.randomUUID()), Status.CONFIRMED, null))
                .isFalse();
        assertThat(app.application().takeReceipt().take(new DispatchId(id, 2), Status.CONFIRMED, null))
                .isFalse();
        app.clock().advance(Widget.DEFAULT_SESSION_LIFETIME);
        assertThat(take(id, Status.CONFIRMED, null)).isFalse();

        assertThat(session(id)).isNotInstanceOf(Confirmed.class);
        assertThat(app.sessions().timeline(id))
                .extracting(timed -> timed.event().kind())
                .doesNotContain(SessionEvent.Kind.CONFIRMED);
    }

    private SessionId start(ChannelType type) {
        Widget widget = app.widgets().save(widget(channel(type, "sandbox")));
        return granted(app.application().startSession().start(CALLER, widget.id(), ANN.value(), SessionNotes.NONE));
    }

    private boolean take(SessionId id, Status status, String code) {
        return app.application().takeReceipt().take(new DispatchId(id, 1), status, code);
    }

    private Session session(SessionId id) {
        return app.sessions().find(id).orElseThrow();
    }
}
