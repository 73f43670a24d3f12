package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.aWrongCode;
import static io.otphandler.domain.Fixtures.at;
import static io.otphandler.domain.Fixtures.chosen;
import static io.otphandler.domain.Fixtures.ourCodeOf;
import static io.otphandler.domain.Fixtures.push;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.typed;
import static io.otphandler.domain.Fixtures.voice;
import static io.otphandler.domain.session.Story.NO;
import static io.otphandler.domain.session.Story.YES;
import static io.otphandler.domain.session.Story.refused;
import static io.otphandler.domain.session.Story.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.session.Receipt.Status;
import io.otphandler.domain.session.Refusal.Reason;
import io.otphandler.domain.session.SessionEvent.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SPEC §2, rule 3. */
class ReceiptTest {

    @ParameterizedTest
    @EnumSource(
            value = Status.class,
            names = {"DELIVERED", "READ"})
    void aDeliveryIsRecordedAndLeavesTheMessageAsItIs(Status status) {
        Story story = Story.of(sms()).accepted();
        Session before = story.session();

        assertThat(story.receipt(status)).isTrue();

        assertThat(story.session()).isSameAs(before);
        assertThat(story.changed()).as("there is an event to keep").isTrue();
        assertThat(story.lastEvents()).containsExactly(new SessionEvent(Kind.RECEIPT, 1, status.wireName()));
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.class,
            names = {"UNDELIVERED", "EXPIRED", "DECLINED"})
    void aMessageThatDidNotReachTheUserOrWasDeclinedFailsItsChannel(Status status) {
        Story story = Story.of(sms(), voice()).accepted();

        assertThat(story.receipt(status)).isTrue();

        assertThat(story.state()).isEqualTo("wait");
        assertThat(story.lastEvents())
                .containsExactly(
                        new SessionEvent(Kind.RECEIPT, 1, status.wireName()),
                        new SessionEvent(Kind.CHANNEL_FAILED, 1, status.wireName()),
                        new SessionEvent(Kind.DISPATCH_REQUESTED, 2, "channel before failed"));
    }

    @Test
    void aConfirmationConfirmsACodelessSession() {
        Story story = Story.of(push()).accepted();

        assertThat(story.receipt(Status.CONFIRMED)).isTrue();

        assertThat(story.status()).isEqualTo(YES);
    }

    @Test
    void aConfirmationIsToldTogetherWithWhatItDid() {
        Story story = Story.of(push()).accepted();
        story.receipt(Status.CONFIRMED);

        assertThat(story.lastEvents())
                .containsExactly(
                        new SessionEvent(Kind.RECEIPT, 1, "confirmed"), new SessionEvent(Kind.CONFIRMED, 1, "receipt"));
    }

    @Test
    void aConfirmationOfAMessageWithACodeIsRecordedAndChangesNothing() {
        Story story = Story.of(sms()).accepted();

        assertThat(story.receipt(Status.CONFIRMED)).isFalse();

        assertThat(story.lastEvents()).containsExactly(new SessionEvent(Kind.RECEIPT, 1, "confirmed, changed nothing"));
        assertThat(story.status()).isEqualTo(NO);
    }

    @Test
    void aConfirmationCountsOnceACodeHasBecomeAPush() {
        Story story = Story.of(sms()).accepted();
        story.receipt(Status.CODE_TYPE_CHANGED);

        assertThat(story.receipt(Status.CONFIRMED)).isTrue();

        assertThat(story.status()).isEqualTo(YES);
    }

    @Test
    void aConfirmationNoLongerCountsOnceAPushHasBecomeACode() {
        Story story = Story.of(push()).accepted();
        story.receipt(Status.CODE_TYPE_CHANGED);

        assertThat(story.receipt(Status.CONFIRMED)).isFalse();

        assertThat(story.state()).isEqualTo("sent");
    }

    @Test
    void aPushThatBecameACodeIsConfirmedByOurCode() {
        Story story = Story.of(push()).accepted();

        assertThat(story.receipt(Status.CODE_TYPE_CHANGED)).isTrue();

        assertThat(story.lastEvents())
                .containsExactly(
                        new SessionEvent(Kind.RECEIPT, 1, "codeTypeChanged"),
                        new SessionEvent(Kind.CODE_TYPE_CHANGED, 1, "code"));
        assertThat(story.view().codeType()).isEqualTo(CodeType.CODE);
        assertThat(story.check(ourCodeOf(1))).isEqualTo(YES);
    }

