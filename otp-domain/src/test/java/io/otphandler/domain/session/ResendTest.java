package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.aWrongCode;
import static io.otphandler.domain.Fixtures.ourCodeOf;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.voice;
import static io.otphandler.domain.session.Story.YES;
import static io.otphandler.domain.session.Story.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Refusal.Reason;
import io.otphandler.domain.session.SessionEvent.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** SPEC §2, rule 8 and footnote ⁴. */
class ResendTest {

    @Test
    void aResendRestartsTheChannelWithANewCode() {
        Story story = Story.of(sms(), voice()).accepted().at(30);

        assertThat(story.resend()).isEqualTo(YES);

        assertThat(story.state()).isEqualTo("wait");
        assertThat(story.lastEvents()).containsExactly(new SessionEvent(Kind.DISPATCH_REQUESTED, 2, "restart"));
        assertThat(story.view().leg().channel().type()).isEqualTo(ChannelType.SMS);
        assertThat(story.handOver())
                .get()
                .extracting(handOver -> handOver.code().dispatch())
                .isEqualTo(2);
    }

    @Test
    void aResendStartsTheNextChannelWhenNoRestartIsLeft() {
        Story story = Story.of(sms().restarts(0), voice().tries(5)).accepted().at(30);
        story.check(aWrongCode());

        assertThat(story.resend()).isEqualTo(YES);

        assertThat(story.lastEvents())
                .containsExactly(new SessionEvent(Kind.DISPATCH_REQUESTED, 2, "next channel asked for"));
        assertThat(story.view().leg().channel().type()).isEqualTo(ChannelType.VOICE);
        assertThat(story.view().remainingCodeAttempts()).isEqualTo(5);
    }

    @Test
    void theCodeOfAChannelThatTheUserLeftIsDead() {
        Story story = Story.of(sms().restarts(0), voice()).accepted().at(30);
        story.resend();
        story.accepted();

        assertThat(story.check(ourCodeOf(1))).isEqualTo(Story.wrong(2));
    }

    @Test
    void everyRestartUsesOneUp() {
        Story story = Story.of(sms().restarts(2).cooldown(0)).accepted();

        assertThat(story.resend()).isEqualTo(YES);
        assertThat(story.accepted().resend()).isEqualTo(YES);
        assertThat(story.accepted().resend()).isEqualTo(refused(Reason.NO_AVAILABLE_CHANNELS));
        assertThat(story.dispatches()).isEqualTo(3);
    }

    @Test
    void theCooldownIsOverAtThatVeryInstant() {
        Story story = Story.of(sms().cooldown(30)).at(5).accepted();

        assertThat(story.justBefore(35).resend()).isEqualTo(coolingDown(1));
        assertThat(story.state()).isEqualTo("sent");
        assertThat(story.changed()).isFalse();
        assertThat(story.at(35).resend()).isEqualTo(YES);
    }

    @Test
    void aResendIsAskedToWaitNoLongerThanTheMessageLives() {
        Story story = Story.of(sms().lifetime(60).cooldown(3600)).accepted();

        assertThat(story.at(20).resend()).isEqualTo(coolingDown(40));
        assertThat(story.at(60).resend()).isEqualTo(YES);
    }

    @Test
    void aResendTooSoonIsToldHowLongToWait() {
        Story story = Story.of(sms().cooldown(30)).accepted();

        assertThat(story.resend()).isEqualTo(coolingDown(30));
        assertThat(story.at(10).resend()).isEqualTo(coolingDown(20));
    }

    @Test
    void whereNothingIsLeftThatIsToldBeforeTheCooldown() {
        Story story = Story.of(sms().restarts(0).cooldown(30)).accepted();

        assertThat(story.resend()).isEqualTo(refused(Reason.NO_AVAILABLE_CHANNELS));
    }

    @Test
    void whereNothingIsLeftTheCodeThatIsAliveStaysUsable() {
        Story story = Story.of(sms().restarts(0)).accepted().at(100);
        story.resend();

        assertThat(story.changed()).isFalse();
        assertThat(story.check(ourCodeOf(1))).isEqualTo(YES);
    }

    @Test
    void theCooldownIsToldBeforeAGatewayThatIsDown() {
        Story story = Story.of(sms().gateways("a").cooldown(30)).accepted().at(10);

        assertThat(story.resendWithOnly("none")).isEqualTo(coolingDown(20));
    }

