package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.START;
import static io.otphandler.domain.Fixtures.aWrongCode;
import static io.otphandler.domain.Fixtures.at;
import static io.otphandler.domain.Fixtures.ourCodeOf;
import static io.otphandler.domain.Fixtures.push;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.terms;
import static io.otphandler.domain.Fixtures.voice;
import static io.otphandler.domain.Fixtures.widget;
import static io.otphandler.domain.session.Story.NO;
import static io.otphandler.domain.session.Story.YES;
import static io.otphandler.domain.session.Story.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.otphandler.domain.Fixtures.ChannelBuilder;
import io.otphandler.domain.session.Refusal.Reason;
import io.otphandler.domain.session.SessionEvent.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** SPEC §2, rules 4, 5 and 10: channels fail, messages grow old, sessions end. */
class LifetimeTest {

    @Test
    void aCodeIsGoodUntilJustBeforeItExpires() {
        assertThat(Story.of(sms().lifetime(60)).at(5).accepted().justBefore(65).check(ourCodeOf(1)))
                .isEqualTo(YES);
    }

    @Test
    void aCodeIsTooLateAtTheVeryInstantItExpires() {
        Story story = Story.of(sms().lifetime(60)).at(5).accepted().at(65);

        assertThat(story.check(ourCodeOf(1))).isEqualTo(refused(Reason.RESEND_CHANNEL));
        assertThat(story.state()).isEqualTo("error");
    }

    @Test
    void aMessageWhoseLifetimeIsOverWaitsForARestart() {
        Story story = Story.of(sms().lifetime(60).restarts(1)).accepted();

        assertThat(story.at(60).settle()).isTrue();

        assertThat(story.state()).isEqualTo("error");
        assertThat(story.lastEvents()).containsExactly(new SessionEvent(Kind.CHANNEL_FAILED, 1, "lifetime over"));
    }

    @Test
    void aMessageWhoseLifetimeIsOverStartsNoOtherChannelByItself() {
        Story story = Story.of(sms().lifetime(60).restarts(0), voice()).accepted();

        assertThat(story.at(60).settle()).isTrue();

        assertThat(story.state()).isEqualTo("error");
        assertThat(story.dispatches()).isEqualTo(1);
    }

    @Test
    void aSessionIsExhaustedWhenALifetimeIsOverAndNothingIsLeft() {
        Story story = Story.of(sms().lifetime(60).restarts(0)).accepted();

        assertThat(story.at(60).settle()).isTrue();

        assertThat(story.state()).isEqualTo("exhausted");
        assertThat(story.lastEvents())
                .containsExactly(
                        new SessionEvent(Kind.CHANNEL_FAILED, 1, "lifetime over"), SessionEvent.of(Kind.EXHAUSTED, 0));
    }

    @Test
    void everyOperationFindsTheLifetimeOverThoughNoTimerHasRun() {
        assertThat(tooLate().showChannel()).isEqualTo(refused(Reason.RESEND_CHANNEL));
        assertThat(tooLate().status()).isEqualTo(refused(Reason.RESEND_CHANNEL));
        assertThat(tooLate().awaitStatus()).contains(refused(Reason.RESEND_CHANNEL));
        assertThat(tooLate().completeIfConfirmed()).isEqualTo(refused(Reason.RESEND_CHANNEL));
        assertThat(tooLate().complete()).isEqualTo(NO);
        assertThat(tooLate().resend()).isEqualTo(YES);
        assertThat(tooLate().cancel()).isEqualTo(YES);
    }

    @Test
    void whatTimeHasDoneIsKeptEvenWhereTheAnswerIsARefusal() {
        Story story = tooLate();
        story.showChannel();

        assertThat(story.changed()).isTrue();
        assertThat(story.state()).isEqualTo("error");
        assertThat(story.lastEvents()).hasSize(1);
    }

    @Test
    void aCancelAfterTheLifetimeTellsOfBoth() {
        Story story = tooLate();
        story.cancel();

        assertThat(story.lastEvents())
                .extracting(SessionEvent::kind)
                .containsExactly(Kind.CHANNEL_FAILED, Kind.CANCELLED);
    }

    @Test
    void aChannelThatFailsStartsTheNextAtOnce() {
        Story story = Story.of(sms().tries(3).restarts(0), voice().tries(5).restarts(4))
                .at(3)
                .rejected();

        assertThat(story.state()).isEqualTo("wait");
        assertThat(story.dispatches()).isEqualTo(2);
        assertThat(story.view().remainingCodeAttempts()).isEqualTo(5);
        assertThat(story.handOver()).get().extracting(HandOver::dispatch).isEqualTo(2);
    }

    @Test
    void theLastChannelThatFailsWaitsForItsOwnRestart() {
        Story story = Story.of(sms(), voice().restarts(1)).rejected().rejected();

        assertThat(story.state()).isEqualTo("error");
        assertThat(story.resend()).isEqualTo(YES);
        assertThat(story.rejected().state()).isEqualTo("exhausted");
    }

