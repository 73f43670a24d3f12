package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.at;
import static io.otphandler.domain.Fixtures.chosen;
import static io.otphandler.domain.Fixtures.ourCodeOf;
import static io.otphandler.domain.Fixtures.push;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.terms;
import static io.otphandler.domain.Fixtures.typed;
import static io.otphandler.domain.Fixtures.voice;
import static io.otphandler.domain.session.Story.YES;
import static io.otphandler.domain.session.Story.wrong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.otphandler.domain.Fixtures;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.code.CodePolicy;
import io.otphandler.domain.code.IssuedCode;
import io.otphandler.domain.session.Receipt.Status;
import io.otphandler.domain.session.SessionEvent.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SPEC §2, rule 2: handing a message over, and what becomes of that. */
class DispatchTest {

    @Test
    void aWaitingMessageIsHandedOverWithAllThatItsWordsNeed() {
        Story story = Story.of(sms().code(8, true));

        HandOver handOver = story.handOver().orElseThrow();

        assertThat(handOver.terms()).isSameAs(story.session().terms());
        assertThat(handOver.dispatch()).isEqualTo(1);
        assertThat(handOver.leg().channel().type()).isEqualTo(ChannelType.SMS);
        assertThat(handOver.codeType()).isEqualTo(CodeType.CODE);
        assertThat(handOver.code())
                .isEqualTo(new IssuedCode(Fixtures.SESSION.value(), 1, new CodePolicy(8, true), null));
    }

    @Test
    void handingOverChangesNothingByItself() {
        Story story = Story.of(sms());
        Session before = story.session();

        assertThat(story.handOver()).isPresent();
        assertThat(story.handOver()).as("after a crash").isPresent();

        assertThat(story.session()).isSameAs(before);
        assertThat(story.changed()).isFalse();
    }

    @Test
    void aCodelessMessageIsHandedOverWithOurCodeToo() {
        HandOver handOver = Story.of(push()).handOver().orElseThrow();

        assertThat(handOver.codeType()).isEqualTo(CodeType.CODELESS);
        assertThat(handOver.code().chosen()).isNull();
    }

    @Test
    void onlyTheCurrentDispatchIsHandedOver() {
        Story story = Story.of(sms(), voice()).rejected();
        Session before = story.session();

        assertThat(story.handOver(1)).isEmpty();
        assertThat(story.handOver(3)).isEmpty();
        assertThat(story.session()).isSameAs(before);
        assertThat(story.handOver(2))
                .get()
                .extracting(HandOver::leg)
                .extracting(leg -> leg.channel().type())
                .isEqualTo(ChannelType.VOICE);
    }

    @Test
    void anOlderDispatchThatIsTooOldLeavesTheCurrentOneAlone() {
        Story story = Story.of(sms().lifetime(10), voice().lifetime(10)).at(5).rejected();

        assertThat(story.at(15).handOver(1)).isEmpty();
        assertThat(story.state()).isEqualTo("wait");
        assertThat(story.lastEvents()).isEmpty();
    }

    @Test
    void aMessageIsHandedOverUntilItIsAsOldAsItsLifetime() {
        Story story = Story.of(sms().lifetime(60), voice());

        assertThat(story.justBefore(60).handOver()).isPresent();
    }

    @Test
    void aMessageAsOldAsItsLifetimeIsNotSentAndItsChannelFails() {
        Story story = Story.of(sms().lifetime(60), voice());

        assertThat(story.at(60).handOver(1)).isEmpty();

        assertThat(story.state()).isEqualTo("wait");
        assertThat(story.view().leg().channel().type()).isEqualTo(ChannelType.VOICE);
        assertThat(story.kinds())
                .containsExactly(Kind.DISPATCH_REQUESTED, Kind.CHANNEL_FAILED, Kind.DISPATCH_REQUESTED);
    }

    @Test
    void theAgeOfAMessageCountsFromItsOwnDispatchNotFromTheSession() {
        Story story = Story.of(sms().lifetime(60), voice().lifetime(60)).at(50).rejected();

        assertThat(story.justBefore(110).handOver()).isPresent();
        assertThat(story.at(110).handOver()).isEmpty();
        assertThat(story.state()).isEqualTo("error");
    }

    @Test
    void noMessageOfACancelledSessionIsHandedOver() {
        Story story = Story.of(sms());
        story.cancel();

        assertThat(story.handOver(1)).isEmpty();
        assertThat(story.changed()).isFalse();
    }

    @Test
    void noMessageThatHasBeenSentIsHandedOverAgain() {
        assertThat(Story.of(sms()).accepted().handOver(1)).isEmpty();
    }

    @Test
    void anAcceptedMessageIsSentFromThatInstantOn() {
        Story story = Story.of(sms().lifetime(60).cooldown(20)).at(7).accepted();

        ChannelView view = story.view();
        assertThat(view.status()).isEqualTo(ChannelStatus.SENT);
        assertThat(view.sentAt()).isEqualTo(at(7));
        assertThat(view.expiresAt()).isEqualTo(at(67));
        assertThat(view.restartAvailableAt()).isEqualTo(at(27));
    }

    @ParameterizedTest
    @EnumSource(
            value = Outcome.Kind.class,
            names = {"ACCEPTED", "UNKNOWN"})
    void aMessageThatHasOrMayHaveReachedTheUserIsConfirmedByItsCode(Outcome.Kind kind) {
        Story story = Story.of(sms());

        assertThat(story.outcome(new Outcome(kind, null))).isTrue();

        assertThat(story.lastEvents()).containsExactly(SessionEvent.of(Kind.valueOf(kind.name()), 1));
        assertThat(story.check(ourCodeOf(1))).isEqualTo(YES);
    }

