package io.otphandler.application.session;

import static io.otphandler.application.port.Fixtures.ACME;
import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.OTHER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.reason;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;

import io.otphandler.application.port.FailingSessions;
import io.otphandler.application.port.PlainRecipients;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionGuardTest {

    private final TestApplication app = new TestApplication();
    private final Widget widget =
            app.widgets().save(widget(channel(ChannelType.SMS, "sandbox"), channel(ChannelType.EMAIL, "sandbox")));
    private final SessionId session = start(ANN.value());

    /** Each call has one fault less: the first that applies is told. */
    @Test
    void refusalsComeInTheirOrder() {
        Caller stranger = new Caller(OTHER, null);
        Caller limited = new Caller(ACME, Set.of(new WidgetId(UUID.randomUUID())));
        granted(app.application().cancelSession().cancel(CALLER, session));

        assertThat(reason(status(stranger, new SessionId(UUID.randomUUID()), "?")))
                .isEqualTo(Refusal.Reason.SESSION_NOT_FOUND);
        assertThat(reason(status(stranger, session, "?"))).isEqualTo(Refusal.Reason.FORBIDDEN);
        assertThat(reason(status(limited, session, "?"))).isEqualTo(Refusal.Reason.FORBIDDEN);
        assertThat(reason(status(CALLER, session, "?"))).isEqualTo(Refusal.Reason.PHONE_NUMBER_MISMATCH);
        assertThat(reason(status(CALLER, session, ANN.value()))).isEqualTo(Refusal.Reason.SESSION_CLOSED);
    }

    @Test
    void anExpiredSessionIsNotFoundWhoeverAsks() {
        app.clock().advance(Widget.DEFAULT_SESSION_LIFETIME.minusMillis(1));
        assertThat(reason(status(CALLER, session, ANN.value()))).isNotEqualTo(Refusal.Reason.SESSION_NOT_FOUND);

        app.clock().advance(Duration.ofMillis(1));

        assertThat(reason(status(CALLER, session, ANN.value()))).isEqualTo(Refusal.Reason.SESSION_NOT_FOUND);
        assertThat(reason(status(new Caller(OTHER, null), session, "?"))).isEqualTo(Refusal.Reason.SESSION_NOT_FOUND);
        assertThat(reason(app.application().cancelSession().cancel(CALLER, session)))
                .isEqualTo(Refusal.Reason.SESSION_NOT_FOUND);
    }

    @Test
    void aTokenForTheWidgetMayUseItsSessions() {
        assertThat(granted(status(new Caller(ACME, Set.of(widget.id())), session, ANN.value())))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+79120000001", "89120000001", "8 (912) 000-00-01"})
    void recipientsAreComparedInTheirNormalForm(String typed) {
        assertThat(granted(status(CALLER, session, typed))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "+79120000002", "+7912***0001", "ann@shop.example"})
    void anotherRecipientOrNoneAtAllDoesNotMatch(String typed) {
        assertThat(reason(status(CALLER, session, typed))).isEqualTo(Refusal.Reason.PHONE_NUMBER_MISMATCH);
        assertThat(reason(app.application().completeIfConfirmed().complete(CALLER, session, typed)))
                .isEqualTo(Refusal.Reason.PHONE_NUMBER_MISMATCH);
    }

    @ParameterizedTest
    @CsvSource({"ann@shop.example", "Ann@Shop.Example", "' ann@SHOP.example '"})
    void addressesAreComparedWithoutCase(String typed) {
        assertThat(granted(status(CALLER, start("Ann@shop.example"), typed))).isFalse();
    }

    @Test
    void aQuestionThatChangesNothingIsNotAWrite() {
        Sessions sessions = spy(new FailingSessions(app.sessions()));
        SessionGuard guard = new SessionGuard(sessions, new PlainRecipients(), app.clock());

        assertThat(granted(guard.ask(CALLER, session, null, Session::status).join()))
                .isFalse();

        verify(sessions, never()).submit(any(), any());
        verify(sessions, never()).decide(any(), any());
    }

    private SessionId start(String recipient) {
        return granted(app.application().startSession().start(CALLER, widget.id(), recipient, SessionNotes.NONE));
    }

    private Answer<Boolean> status(Caller caller, SessionId id, String recipient) {
        return app.application().getStatus().get(caller, id, recipient);
    }
}
