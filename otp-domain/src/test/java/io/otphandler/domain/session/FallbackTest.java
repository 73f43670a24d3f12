package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.aWrongCode;
import static io.otphandler.domain.Fixtures.at;
import static io.otphandler.domain.Fixtures.chosen;
import static io.otphandler.domain.Fixtures.ourCodeOf;
import static io.otphandler.domain.Fixtures.push;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.terms;
import static io.otphandler.domain.Fixtures.typed;
import static io.otphandler.domain.Fixtures.viber;
import static io.otphandler.domain.Fixtures.voice;
import static io.otphandler.domain.Fixtures.widget;
import static io.otphandler.domain.session.Story.NO;
import static io.otphandler.domain.session.Story.YES;
import static io.otphandler.domain.session.Story.refused;
import static io.otphandler.domain.session.Story.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Receipt.Status;
import io.otphandler.domain.session.Refusal.Reason;
import io.otphandler.domain.session.SessionEvent.Kind;
import org.junit.jupiter.api.Test;

/** SPEC §2, rule 6. */
class FallbackTest {

    @Test
    void theNextChannelStartsAtTheVeryInstantOfTheFallback() {
        Story story = Story.of(sms().fallbackAfter(20), voice().tries(5)).at(5).accepted();

        assertThat(story.justBefore(25).settle()).isFalse();
        assertThat(story.at(25).settle()).isTrue();

        assertThat(story.state()).isEqualTo("wait");
        assertThat(story.view().leg().channel().type()).isEqualTo(ChannelType.VOICE);
        assertThat(story.view().remainingCodeAttempts()).isEqualTo(5);
    }

    @Test
    void aFallbackIsADispatchOfItsOwn() {
        Story story = Story.of(sms().fallbackAfter(20), voice()).accepted();

        story.at(20).settle();

        assertThat(story.lastEvents()).containsExactly(new SessionEvent(Kind.DISPATCH_REQUESTED, 2, "fallback"));
        assertThat(story.handOver()).get().extracting(HandOver::dispatch).isEqualTo(2);
    }

    @Test
    void aMessageIsDueAtItsFallbackBeforeItsLifetimeEnds() {
        assertThat(Story.of(sms().fallbackAfter(20), voice())
                        .at(5)
                        .accepted()
                        .session()
                        .nextDue())
                .contains(at(25));
    }

    @Test
    void withoutAnotherChannelThereIsNoFallback() {
        Story story = Story.of(sms().lifetime(60).fallbackAfter(20)).accepted();

        assertThat(story.session().nextDue()).contains(at(60));
        assertThat(story.at(20).settle()).isFalse();
    }

    @Test
    void withoutFallbackAfterNoOtherChannelStartsByItself() {
        Story story = Story.of(sms().lifetime(60), voice()).accepted();

        assertThat(story.session().nextDue()).contains(at(60));
        assertThat(story.justBefore(60).settle()).isFalse();
    }

    @Test
    void aFallbackThatNobodySawIsStartedByTheFirstOperationAtItsOwnInstant() {
        Story story = Story.of(sms().fallbackAfter(20), voice().lifetime(60))
                .accepted()
                .at(100);

        assertThat(story.status()).isEqualTo(refused(Reason.CHANNEL_CHANGED));
        assertThat(story.changed()).isTrue();

        assertThat(story.justBefore(160).handOver())
                .as("as young as its dispatch")
                .isPresent();
    }

    @Test
    void everyOperationStartsTheFallbackThatNobodySaw() {
        assertThat(dueForFallback().view().leg().channel().type()).isEqualTo(ChannelType.VOICE);
        assertThat(dueForFallback().view().status()).isEqualTo(ChannelStatus.WAIT);
        assertThat(dueForFallback().awaitStatus()).isEmpty();
        assertThat(dueForFallback().completeIfConfirmed()).isEqualTo(NO);
        assertThat(dueForFallback().complete()).isEqualTo(NO);
        assertThat(dueForFallback().cancel()).isEqualTo(YES);
        assertThat(dueForFallback().check(aWrongCode())).isEqualTo(wrong(2));
        assertThat(dueForFallback().resend().fold(yes -> null, Refusal::reason))
                .isEqualTo(Reason.RESTART_COOLDOWN_ACTIVE);
        assertThat(dueForFallback().outcome(1, Outcome.REJECTED)).isFalse();
        Story asked = dueForFallback();
        asked.complete();
        assertThat(asked.dispatches()).isEqualTo(2);
    }