    @Test
    void theLastChannelThatFailsWithoutARestartExhaustsTheSession() {
        Story story = Story.of(sms(), voice().restarts(0)).rejected().rejected();

        assertThat(story.state()).isEqualTo("exhausted");
        assertThat(story.lastEvents())
                .extracting(SessionEvent::kind)
                .containsExactly(Kind.REJECTED, Kind.CHANNEL_FAILED, Kind.EXHAUSTED);
    }

    @Test
    void theRestartsOfAnEarlierChannelDoNotSaveTheLast() {
        assertThat(Story.of(sms().restarts(10), voice().restarts(0))
                        .rejected()
                        .rejected()
                        .state())
                .isEqualTo("exhausted");
    }

    @Test
    void whereNothingIsLeftToStartASessionIsNotFailed() {
        SessionTerms terms = terms(sms().restarts(0));
        ChannelRun run = ((Waiting) Session.start(terms).next()).run();

        assertThatIllegalArgumentException().isThrownBy(() -> new Failed(terms, run));
    }

    @Test
    void aSentMessageIsDueWhenItsLifetimeEnds() {
        assertThat(Story.of(sms().lifetime(60)).at(5).accepted().session().nextDue())
                .contains(at(65));
    }

    @Test
    void onlyASentMessageIsEverDue() {
        assertThat(Story.of(sms()).rejected().session().nextDue()).isEmpty();
        assertThat(confirmedAt(10).session().nextDue()).isEmpty();
    }

    @Test
    void theSessionsLifetimeCutsTheChannelsShort() {
        Story story = lasting(100, sms().lifetime(300)).at(5).accepted();

        assertThat(story.view().expiresAt()).isEqualTo(at(100));
        assertThat(story.session().nextDue()).contains(at(100));
        assertThat(story.justBefore(100).check(ourCodeOf(1))).isEqualTo(YES);
    }

    @Test
    void timeMakesNothingElseOfASessionThatIsGone() {
        Story story = lasting(100, sms().lifetime(90)).at(5).accepted();
        Session before = story.session();

        assertThat(story.at(100).settle()).isFalse();

        assertThat(story.session()).isSameAs(before);
        assertThat(story.changed()).isFalse();
    }

    @Test
    void aSessionIsGoneAtTheVeryInstantItEnds() {
        Session session = lasting(100, sms()).session();

        assertThat(session.expiresAt()).isEqualTo(at(100));
        assertThat(session.isGone(at(100).minusNanos(1))).isFalse();
        assertThat(session.isGone(at(100))).isTrue();
        assertThat(session.isGone(at(101))).isTrue();
    }

    @Test
    void aSessionThatEndedUnconfirmedLivesNoLonger() {
        Story cancelled = lasting(100, sms());
        cancelled.at(99).cancel();
        Story guessed = lasting(100, sms().tries(1)).accepted();
        guessed.check(aWrongCode());
        Story exhausted = lasting(100, sms().restarts(0)).rejected();
        Story failed = lasting(100, sms()).rejected();

        for (Story story : new Story[] {cancelled, guessed, exhausted, failed}) {
            assertThat(story.session().expiresAt()).isEqualTo(at(100));
        }
    }

    @Test
    void aConfirmedSessionLivesLongEnoughToBeCompleted() {
        Session session = confirmedAt(99).session();

        assertThat(session.expiresAt()).isEqualTo(at(399));
        assertThat(session.isGone(at(399).minusNanos(1))).isFalse();
        assertThat(session.isGone(at(399))).isTrue();
    }

    @Test
    void aSessionConfirmedEarlyLivesAsLongAsAnyOther() {
        Story story = lasting(900, sms()).at(10).accepted();
        story.check(ourCodeOf(1));

        assertThat(story.session().expiresAt()).isEqualTo(at(900));
    }

    @Test
    void completingDoesNotChangeWhenASessionIsGone() {
        Story story = confirmedAt(99).at(380);
        story.complete();

        assertThat(story.session().expiresAt()).isEqualTo(at(399));
    }

    @Test
    void theBackendHasFiveMinutesToComplete() {
        assertThat(Confirmed.TIME_TO_COMPLETE).isEqualTo(Duration.ofSeconds(300));
    }

    @Test
    void aSessionLivesAsLongAsItsWidgetSaysFromItsStart() {
        assertThat(Story.of(push()).session().expiresAt()).isEqualTo(START.plusSeconds(900));
    }

    private static Story tooLate() {
        return Story.of(sms().lifetime(60)).accepted().at(60);
    }

    /** A session of 100 seconds. */
    private static Story confirmedAt(long seconds) {
        Story story = lasting(100, sms()).accepted().at(seconds);
        story.check(ourCodeOf(1));
        assertThat(story.state()).isEqualTo("confirmed");
        return story;
    }

    private static Story lasting(int seconds, ChannelBuilder channel) {
        return Story.of(terms(widget(channel).sessionLifetime(seconds).build(), null));
    }
}
