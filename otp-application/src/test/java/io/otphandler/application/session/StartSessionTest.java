package io.otphandler.application.session;

import static io.otphandler.application.port.Fixtures.ACME;
import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.OTHER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.reason;
import static io.otphandler.application.port.Fixtures.widget;
import static io.otphandler.application.port.Fixtures.withTestRecipient;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.recipient.NumberType;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.widget.Audience;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StartSessionTest {

    private static final Set<NumberType> PERSONAL = NumberType.THAT_ARE_PERSONAL;

    private final TestApplication app = new TestApplication();
    private final Widget sms = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));

    @Test
    void aSessionIsStartedAndItsMessageSent() {
        SessionNotes notes = new SessionNotes("en", "order 7", "192.0.2.1");

        SessionId id = granted(app.application().startSession().start(CALLER, sms.id(), "8 (912) 000-00-01", notes));

        Session session = app.sessions().find(id).orElseThrow();
        assertThat(session).isInstanceOf(Sent.class);
        assertThat(session.terms().recipient()).isEqualTo(ANN);
        assertThat(session.terms().widget()).isEqualTo(sms);
        assertThat(session.terms().notes()).isEqualTo(notes);
        assertThat(session.expiresAt()).isEqualTo(app.clock().instant().plus(Widget.DEFAULT_SESSION_LIFETIME));
        assertThat(app.gateway().last().recipient()).isEqualTo(ANN);
    }

    @Test
    void aCallThatComesAgainFindsTheSessionThatItStartedWhateverHasChanged() {
        KeyedCall first = new KeyedCall(UUID.randomUUID(), false);
        SessionId id = granted(start(CALLER.with(first), sms.id(), ANN.value()));
        app.blockedRecipients().add(ACME, ANN);

        assertThat(id.value()).isEqualTo(first.id());
        assertThat(granted(start(CALLER.with(new KeyedCall(first.id(), true)), sms.id(), ANN.value())))
                .isEqualTo(id);
        assertThat(app.gateway().messages()).hasSize(1);
    }

    @Test
    void aCallThatComesAgainBeforeItHadAnyEffectStartsItsSession() {
        KeyedCall again = new KeyedCall(UUID.randomUUID(), true);

        assertThat(granted(start(CALLER.with(again), sms.id(), ANN.value())).value())
                .isEqualTo(again.id());
        assertThat(app.gateway().messages()).hasSize(1);
    }

    @Test
    void twoWhoAreAtTheSameCallStartOneSession() {
        KeyedCall call = new KeyedCall(UUID.randomUUID(), false);

        SessionId one = granted(start(CALLER.with(call), sms.id(), ANN.value()));

        assertThat(granted(start(CALLER.with(call), sms.id(), ANN.value()))).isEqualTo(one);
        assertThat(app.gateway().messages()).hasSize(1);
    }

    /** Each call has one fault less: the first that applies is told. */
    @Test
    void refusalsComeInTheirOrder() {
        Widget unusable = app.widgets().save(widget().withBlocked(true));
        Caller stranger = new Caller(OTHER, null);
        Caller limited = new Caller(ACME, Set.of(sms.id()));
        app.blockedRecipients().add(ACME, ANN);

        assertThat(reason(start(stranger, new WidgetId(UUID.randomUUID()), "nobody")))
                .isEqualTo(Refusal.Reason.WIDGET_NOT_FOUND);
        assertThat(reason(start(stranger, unusable.id(), "nobody"))).isEqualTo(Refusal.Reason.FORBIDDEN);
        assertThat(reason(start(limited, unusable.id(), "nobody"))).isEqualTo(Refusal.Reason.FORBIDDEN);
        assertThat(reason(start(CALLER, unusable.id(), "nobody"))).isEqualTo(Refusal.Reason.WIDGET_IS_BLOCKED);
        Widget empty = app.widgets().save(unusable.withBlocked(false));
        assertThat(reason(start(CALLER, empty.id(), "nobody"))).isEqualTo(Refusal.Reason.INVALID_RECIPIENT);
        assertThat(reason(start(CALLER, empty.id(), ANN.value()))).isEqualTo(Refusal.Reason.WIDGET_IS_BLOCKED);
        app.blockedRecipients().remove(ACME, ANN);
        assertThat(reason(start(CALLER, empty.id(), ANN.value()))).isEqualTo(Refusal.Reason.NO_AVAILABLE_CHANNELS);
        assertThat(granted(start(limited, sms.id(), ANN.value()))).isNotNull();
    }

    @Test
    void anotherAccountsBlockListDoesNotMatter() {
        app.blockedRecipients().add(OTHER, ANN);

        assertThat(granted(start(CALLER, sms.id(), ANN.value()))).isNotNull();
    }

    @Test
    void channelsThatDoNotSuitAreSkipped() {
        Widget widget = app.widgets()
                .save(widget(
                        channel(ChannelType.EMAIL, "sandbox"),
                        channel(ChannelType.VOICE, "removed"),
                        channel(ChannelType.SMS, "removed", "spare")));

        assertThat(granted(start(CALLER, widget.id(), ANN.value()))).isNotNull();

        assertThat(app.gateway().messages()).isEmpty();
        assertThat(app.spare().last().channel()).isEqualTo(ChannelType.SMS);
        assertThat(granted(start(CALLER, widget.id(), "Ann@Shop.example"))).isNotNull();
        assertThat(app.gateway().last().channel()).isEqualTo(ChannelType.EMAIL);
    }

    @Test
    void aRefusedStartStoresNothingAndSendsNothing() {
        Widget empty = app.widgets().save(widget());

        assertThat(reason(start(CALLER, empty.id(), ANN.value()))).isEqualTo(Refusal.Reason.NO_AVAILABLE_CHANNELS);

        assertThat(app.gateway().messages()).isEmpty();
        assertThat(app.sessions().deleteGone(java.time.Instant.MAX, 10)).isZero();
    }

    @Test
    void nothingIsSentToATestRecipientWhoseCodeIsFixed() {
        Widget widget = app.widgets().save(withTestRecipient(sms, ANN, "4321"));

        SessionId id = granted(start(CALLER, widget.id(), ANN.value()));

        assertThat(app.gateway().messages()).isEmpty();
        assertThat(granted(app.application().getChannel().get(CALLER, id)).codeLength())
                .isEqualTo(4);
        assertThat(reason(app.application().checkCode().check(CALLER, id, "4322")))
                .isEqualTo(Refusal.Reason.INVALID_CODE);
        assertThat(granted(app.application().checkCode().check(CALLER, id, "4321")))
                .isTrue();
    }

    @Test
    void numbersOfCountriesThatTheWidgetDoesNotTakeAreRefused() {
        Widget russian = app.widgets().save(taking(sms, new Audience(Set.of("RU"), Set.of(), PERSONAL)));
        Widget noRussian = app.widgets().save(taking(sms, new Audience(Set.of(), Set.of("RU"), PERSONAL)));

        assertThat(granted(start(CALLER, russian.id(), "+79120000001"))).isNotNull();
        assertThat(reason(start(CALLER, russian.id(), "+8801712345678"))).isEqualTo(Refusal.Reason.REGION_NOT_ALLOWED);
        assertThat(reason(start(CALLER, noRussian.id(), "+79120000001"))).isEqualTo(Refusal.Reason.REGION_NOT_ALLOWED);
        assertThat(granted(start(CALLER, noRussian.id(), "+8801712345678"))).isNotNull();
        assertThat(reason(start(CALLER, russian.id(), "ann@shop.example")))
                .isEqualTo(Refusal.Reason.NO_AVAILABLE_CHANNELS);
    }

    @Test
    void numbersThatAreNobodysOwnAreRefusedUnlessTheWidgetTakesThem() {
        Widget any = app.widgets().save(taking(sms, new Audience(Set.of(), Set.of(), EnumSet.allOf(NumberType.class))));

        assertThat(reason(start(CALLER, sms.id(), "+78090000001"))).isEqualTo(Refusal.Reason.NUMBER_TYPE_NOT_ALLOWED);
        assertThat(granted(start(CALLER, any.id(), "+78090000001"))).isNotNull();
        assertThat(app.gateway().messages()).hasSize(1);
    }

    @Test
    void aTestRecipientIsTakenWhereverItLies() {
        PhoneNumber premium = new PhoneNumber("+78090000001");
        Widget widget = app.widgets().save(withTestRecipient(sms, premium, "4321"));

        assertThat(granted(start(CALLER, widget.id(), premium.value()))).isNotNull();
    }

    private static Widget taking(Widget widget, Audience audience) {
        return new Widget(
                new WidgetId(UUID.randomUUID()),
                0,
                widget.owner(),
                widget.name(),
                true,
                false,
                widget.defaultRegion(),
                widget.sessionLifetime(),
                null,
                widget.channels(),
                widget.testRecipients(),
                audience);
    }

    private Answer<SessionId> start(Caller caller, WidgetId widget, String recipient) {
        return app.application().startSession().start(caller, widget, recipient, SessionNotes.NONE);
    }
}