    @Test
    void whereFallbackAndLifetimeHaveBothPassedTheLifetimeRules() {
        Story story = Story.of(sms().lifetime(60).fallbackAfter(20), voice())
                .accepted()
                .at(60);

        assertThat(story.settle()).isTrue();

        assertThat(story.state()).isEqualTo("error");
        assertThat(story.dispatches()).isEqualTo(1);
    }

    @Test
    void aFallbackLaterThanTheSessionNeverComes() {
        Story story = Story.of(terms(
                        widget(sms().fallbackAfter(20), voice())
                                .sessionLifetime(15)
                                .build(),
                        null))
                .accepted();

        assertThat(story.session().nextDue()).contains(at(15));
        assertThat(story.at(20).settle()).isFalse();
        assertThat(story.dispatches()).isEqualTo(1);
    }

    @Test
    void theLeftCodeConfirmsWhileTheNextMessageIsOnItsWay() {
        Story story = Story.of(sms().fallbackAfter(20), voice()).accepted().at(20);

        assertThat(story.check(ourCodeOf(1))).isEqualTo(YES);
        assertThat(story.state()).isEqualTo("confirmed");
        assertThat(story.lastEvents())
                .containsExactly(
                        new SessionEvent(Kind.DISPATCH_REQUESTED, 2, "fallback"),
                        new SessionEvent(Kind.CONFIRMED, 2, "code"));
        assertThat(story.handOver(2)).as("no longer needed").isEmpty();
    }

    @Test
    void bothCodesConfirmOnceTheNextMessageIsSent() {
        assertThat(fallenBack().accepted().check(ourCodeOf(1))).isEqualTo(YES);
        assertThat(fallenBack().accepted().check(ourCodeOf(2))).isEqualTo(YES);
    }

    @Test
    void theNewCodeDoesNotConfirmBeforeItsMessageIsSent() {
        Story story = fallenBack();

        assertThat(story.check(ourCodeOf(2))).isEqualTo(wrong(2));
    }

    @Test
    void aWrongGuessWhileTheLeftCodeIsAliveCostsATryOfTheNewChannel() {
        Story story =
                Story.of(sms().tries(9).fallbackAfter(20), voice().tries(2)).accepted();
        story.at(20).settle();

        assertThat(story.check(aWrongCode())).isEqualTo(wrong(1));
        assertThat(story.state()).isEqualTo("wait");
        assertThat(story.lastEvents()).containsExactly(new SessionEvent(Kind.WRONG_CODE, 2, "1"));
        assertThat(story.check(aWrongCode())).isEqualTo(wrong(0));
        assertThat(story.state()).isEqualTo("attempts expired");
    }

    @Test
    void theLeftCodeIsGoodUntilItsOwnLifetimeEnds() {
        assertThat(fallenBack().accepted().justBefore(60).check(ourCodeOf(1))).isEqualTo(YES);
    }

    @Test
    void theLeftCodeIsDeadAtTheVeryInstantItsOwnLifetimeEnds() {
        Story sent = fallenBack().accepted().at(60);
        assertThat(sent.check(ourCodeOf(1))).isEqualTo(wrong(2));
        assertThat(sent.check(ourCodeOf(2))).isEqualTo(YES);

        Story waiting = fallenBack().at(60);
        assertThat(waiting.check(ourCodeOf(1)))
                .as("costs no try: no code is alive")
                .isEqualTo(wrong(3));
    }

    @Test
    void theLeftCodeEndsWithTheSessionAtTheLatest() {
        Story story = Story.of(terms(
                        widget(sms().lifetime(60).fallbackAfter(20), voice())
                                .sessionLifetime(50)
                                .build(),
                        null))
                .accepted();
        story.at(20).settle();

        assertThat(story.at(50).check(ourCodeOf(1))).isEqualTo(wrong(3));
    }

