package io.otphandler.application.guard;

import static io.otphandler.application.port.Fixtures.ACME;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.channelFallingBack;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.reason;
import static io.otphandler.application.port.Fixtures.refused;
import static io.otphandler.application.port.Fixtures.widget;
import static io.otphandler.application.port.Fixtures.withTestRecipient;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.Application;
import io.otphandler.application.admin.Admin;
import io.otphandler.application.limit.LimitSettings;
import io.otphandler.application.port.AuditEntry;
import io.otphandler.application.port.AuditLog;
import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.guard.NumberPrefix;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SendGuardTest {

    private static final NumberPrefix RANGE = new NumberPrefix("BD", "171234");

    private final TestApplication app = application(Set.of(), true);
    private int numbers;

    @Test
    void anAttackIsRefusedAsTooManyRequestsWithinItsFirstHundredMessages() {
        Widget sms = sms(app);
        int sent = 0;
        Answer<SessionId> last;
        do {
            last = send(app, sms, attacked());
            sent += last.fold(id -> 1, refusal -> 0);
            pass(Duration.ofSeconds(10));
        } while (blocked(app, sms) == 0);

        assertThat(sent).isLessThanOrEqualTo(100);
        assertThat(app.gateway().messages()).hasSize(sent);
        assertThat(refused(last).reason()).isEqualTo(Refusal.Reason.RATE_LIMIT);
        assertThat(refused(last).retryAfter()).isEqualTo(PrefixGuard.FIRST_BLOCK);
        assertThat(granted(send(app, sms, "+8801899999999"))).isNotNull();
    }

    @Test
    void noResendAndNoFallbackGoesToABlockedPrefix() {
        Widget falling = app.widgets()
                .save(widget(
                        channelFallingBack(ChannelType.SMS, Duration.ofSeconds(60), "sandbox"),
                        channel(ChannelType.VOICE, "sandbox")));
        List<SessionId> sessions = new ArrayList<>();
        while (blocked(app, falling) == 0) {
            assertThat(send(app, falling, attacked()).<Boolean>fold(sessions::add, refusal -> true))
                    .isTrue();
            pass(Duration.ofSeconds(10));
        }
        SessionId newest = sessions.get(sessions.size() - 1);
        int before = app.gateway().messages().size();

        pass(Duration.ofSeconds(50));
        app.application().sweep().due();

        assertThat(refused(app.application().resend().resend(CALLER, newest)).reason())
                .isEqualTo(Refusal.Reason.RESTART_COOLDOWN_ACTIVE);
        assertThat(app.sessions().find(newest))
                .hasValueSatisfying(session -> assertThat(session).isInstanceOfAny(Sent.class, Failed.class));
        assertThat(app.gateway().messages()).hasSize(before);
    }

    @Test
    void aSendThatIsRefusedForALimitIsNotCounted() {
        TestApplication limited = new TestApplication(
                Runnable::run,
                Application.Settings.DEFAULT.withLimits(new LimitSettings(
                        1, 0, 0, 0, LimitSettings.Sends.UNLIMITED, LimitSettings.Sends.UNLIMITED, 0, 0, 0, Set.of())));
        Widget sms = sms(limited);
        String one = attacked();
        assertThat(granted(send(limited, sms, one))).isNotNull();

        for (int i = 0; i < 200; i++) {
            assertThat(reason(send(limited, sms, one))).isEqualTo(Refusal.Reason.RATE_LIMIT);
        }

        assertThat(limited.application()
                        .prefixGuard()
                        .standings(sms.id(), limited.clock().instant()))
                .isEmpty();
    }

    @Test
    void whoConfirmsIsNeverHeldUp() {
        Widget sms = sms(app);
        for (int i = 0; i < 300; i++) {
            SessionId id = granted(send(app, sms, attacked()));
            String code = app.gateway().last().code().digits();
            assertThat(granted(app.application().checkCode().check(CALLER, id, code)))
                    .isTrue();
        }
    }

    @Test
    void testRecipientsAndAddressesAreNotCounted() {
        Widget sms = sms(app);
        PhoneNumber number = new PhoneNumber(attacked());
        Widget tested = app.widgets().save(withTestRecipient(sms, number, "1234"));
        Widget mail = app.widgets().save(widget(channel(ChannelType.EMAIL, "sandbox")));

        for (int i = 0; i < 200; i++) {
            assertThat(granted(send(app, tested, number.value()))).isNotNull();
            assertThat(granted(send(app, mail, "ann" + i + "@shop.example"))).isNotNull();
        }
    }

    @Test
    void whatCostsNothingIsHeldUpOnlyWhereOthersConfirm() {
        TestApplication free = application(Set.of("sandbox"), true);
        Widget sms = sms(free);
        for (int i = 0; i < 500; i++) {
            assertThat(granted(send(free, sms, attacked()))).isNotNull();
        }

        Widget paid = free.widgets().save(widget(channel(ChannelType.SMS, "spare", "sandbox")));
        assertThat(refusals(free, paid)).isPositive();
    }

    @Test
    void withoutTheGuardNothingIsHeldUp() {
        TestApplication unguarded = application(Set.of(), false);

        assertThat(refusals(unguarded, sms(unguarded))).isZero();
    }

    @Test
    void whatTheGuardDecidesAndWhoOverrulesItIsInTheAuditLog() {
        Widget sms = sms(app);
        while (blocked(app, sms) == 0) {
            assertThat(send(app, sms, attacked())).isNotNull();
            pass(Duration.ofSeconds(10));
        }
        Admin admin = new Admin(ACME, false);

        assertThat(granted(app.application().rulePrefixes().lift(admin, sms.id(), RANGE)))
                .isEqualTo(sms);
        pass(Duration.ofSeconds(1));
        assertThat(granted(app.application().rulePrefixes().allow(admin, sms.id(), new NumberPrefix("BD", ""))))
                .isEqualTo(sms);

        List<AuditEntry> entries =
                app.auditLog().find(new AuditLog.Query(Optional.of(ACME), Optional.empty(), Optional.empty(), 10));
        assertThat(entries)
                .extracting(AuditEntry::action)
                .containsExactly("guard.allow", "guard.lift", "guard.block", "guard.slow");
        assertThat(entries.get(2).subject()).isEqualTo("BD-171234");
        assertThat(entries.get(2).actor()).isEqualTo(AuditEntry.Part.GUARD);
        assertThat(entries.get(2).details())
                .containsEntry("widget", sms.id().toString())
                .containsEntry("hourConfirmed", "0")
                .containsKeys("hourMessages", "dayMessages", "until", "why");
    }

    private int refusals(TestApplication application, Widget widget) {
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            refused += send(application, widget, attacked()).fold(id -> 0, refusal -> 1);
        }
        return refused;
    }

    private static TestApplication application(Set<String> freeGateways, boolean guarded) {
        Application.Settings usual =
                Application.Settings.DEFAULT.withLimits(LimitSettings.NONE).withGuard(guarded);
        return new TestApplication(
                Runnable::run,
                new Application.Settings(
                        usual.longPollTimeout(),
                        usual.maxHeldPolls(),
                        usual.dispatchTimeout(),
                        usual.dispatchConcurrency(),
                        usual.retention(),
                        usual.auditRetention(),
                        usual.limits(),
                        usual.guarded(),
                        freeGateways));
    }

    private static Widget sms(TestApplication application) {
        return application.widgets().save(widget(channel(ChannelType.SMS, "sandbox")));
    }

    private static long blocked(TestApplication application, Widget widget) {
        return application
                .application()
                .prefixGuard()
                .standings(widget.id(), application.clock().instant())
                .stream()
                .filter(standing -> standing.state() == PrefixGuard.State.BLOCKED)
                .count();
    }

    private static Answer<SessionId> send(TestApplication application, Widget widget, String recipient) {
        return application.application().startSession().start(CALLER, widget.id(), recipient, SessionNotes.NONE);
    }

    private void pass(Duration time) {
        app.clock().advance(time);
    }

    private String attacked() {
        return "+880171234" + String.format("%04d", numbers++);
    }
}