    @Test
    void aMessageThatMayHaveBeenTakenIsNeverSentAgainByItself() {
        Story story = Story.of(sms(), voice());
        story.outcome(Outcome.UNKNOWN);

        assertThat(story.justBefore(300).settle()).isFalse();
        assertThat(story.dispatches()).isEqualTo(1);
        assertThat(story.resend()).isEqualTo(YES);
    }

    @Test
    void aRejectedMessageFailsItsChannel() {
        Story story = Story.of(sms()).rejected();

        assertThat(story.lastEvents())
                .containsExactly(
                        SessionEvent.of(Kind.REJECTED, 1), new SessionEvent(Kind.CHANNEL_FAILED, 1, "rejected"));
    }

    @Test
    void anUnavailableGatewayFailsItsChannel() {
        Story story = Story.of(sms());

        assertThat(story.outcome(Outcome.UNAVAILABLE)).isTrue();

        assertThat(story.lastEvents())
                .containsExactly(
                        SessionEvent.of(Kind.UNAVAILABLE, 1),
                        new SessionEvent(Kind.CHANNEL_FAILED, 1, "no gateway available"));
    }

    @Test
    void aCodeThatTheProviderChoseStandsInsteadOfOurs() {
        Story story = Story.of(sms()).accepted(chosen("4711"));

        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(2));
        assertThat(story.check(typed("4711"))).isEqualTo(YES);
    }

    @Test
    void theLengthShownIsThatOfTheCodeThatTheProviderChose() {
        Story story = Story.of(sms().code(6, false));

        assertThat(story.view().codeLength()).isEqualTo(6);
        assertThat(story.accepted(chosen("4711")).view().codeLength()).isEqualTo(4);
    }

    @Test
    void aRestartForgetsTheCodeThatTheProviderChose() {
        Story story = Story.of(sms()).accepted(chosen("4711")).at(30);
        story.resend();
        story.accepted();

        assertThat(story.view().codeLength()).isEqualTo(6);
        assertThat(story.check(typed("4711"))).isEqualTo(wrong(2));
        assertThat(story.check(ourCodeOf(2))).isEqualTo(YES);
    }

    @Test
    void anAcceptanceThatAReceiptHasOvertakenStillBringsTheProvidersCode() {
        Story story = Story.of(sms());
        story.receipt(Status.DELIVERED);

        assertThat(story.outcome(Outcome.accepted(chosen("4711")))).isTrue();

        assertThat(story.lastEvents()).containsExactly(SessionEvent.of(Kind.ACCEPTED, 1));
        assertThat(story.view().codeLength()).isEqualTo(4);
        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(2));
        assertThat(story.check(typed("4711"))).isEqualTo(YES);
    }

    @Test
    void anAcceptanceThatAReceiptHasOvertakenDoesNotMakeTheMessageAnyYounger() {
        Story story = Story.of(sms()).at(3);
        story.receipt(Status.DELIVERED);

        story.at(5).accepted(chosen("4711"));

        assertThat(story.view().sentAt()).isEqualTo(at(3));
    }

    @Test
    void aSecondAcceptanceDoesNotReplaceTheProvidersCode() {
        Story story = Story.of(sms()).accepted(chosen("4711"));
        Session before = story.session();

        assertThat(story.outcome(Outcome.accepted(chosen("0815")))).isFalse();

        assertThat(story.session()).isSameAs(before);
        assertThat(story.lastEvents()).containsExactly(new SessionEvent(Kind.ACCEPTED, 1, "too late"));
    }

    @Test
    void aLateAcceptanceOfAnOlderDispatchBringsNoCode() {
        Story story = Story.of(sms()).accepted().at(30);
        story.resend();
        story.accepted();
        Session before = story.session();

        assertThat(story.outcome(1, Outcome.accepted(chosen("4711")))).isFalse();

        assertThat(story.session()).isSameAs(before);
    }

    @Test
    void anOutcomeAfterTheLifetimeComesTooLate() {
        Story story = Story.of(sms().lifetime(60)).accepted().at(60);

        assertThat(story.outcome(Outcome.accepted(chosen("4711")))).isFalse();

        assertThat(story.state()).isEqualTo("error");
        assertThat(story.kinds())
                .containsExactly(Kind.DISPATCH_REQUESTED, Kind.ACCEPTED, Kind.CHANNEL_FAILED, Kind.ACCEPTED);
    }

    @Test
    void onlyAnAcceptedMessageHasACodeThatTheProviderChose() {
        for (Outcome.Kind kind : Outcome.Kind.values()) {
            if (kind != Outcome.Kind.ACCEPTED) {
                assertThatIllegalArgumentException().isThrownBy(() -> new Outcome(kind, chosen("4711")));
            }
        }
        assertThat(Outcome.accepted(chosen("4711")).chosen()).isEqualTo(chosen("4711"));
    }

    @Test
    void aWaitingMessageIsNotMovedByTime() {
        Session waiting = Story.of(sms()).session();

        assertThat(waiting.nextDue()).isEmpty();
        assertThat(waiting.settle(at(899)).next()).isSameAs(waiting);
        assertThat(waiting.terms()).isEqualTo(terms(sms()));
    }
}