    @Test
    void whereNothingIsLeftThatIsToldBeforeAGatewayThatIsDown() {
        Story story = Story.of(sms().gateways("a").restarts(0)).accepted().at(30);

        assertThat(story.resendWithOnly("none")).isEqualTo(refused(Reason.NO_AVAILABLE_CHANNELS));
    }

    @Test
    void whileAllItsGatewaysAreDownNothingIsUsedUp() {
        Story story = Story.of(sms().gateways("a", "b").restarts(1)).accepted().at(30);

        assertThat(story.resendWithOnly("none")).isEqualTo(refused(Reason.RESEND_CHANNEL));

        assertThat(story.changed()).isFalse();
        assertThat(story.dispatches()).isEqualTo(1);
        assertThat(story.resendWithOnly("b")).as("the restart is still there").isEqualTo(YES);
    }

    @Test
    void whileAllItsGatewaysAreDownTheCodeThatIsAliveStaysUsable() {
        Story story = Story.of(sms().gateways("a")).accepted().at(30);
        story.resendWithOnly("none");

        assertThat(story.check(ourCodeOf(1))).isEqualTo(YES);
    }

    @Test
    void aFailedChannelIsNotRestartedWhileItsGatewaysAreDown() {
        Story story = Story.of(sms().gateways("a")).rejected();

        assertThat(story.resendWithOnly("b")).isEqualTo(refused(Reason.RESEND_CHANNEL));
        assertThat(story.changed()).isFalse();
        assertThat(story.state()).isEqualTo("error");
        assertThat(story.resendWithOnly("a")).isEqualTo(YES);
    }

    @Test
    void onlyTheGatewaysOfWhatWouldBeStartedMatter() {
        Story restart = Story.of(sms().gateways("a").restarts(1), voice().gateways("b"))
                .accepted()
                .at(30);
        assertThat(restart.resendWithOnly("b")).isEqualTo(refused(Reason.RESEND_CHANNEL));
        assertThat(restart.resendWithOnly("a")).isEqualTo(YES);

        Story next = Story.of(sms().gateways("a").restarts(0), voice().gateways("b"))
                .accepted()
                .at(30);
        assertThat(next.resendWithOnly("a")).isEqualTo(refused(Reason.RESEND_CHANNEL));
        assertThat(next.resendWithOnly("b")).isEqualTo(YES);
    }

    @Test
    void aFailedChannelIsRestartedAtOnce() {
        Story story = Story.of(sms().cooldown(3600).restarts(1)).rejected();

        assertThat(story.resend()).isEqualTo(YES);

        assertThat(story.state()).isEqualTo("wait");
        assertThat(story.lastEvents()).containsExactly(new SessionEvent(Kind.DISPATCH_REQUESTED, 2, "restart"));
    }

    @Test
    void aMessageWhoseLifetimeIsOverIsRestartedAtOnce() {
        Story story = Story.of(sms().lifetime(60).cooldown(3600)).accepted().at(60);

        assertThat(story.resend()).isEqualTo(YES);
        assertThat(story.lastEvents())
                .extracting(SessionEvent::kind)
                .containsExactly(Kind.CHANNEL_FAILED, Kind.DISPATCH_REQUESTED);
    }

    @Test
    void aMessageWhoseLifetimeIsOverGivesWayToTheNextChannelWhenNoRestartIsLeft() {
        Story story =
                Story.of(sms().lifetime(60).restarts(0), voice()).accepted().at(60);

        assertThat(story.resend()).isEqualTo(YES);
        assertThat(story.view().leg().channel().type()).isEqualTo(ChannelType.VOICE);
    }

    @Test
    void aResendAfterTheLifetimeFindsNothingLeft() {
        Story story = Story.of(sms().lifetime(60).restarts(0)).accepted().at(60);

        assertThat(story.resend()).isEqualTo(refused(Reason.NO_AVAILABLE_CHANNELS));
        assertThat(story.state()).isEqualTo("exhausted");
    }

    @Test
    void oneResendWinsACooldownWindow() {
        Story story = Story.of(sms().cooldown(30)).accepted().at(30);

        assertThat(story.resend()).isEqualTo(YES);
        assertThat(story.resend()).isEqualTo(coolingDown(30));
        assertThat(story.accepted().resend()).isEqualTo(coolingDown(30));
        assertThat(story.dispatches()).isEqualTo(2);
    }

    private static Answer<Boolean> coolingDown(long seconds) {
        return Answer.refused(new Refusal(Reason.RESTART_COOLDOWN_ACTIVE, Duration.ofSeconds(seconds), null));
    }
}