    @Test
    void theLeftCodeIsDeadOnceTheNextChannelIsRestarted() {
        Story story = fallenBack().accepted().at(50);
        assertThat(story.resend()).isEqualTo(YES);

        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(3));
        assertThat(story.accepted().check(ourCodeOf(1))).isEqualTo(wrong(2));
    }

    @Test
    void theLeftCodeIsDeadOnceTheNextChannelFails() {
        Story story =
                Story.of(sms().lifetime(60).fallbackAfter(20), voice(), viber()).accepted();
        story.at(20).settle();
        story.rejected();

        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(3));
        assertThat(story.accepted().check(ourCodeOf(1))).isEqualTo(wrong(2));
    }

    @Test
    void theLeftCodeIsDeadOnceTheLastChannelFails() {
        assertThat(fallenBack().rejected().check(ourCodeOf(1))).isEqualTo(refused(Reason.RESEND_CHANNEL));
    }

    @Test
    void aSecondFallbackLeavesOnlyItsOwnCode() {
        Story story = Story.of(
                        sms().fallbackAfter(20), voice().fallbackAfter(20).tries(9), viber().tries(9))
                .accepted();
        story.at(20).settle();
        story.accepted().at(40).settle();

        assertThat(story.dispatches()).isEqualTo(3);
        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(8));
        assertThat(story.check(ourCodeOf(2))).isEqualTo(YES);
    }

    @Test
    void theLeftCodeIsTheOneOfTheLastRestart() {
        Story story = Story.of(sms().fallbackAfter(50), voice()).accepted().at(30);
        story.resend();
        story.accepted().at(80).settle();

        assertThat(story.dispatches()).isEqualTo(3);
        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(2));
        assertThat(story.check(ourCodeOf(2))).isEqualTo(YES);
    }

    @Test
    void aLeftCodeMayBeOneThatTheProviderChose() {
        Story story = Story.of(sms().fallbackAfter(20), voice()).accepted(chosen("4711"));
        story.at(20).settle();

        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(2));
        assertThat(story.check(typed("4711"))).isEqualTo(YES);
    }

    @Test
    void theLeftCodeKeepsTheLookOfItsOwnChannel() {
        Story story = Story.of(sms().code(4, false).fallbackAfter(20), voice().code(8, true))
                .accepted();
        story.at(20).settle();

        assertThat(story.check(issued -> issued.policy().length() == 4 && issued.dispatch() == 1))
                .isEqualTo(YES);
    }

    @Test
    void aPushLeavesNoCode() {
        Story story = Story.of(push().fallbackAfter(20), sms()).accepted();
        story.at(20).settle();

        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(3));
        assertThat(story.changed()).isFalse();
    }

    @Test
    void aCodeThatBecameAPushLeavesNoCode() {
        Story story = Story.of(sms().fallbackAfter(20), voice()).accepted();
        story.receipt(Status.CODE_TYPE_CHANGED);
        story.at(20).settle();

        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(3));
    }

    @Test
    void aLeftCodeSurvivesTheAcceptanceOfAMessageWhoseCodeTheProviderChose() {
        Story story = fallenBack().accepted(chosen("4711"));

        assertThat(story.check(ourCodeOf(2))).isEqualTo(wrong(2));
        assertThat(story.check(ourCodeOf(1))).isEqualTo(YES);
    }

    @Test
    void theLeftCodeIsStillGoodAfterAWrongGuessAndAfterTheFormHasSeenTheChange() {
        Story story = fallenBack();
        story.showChannel();
        story.check(aWrongCode());
        story.accepted();
        story.showChannel();
        story.check(aWrongCode());

        assertThat(story.check(ourCodeOf(1))).isEqualTo(YES);
    }

    @Test
    void noCodeIsTypedIntoAPushEvenWhileALeftOneIsGood() {
        Story story = Story.of(sms().fallbackAfter(20), push()).accepted();
        story.at(20).settle();

        assertThat(story.check(ourCodeOf(1))).isEqualTo(refused(Reason.IS_CODELESS_CHANNEL));
    }

    @Test
    void theChannelLeftCannotBeGoneBackTo() {
        Story story = Story.of(sms().restarts(10).fallbackAfter(20), voice().restarts(0))
                .accepted();
        story.at(20).settle();

        assertThat(story.accepted().at(100).resend()).isEqualTo(refused(Reason.NO_AVAILABLE_CHANNELS));
    }

    /** By SMS at 0 s, its code good until 60 s; the fallback to voice came at 20 s. */
    private static Story fallenBack() {
        Story story = Story.of(sms().lifetime(60).fallbackAfter(20), voice()).accepted();
        story.at(20).settle();
        assertThat(story.state()).isEqualTo("wait");
        return story;
    }

    private static Story dueForFallback() {
        return Story.of(sms().fallbackAfter(20), voice()).accepted().at(20);
    }
}