    @Test
    void aPushThatBecameACodeIsConfirmedByTheProvidersWhereItBroughtOne() {
        Story story = Story.of(push()).accepted();
        story.receipt(1, new Receipt(Status.CODE_TYPE_CHANGED, chosen("4711")));

        assertThat(story.view().codeLength()).isEqualTo(4);
        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(2));
        assertThat(story.check(typed("4711"))).isEqualTo(YES);
    }

    @Test
    void aPushThatBecameACodeIsConfirmedByTheCodeThatTheProviderChoseBefore() {
        Story story = Story.of(push()).accepted(chosen("4711"));
        story.receipt(Status.CODE_TYPE_CHANGED);

        assertThat(story.check(typed("4711"))).isEqualTo(YES);
    }

    @Test
    void aChangedCodeTypeLeavesTriesStatusAndClockAlone() {
        Story story = Story.of(sms().tries(3)).at(5).accepted();
        story.check(aWrongCode());

        story.at(9).receipt(Status.CODE_TYPE_CHANGED);

        ChannelView view = story.view();
        assertThat(view.status()).isEqualTo(ChannelStatus.SENT);
        assertThat(view.sentAt()).isEqualTo(at(5));
        assertThat(view.remainingCodeAttempts()).isEqualTo(2);
    }

    @Test
    void aCodeThatBecameAPushIsNotCheckedAnyMore() {
        Story story = Story.of(sms()).accepted();
        story.receipt(Status.CODE_TYPE_CHANGED);

        assertThat(story.check(ourCodeOf(1))).isEqualTo(refused(Reason.IS_CODELESS_CHANNEL));
        assertThat(story.changed()).isFalse();
    }

    @Test
    void aChangeOfCodeTypeReportedTwiceChangesItOnce() {
        Story story = Story.of(push()).accepted();
        story.receipt(Status.CODE_TYPE_CHANGED);
        Session before = story.session();

        assertThat(story.receipt(Status.CODE_TYPE_CHANGED)).isFalse();

        assertThat(story.session()).isSameAs(before);
        assertThat(story.lastEvents())
                .containsExactly(new SessionEvent(Kind.RECEIPT, 1, "codeTypeChanged, changed nothing"));
    }

    @Test
    void aRestartBringsBackTheChannelsOwnCodeType() {
        Story story = Story.of(push()).accepted();
        story.receipt(Status.CODE_TYPE_CHANGED);
        story.at(30).resend();

        assertThat(story.view().codeType()).isEqualTo(CodeType.CODELESS);
        assertThat(story.accepted().receipt(Status.CONFIRMED)).isTrue();
    }

    @Test
    void aReceiptThatOvertakesTheAcceptanceCountsAsBoth() {
        Story story = Story.of(sms()).at(4);

        assertThat(story.receipt(Status.DELIVERED)).isTrue();

        assertThat(story.view().sentAt()).isEqualTo(at(4));
        assertThat(story.kinds()).containsExactly(Kind.DISPATCH_REQUESTED, Kind.ACCEPTED, Kind.RECEIPT);
    }

    @Test
    void aConfirmationThatOvertakesTheAcceptanceConfirms() {
        Story story = Story.of(push());
        story.receipt(Status.CONFIRMED);

        assertThat(story.status()).isEqualTo(YES);
        assertThat(story.outcome(1, Outcome.ACCEPTED)).isFalse();
        assertThat(story.status()).isEqualTo(YES);
    }

    @Test
    void aReceiptAtTheInstantTheLifetimeEndsIsTooLate() {
        Story story = Story.of(push().lifetime(60)).accepted().at(60);

        assertThat(story.receipt(Status.CONFIRMED)).isFalse();

        assertThat(story.state()).isEqualTo("error");
        assertThat(story.lastEvents())
                .containsExactly(
                        new SessionEvent(Kind.CHANNEL_FAILED, 1, "lifetime over"),
                        new SessionEvent(Kind.RECEIPT, 1, "confirmed, changed nothing"));
    }

    @Test
    void aReceiptJustBeforeTheLifetimeEndsCounts() {
        Story story = Story.of(push().lifetime(60)).accepted().justBefore(60);

        assertThat(story.receipt(Status.CONFIRMED)).isTrue();
    }

    @Test
    void aReceiptThatComesWithTheFallbackFindsItsDispatchLeft() {
        Story story = Story.of(push().fallbackAfter(20), voice()).accepted().at(20);

        assertThat(story.receipt(1, Receipt.of(Status.UNDELIVERED))).isFalse();

        assertThat(story.state()).isEqualTo("wait");
        assertThat(story.dispatches()).isEqualTo(2);
    }

    @Test
    void aReceiptOfADispatchYetToComeChangesNothing() {
        Story story = Story.of(push());

        assertThat(story.receipt(2, Receipt.of(Status.CONFIRMED))).isFalse();
        assertThat(story.state()).isEqualTo("wait");
        assertThat(story.accepted().receipt(2, Receipt.of(Status.CONFIRMED))).isFalse();
        assertThat(story.state()).isEqualTo("sent");
    }

    @ParameterizedTest
    @EnumSource(Status.class)
    void everyStatusIsFoundByItsName(Status status) {
        assertThat(Status.named(status.wireName())).contains(status);
    }

    @Test
    void noStatusIsFoundByAnotherName() {
        assertThat(Status.named("Delivered")).isEmpty();
    }
}
