package io.otphandler.application.limit;

import static io.otphandler.application.port.Fixtures.ACME;
import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.OTHER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.channelFallingBack;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.reason;
import static io.otphandler.application.port.Fixtures.refused;
import static io.otphandler.application.port.Fixtures.widget;
import static io.otphandler.application.port.Fixtures.withTestRecipient;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.admin.Admin;
import io.otphandler.application.limit.LimitSettings.Sends;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.TestApplication;
import io.otphandler.application.session.Caller;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.AttemptsExpired;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** SPEC §4, the limits. */
class SendLimitsTest {

    private static final Recipient BEN = new PhoneNumber("+79120000002");

    private static final Admin ROOT = new Admin(new AccountId("root"), true);

    private TestApplication app = new TestApplication(LimitSettings.DEFAULT);
    private Widget sms = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));

    // ---- sends

    @Test
    void threeSendsAMinuteAndTenADayReachARecipientFromAWidget() {
        for (int sent = 0; sent < 10; sent++) {
            if (sent % 3 == 0) {
                app.clock().advance(Duration.ofMinutes(1));
            }
            started(sms, ANN);
            app.clock().advance(Duration.ofSeconds(1));
            if (sent % 3 == 2) {
                assertThat(refused(send(sms, ANN))).isEqualTo(tooMany(57));
            }
        }
        app.clock().advance(Duration.ofMinutes(10));
        assertThat(refused(send(sms, ANN))).isEqualTo(tooMany(86_400 - 600 - 180 - 10));
        assertThat(granted(send(sms, BEN))).isNotNull();
        assertThat(granted(send(app.widgets().save(widget(channel(ChannelType.SMS, "sandbox"))), ANN)))
                .isNotNull();
    }

    @Test
    void whoeverComesBackWhenToldIsSent() {
        for (int i = 0; i < 3; i++) {
            started(sms, ANN);
            app.clock().advance(Duration.ofMillis(7_300));
        }
        Duration retryAfter = refused(send(sms, ANN)).retryAfter();
        assertThat(retryAfter).isEqualTo(Duration.ofSeconds(39));

        app.clock().advance(retryAfter.minusSeconds(1));
        assertThat(refused(send(sms, ANN)).retryAfter()).isEqualTo(Duration.ofSeconds(1));
        app.clock().advance(Duration.ofSeconds(1));
        assertThat(granted(send(sms, ANN))).isNotNull();
    }

    @Test
    void whatEndsInARefusalUsesNothingUp() {
        Widget push = app.widgets().save(widget(channel(ChannelType.EMAIL, "sandbox")));
        Caller stranger = new Caller(OTHER, null);
        for (int i = 0; i < 20; i++) {
            assertThat(reason(send(push, ANN))).isEqualTo(Refusal.Reason.NO_AVAILABLE_CHANNELS);
            assertThat(reason(
                            app.application().startSession().start(stranger, sms.id(), ANN.value(), SessionNotes.NONE)))
                    .isEqualTo(Refusal.Reason.FORBIDDEN);
            assertThat(reason(app.application()
                            .startSession()
                            .start(CALLER, new WidgetId(UUID.randomUUID()), ANN.value(), SessionNotes.NONE)))
                    .isEqualTo(Refusal.Reason.WIDGET_NOT_FOUND);
        }
        assertThat(app.limits().size()).isZero();
        for (int i = 0; i < 3; i++) {
            started(sms, ANN);
        }
        assertThat(reason(send(sms, ANN))).isEqualTo(Refusal.Reason.RATE_LIMIT);
    }

    @Test
    void aLimitIsToldBeforeThatThereIsNoChannel() {
        app = new TestApplication(limits(3, 10, 1, 30));
        sms = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        Widget none = app.widgets().save(widget());
        assertThat(reason(send(none, ANN))).isEqualTo(Refusal.Reason.NO_AVAILABLE_CHANNELS);

        started(sms, ANN);

        assertThat(reason(send(none, ANN))).isEqualTo(Refusal.Reason.RATE_LIMIT);
    }

    @Test
    void whoIsExemptOrATestRecipientIsNotCounted() {
        LimitSettings all = LimitSettings.DEFAULT;
        app = new TestApplication(
                new LimitSettings(3, 10, 20, 2, all.accountSends(), all.widgetSends(), 10, 0, 0, Set.of(BEN)));
        sms = app.widgets().save(withTestRecipient(widget(channel(ChannelType.SMS, "sandbox")), ANN, "123456"));
        for (int i = 0; i < 30; i++) {
            for (Recipient recipient : Set.of(ANN, BEN)) {
                SessionId id = started(sms, recipient);
                guess(id);
                assertThat(found(id)).isInstanceOf(Sent.class);
            }
        }
        assertThat(app.limits().size()).isZero();
    }

    @Test
    void zeroIsNoLimit() {
        app = new TestApplication(LimitSettings.NONE);
        sms = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        for (int i = 0; i < 50; i++) {
            started(sms, ANN);
        }
        assertThat(app.limits().size()).isZero();
    }

    // ---- given back

    @Test
    void aSendWhoseMessagesNoGatewayTookIsGivenBack() {
        app = new TestApplication(limits(1, 10, 1, 30));
        Widget both =
                app.widgets().save(widget(channel(ChannelType.SMS, "sandbox"), channel(ChannelType.VOICE, "sandbox")));
        app.gateway().then(Delivery.rejected("no")).then(Delivery.rejected("no"));
        SessionId failed = started(both, ANN);
        assertThat(found(failed)).isInstanceOf(Failed.class);

        started(both, ANN);
        assertThat(reason(send(both, ANN))).isEqualTo(Refusal.Reason.RATE_LIMIT);
    }

    @Test
    void oneThatTheNextChannelTookIsNot() {
        app = new TestApplication(limits(1, 10, 2, 30));
        Widget both =
                app.widgets().save(widget(channel(ChannelType.SMS, "sandbox"), channel(ChannelType.VOICE, "sandbox")));
        app.gateway().then(Delivery.rejected("no"));
        assertThat(found(started(both, ANN))).isInstanceOf(Sent.class);

        assertThat(refused(send(both, ANN))).isEqualTo(tooMany(60));
        Widget other = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        started(other, ANN);
        app.clock().advance(Duration.ofMinutes(1));
        assertThat(refused(send(both, ANN))).as("two messages").isEqualTo(tooMany(86_400 - 60));
    }

    @Test
    void oneWhoseFirstMessageWasSentAndWhoseSecondWasNotIsNot() {
        app = new TestApplication(limits(1, 10, 20, 30));
        sms = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        SessionId id = started(sms, ANN);
        app.clock().advance(Duration.ofSeconds(30));
        app.gateway().then(Delivery.rejected("no"));
        assertThat(granted(app.application().resend().resend(CALLER, id))).isTrue();
        assertThat(found(id)).isInstanceOf(Failed.class);

        assertThat(refused(send(sms, ANN))).isEqualTo(tooMany(30));
    }

    // ---- messages

    @Test
    void everyMessageOfAnAccountToARecipientIsCounted() {
        app = new TestApplication(limits(0, 0, 4, 30));
        Widget falling = app.widgets()
                .save(widget(
                        channelFallingBack(ChannelType.SMS, Duration.ofSeconds(20), "sandbox"),
                        channel(ChannelType.VOICE, "sandbox")));
        sms = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        SessionId first = started(falling, ANN);
        SessionId second = started(falling, ANN);
        app.clock().advance(Duration.ofSeconds(20));
        app.application().sweep().due();
        assertThat(app.gateway().messages()).hasSize(4);

        assertThat(refused(send(sms, ANN))).isEqualTo(tooMany(86_380));
        assertThat(granted(send(sms, BEN))).isNotNull();
        app.clock().advance(Duration.ofSeconds(30));
        Refusal resend = refused(app.application().resend().resend(CALLER, first));
        assertThat(resend).isEqualTo(Refusal.until(Refusal.Reason.RESTART_COOLDOWN_ACTIVE, Duration.ofSeconds(86_350)));
        assertThat(found(second)).isInstanceOf(Sent.class);
    }

    @Test
    void aFallbackForWhichNoMessageIsLeftDoesNotHappen() {
        app = new TestApplication(limits(0, 0, 1, 30));
        Widget falling = app.widgets()
                .save(widget(
                        channelFallingBack(ChannelType.SMS, Duration.ofSeconds(20), "sandbox"),
                        channel(ChannelType.VOICE, "sandbox")));
        SessionId id = started(falling, ANN);
        String code = app.gateway().last().code().digits();
        CompletableFuture<Optional<Answer<Boolean>>> poll =
                app.application().awaitStatus().await(CALLER, id, ANN.value());
        app.timers().advance(Duration.ofSeconds(20));
        app.application().sweep().due();

        assertThat(app.gateway().messages()).hasSize(1);
        assertThat(found(id)).isInstanceOf(Sent.class);
        assertThat(granted(app.application().getStatus().get(CALLER, id, ANN.value())))
                .isFalse();
        assertThat(granted(app.application().checkCode().check(CALLER, id, code)))
                .isTrue();
        assertThat(poll).isCompletedWithValue(Optional.of(Answer.granted(true)));
    }

    // ---- wrong codes

    @Test
    void theWrongCodesOfADayAreThoseOfAllSessions() {
        app = new TestApplication(limits(0, 0, 0, 5));
        sms = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        SessionId first = started(sms, ANN);
        SessionId second = started(sms, ANN);
        SessionId third = started(sms, ANN);
        CompletableFuture<Optional<Answer<Boolean>>> poll =
                app.application().awaitStatus().await(CALLER, third, ANN.value());
        for (int i = 0; i < 3; i++) {
            assertThat(guess(first)).isEqualTo(Refusal.Reason.INVALID_CODE);
        }
        assertThat(guess(second)).isEqualTo(Refusal.Reason.INVALID_CODE);
        assertThat(found(third)).isInstanceOf(Sent.class);
        app.clock().advance(Duration.ofSeconds(10));
        assertThat(guess(second)).isEqualTo(Refusal.Reason.INVALID_CODE);

        assertThat(found(second)).isInstanceOf(AttemptsExpired.class);
        assertThat(found(third)).isInstanceOf(AttemptsExpired.class);
        assertThat(poll).isCompletedWithValue(Optional.of(Answer.refused(Refusal.Reason.ATTEMPTS_EXPIRED)));
        assertThat(refused(send(sms, ANN))).isEqualTo(tooMany(86_400 - 10));
        assertThat(granted(send(sms, BEN))).isNotNull();
        app.clock().advance(Duration.ofSeconds(86_390));
        SessionId tomorrow = started(sms, ANN);
        for (int i = 0; i < 3; i++) {
            assertThat(guess(tomorrow)).isEqualTo(Refusal.Reason.INVALID_CODE);
        }
    }

    @Test
    void aConfirmationGivesNoWrongCodesBack() {
        app = new TestApplication(limits(0, 0, 0, 3));
        sms = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        SessionId id = started(sms, ANN);
        guess(id);
        guess(id);
        String code = app.gateway().last().code().digits();
        assertThat(granted(app.application().checkCode().check(CALLER, id, code)))
                .isTrue();

        SessionId next = started(sms, ANN);
        assertThat(guess(next)).isEqualTo(Refusal.Reason.INVALID_CODE);
        assertThat(found(next)).isInstanceOf(AttemptsExpired.class);
        assertThat(reason(send(sms, ANN))).isEqualTo(Refusal.Reason.RATE_LIMIT);
    }

    @Test
    void anotherAccountsGuessesDoNotCount() {
        app = new TestApplication(limits(0, 0, 0, 1));
        sms = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        guess(started(sms, ANN));
        assertThat(reason(send(sms, ANN))).isEqualTo(Refusal.Reason.RATE_LIMIT);

        Widget theirs = app.widgets().save(sms(OTHER));
        assertThat(granted(app.application()
                        .startSession()
                        .start(new Caller(OTHER, null), theirs.id(), ANN.value(), SessionNotes.NONE)))
                .isNotNull();
    }

    // ---- the others

    @Test
    void whereAFormItselfSendsItsConnectionIsCounted() {
        for (int i = 0; i < 10; i++) {
            assertThat(granted(from("2001:db8:1:2::" + i, null, i))).isNotNull();
        }
        assertThat(refused(from("2001:db8:1:2:ffff::7", "198.51.100." + 1, 11))).isEqualTo(tooMany(60));
        assertThat(granted(from("2001:db8:1:3::1", null, 12))).isNotNull();
        assertThat(granted(from("192.0.2.1", null, 13))).isNotNull();
        assertThat(granted(from(null, "2001:db8:1:2::1", 14))).isNotNull();
    }

    @Test
    void oneConnectionCannotUseUpWhatARecipientHas() {
        for (int i = 0; i < 5; i++) {
            assertThat(granted(from("192.0.2.1", null, 1))).isNotNull();
            app.clock().advance(Duration.ofMinutes(1));
        }

        assertThat(refused(from("192.0.2.1", null, 1))).isEqualTo(tooMany(86_400 - 5 * 60));
        assertThat(granted(from("192.0.2.1", null, 2))).isNotNull();
        assertThat(granted(from("198.51.100.7", null, 1))).isNotNull();
        assertThat(granted(from(null, null, 1))).isNotNull();
    }

    @Test
    void ofAnIpv4AddressEveryWayToWriteItIsTheSame() {
        for (int i = 0; i < 10; i++) {
            assertThat(granted(from(i % 2 == 0 ? "192.0.2.1" : "::ffff:192.0.2.1", null, i)))
                    .isNotNull();
        }
        assertThat(reason(from("192.0.2.1", null, 10))).isEqualTo(Refusal.Reason.RATE_LIMIT);
        assertThat(granted(from("192.0.2.2", null, 11))).isNotNull();
    }

    @Test
    void whatABackendSaysOfItsUserIsCountedWhereThatIsConfigured() {
        app = new TestApplication(new LimitSettings(0, 0, 0, 0, Sends.UNLIMITED, Sends.UNLIMITED, 0, 0, 2, Set.of()));
        sms = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        assertThat(granted(from(null, "192.0.2.1", 1))).isNotNull();
        assertThat(granted(from(null, "192.0.2.1", 2))).isNotNull();
        assertThat(reason(from(null, "192.0.2.1", 3))).isEqualTo(Refusal.Reason.RATE_LIMIT);
        assertThat(granted(from(null, null, 4))).isNotNull();
    }

    @Test
    void anAccountAndAWidgetMayBeLimited() {
        app = new TestApplication(new LimitSettings(0, 0, 0, 0, new Sends(3, 200), new Sends(2, 0), 0, 0, 0, Set.of()));
        sms = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        Widget other = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        started(sms, ANN);
        started(sms, BEN);
        assertThat(reason(send(sms, ANN))).isEqualTo(Refusal.Reason.RATE_LIMIT);
        started(other, ANN);
        assertThat(reason(send(other, BEN))).isEqualTo(Refusal.Reason.RATE_LIMIT);
        app.clock().advance(Duration.ofMinutes(1));
        assertThat(granted(send(other, BEN))).isNotNull();
    }

    @Test
    void anAdminLiftsWhatWasCountedOfARecipient() {
        app = new TestApplication(limits(1, 10, 20, 1));
        sms = app.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
        guess(started(sms, ANN));
        guess(started(sms, BEN));

        app.application().liftLimits().lift(ROOT, OTHER, ANN);
        assertThat(reason(send(sms, ANN))).isEqualTo(Refusal.Reason.RATE_LIMIT);
        app.application().liftLimits().lift(ROOT, ACME, ANN);

        assertThat(granted(send(sms, ANN))).isNotNull();
        assertThat(reason(send(sms, BEN))).isEqualTo(Refusal.Reason.RATE_LIMIT);
    }

    @Test
    void countersThatHaveEndedAreSweptAway() {
        started(sms, ANN);
        assertThat(app.limits().size()).isEqualTo(2);

        app.clock().advance(Duration.ofDays(1));
        app.application().sweep().forget();
        assertThat(app.limits().size()).isEqualTo(2);
        app.clock().advance(Duration.ofHours(2));
        app.application().sweep().forget();
        assertThat(app.limits().size()).isZero();
    }

    // ---- steps

    private static LimitSettings limits(int perMinute, int perDay, int messages, int wrongCodes) {
        return new LimitSettings(
                perMinute, perDay, messages, wrongCodes, Sends.UNLIMITED, Sends.UNLIMITED, 0, 0, 0, Set.of());
    }

    private static Refusal tooMany(long seconds) {
        return Refusal.until(Refusal.Reason.RATE_LIMIT, Duration.ofSeconds(seconds));
    }

    private Answer<SessionId> send(Widget widget, Recipient recipient) {
        return app.application().startSession().start(CALLER, widget.id(), recipient.value(), SessionNotes.NONE);
    }

    @CanIgnoreReturnValue
    private SessionId started(Widget widget, Recipient recipient) {
        return granted(send(widget, recipient));
    }

    private Answer<SessionId> from(String connection, String clientIp, int number) {
        return app.application()
                .startSession()
                .start(
                        CALLER,
                        sms.id(),
                        "+791200001" + String.format("%02d", number),
                        new SessionNotes(null, null, clientIp),
                        connection);
    }

    @CanIgnoreReturnValue
    private Refusal.Reason guess(SessionId id) {
        return reason(app.application().checkCode().check(CALLER, id, "no code"));
    }

    private Session found(SessionId id) {
        return app.sessions().find(id).orElseThrow();
    }

    private static Widget sms(AccountId owner) {
        Widget own = widget(channel(ChannelType.SMS, "sandbox"));
        return new Widget(
                own.id(),
                0,
                owner,
                own.name(),
                true,
                false,
                own.defaultRegion(),
                own.sessionLifetime(),
                null,
                own.channels(),
                Map.of());
    }
}
