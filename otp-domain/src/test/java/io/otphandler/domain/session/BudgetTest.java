package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.aWrongCode;
import static io.otphandler.domain.Fixtures.at;
import static io.otphandler.domain.Fixtures.chosen;
import static io.otphandler.domain.Fixtures.ourCodeOf;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.voice;
import static io.otphandler.domain.session.Story.YES;
import static io.otphandler.domain.session.Story.refused;
import static io.otphandler.domain.session.Story.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.limit.Budget;
import io.otphandler.domain.limit.Rule;
import io.otphandler.domain.limit.Tally;
import io.otphandler.domain.session.Refusal.Reason;
import io.otphandler.domain.session.SessionEvent.Kind;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** SPEC §4: what a recipient has left over all sessions. */
class BudgetTest {

    private static final SessionEvent ENDED =
            new SessionEvent(Kind.ATTEMPTS_EXPIRED, 0, "wrong codes of the day used up");

    @Test
    void theWrongCodeThatIsTheLastOfTheDayEndsTheSession() {
        Story story = Story.of(sms().tries(3)).accepted();

        assertThat(story.check(aWrongCode(), guesses(2))).isEqualTo(wrong(2));
        assertThat(story.check(aWrongCode(), guesses(1))).isEqualTo(wrong(0));

        assertThat(story.lastEvents()).containsExactly(new SessionEvent(Kind.WRONG_CODE, 1, "0"), ENDED);
        assertThat(story.state()).isEqualTo("attempts expired");
    }

    @Test
    void theLastOfTheDayMayStillBeRight() {
        Story story = Story.of(sms()).accepted();

        assertThat(story.check(ourCodeOf(1), guesses(1))).isEqualTo(YES);
    }

    @Test
    void whereNoneIsLeftNothingIsJudged() {
        Story story = Story.of(sms()).accepted();

        assertThat(story.check(ourCodeOf(1), guesses(0))).isEqualTo(refused(Reason.ATTEMPTS_EXPIRED));

        assertThat(story.lastEvents()).containsExactly(ENDED);
        assertThat(story.state()).isEqualTo("attempts expired");
    }

    @Test
    void norIsTheCodeOfAChannelThatWasLeft() {
        Story story = Story.of(sms().fallbackAfter(20), voice()).accepted();
        story.at(20).settle();
        assertThat(story.state()).isEqualTo("wait");

        assertThat(story.check(ourCodeOf(1), guesses(0))).isEqualTo(refused(Reason.ATTEMPTS_EXPIRED));
    }

    @Test
    void whereNoneIsLeftEveryOpenStateEndsAndNoOtherDoes() {
        for (Story open : List.of(
                Story.of(sms()),
                Story.of(sms()).accepted(),
                Story.of(sms().restarts(1)).rejected())) {
            assertThat(open.heed(guesses(0))).isTrue();
            assertThat(open.state()).isEqualTo("attempts expired");
            assertThat(open.lastEvents()).containsExactly(ENDED);
        }
        Story confirmed = Story.of(sms()).accepted();
        confirmed.check(ourCodeOf(1));
        Story exhausted = Story.of(sms().restarts(0)).rejected();
        for (Story over : List.of(
                confirmed,
                exhausted,
                Story.of(sms()).at(900),
                Story.of(sms()).accepted().at(900))) {
            String state = over.state();
            assertThat(over.heed(guesses(0))).isFalse();
            assertThat(over.changed()).isFalse();
            assertThat(over.state()).isEqualTo(state);
        }
    }

    @Test
    void whileSomethingIsLeftNothingChanges() {
        for (Story open : List.of(
                Story.of(sms(), voice()),
                Story.of(sms(), voice()).accepted(),
                Story.of(sms().restarts(1)).rejected())) {
            assertThat(open.heed(guesses(1))).isFalse();
            assertThat(open.changed()).isFalse();
        }
    }

    @Test
    void withoutAMessageLeftAFallbackDoesNotHappenAndTheCodeStaysGood() {
        Story story = falling().accepted();
        assertThat(story.heed(noMessageBefore(86_400))).isTrue();
        assertThat(story.lastEvents()).isEmpty();

        assertThat(story.at(20).settle()).isFalse();
        assertThat(story.session().nextDue()).contains(at(300));
        assertThat(story.check(ourCodeOf(1))).isEqualTo(YES);
    }

    @Test
    void onceThereIsAMessageAgainTheFallbackHappens() {
        Story story = falling().accepted();
        story.heed(noMessageBefore(86_400));
        story.at(25).heed(Budget.UNLIMITED);

        assertThat(story.settle()).isTrue();
        assertThat(story.state()).isEqualTo("wait");
        assertThat(((Waiting) story.session()).run().heldBack()).isFalse();
    }

    @Test
    void withoutAMessageLeftAChannelThatFailsIsNotFollowedByTheNext() {
        Story story = falling().accepted();
        story.heed(noMessageBefore(86_400));

        story.receipt(Receipt.Status.UNDELIVERED);

        assertThat(story.state()).isEqualTo("error");
        assertThat(story.lastEvents())
                .last()
                .isEqualTo(new SessionEvent(Kind.CHANNEL_FAILED, 1, "undelivered, no message of the day left"));
        assertThat(story.resend(noMessageBefore(86_400)))
                .isEqualTo(Answer.refused(Refusal.until(Reason.RESTART_COOLDOWN_ACTIVE, Duration.ofSeconds(86_400))));
        assertThat(story.resend()).isEqualTo(YES);
    }

    @Test
    void whatWasNeverHandedOverIsFollowedByTheNextAllTheSame() {
        for (Outcome outcome : List.of(Outcome.REJECTED, Outcome.UNAVAILABLE)) {
            Story story = falling();
            story.heed(noMessageBefore(86_400));
            story.outcome(outcome);
            assertThat(story.state()).isEqualTo("wait");
            assertThat(story.dispatches()).isEqualTo(2);
        }
        Story late = falling();
        late.heed(noMessageBefore(86_400));
        assertThat(late.at(300).handOver()).isEmpty();
        assertThat(late.dispatches()).isEqualTo(2);
    }

    @Test
    void whereNothingCouldFollowNothingIsHeldBack() {
        Story story = Story.of(sms()).accepted();

        assertThat(story.heed(noMessageBefore(86_400))).isFalse();
        assertThat(story.changed()).isFalse();
    }

    @Test
    void whatIsHeldBackStaysSoWhileTheSessionGoesOn() {
        Story story = Story.of(sms().fallbackAfter(20), voice());
        story.heed(noMessageBefore(86_400));
        story.accepted(chosen("123456"));
        story.check(aWrongCode());
        story.showChannel();

        assertThat(story.at(20).settle()).isFalse();
        assertThat(story.heed(noMessageBefore(86_400))).isFalse();
    }

    @Test
    void aResendWaitsForCooldownAndBudgetWhicheverIsLater() {
        Story story = Story.of(sms().cooldown(30)).accepted().at(10);

        assertThat(story.resend(noMessageBefore(15))).isEqualTo(cooldown(20));
        assertThat(story.resend(noMessageBefore(50))).isEqualTo(cooldown(40));
        assertThat(story.at(30).resend(noMessageBefore(50))).isEqualTo(cooldown(20));
        assertThat(story.at(50).resend(noMessageBefore(50))).isEqualTo(YES);
    }

    // ---- what a move uses

    @Test
    void aWrongCodeIsUsedAndARightOneAsked() {
        Story story = Story.of(sms()).accepted();

        assertThat(used(story.session(), s -> s.checkCode(aWrongCode(), at(1))))
                .isEqualTo(new Usage(true, false, null, null));
        assertThat(used(story.session(), s -> s.checkCode(ourCodeOf(1), at(1))))
                .isEqualTo(new Usage(false, true, null, null));
    }

    @Test
    void aMessageThatFollowsIsUsed() {
        Story story = falling().accepted();

        Usage fallback = used(story.session(), s -> s.settle(at(20)));
        assertThat(fallback).isEqualTo(new Usage(false, false, at(20), null));
        assertThat(fallback.concernsMessages()).isTrue();
        assertThat(used(story.session(), s -> s.resend(gateway -> true, at(30))).messageAsked())
                .isEqualTo(at(30));
    }

    @Test
    void aFallbackThatIsCancelledInTheSameMoveUsesNothing() {
        Story story = falling().accepted();

        assertThat(used(story.session(), s -> s.cancel(at(20))).concernsMessages())
                .isFalse();
    }

    @Test
    void whatWasNeverHandedOverIsGivenBackOrPassedOn() {
        assertThat(used(falling().session(), s -> s.dispatched(1, Outcome.REJECTED, at(2))))
                .isEqualTo(new Usage(false, false, at(2), at(0)));
        assertThat(used(Story.of(sms()).session(), s -> s.dispatched(1, Outcome.UNAVAILABLE, at(2))))
                .isEqualTo(new Usage(false, false, null, at(0)));
        assertThat(used(Story.of(sms().restarts(0)).session(), s -> s.handOver(1, at(300))))
                .isEqualTo(new Usage(false, false, null, at(0)));
    }

    @Test
    void whatMayHaveReachedTheUserIsNotGivenBack() {
        assertThat(used(falling().session(), s -> s.dispatched(1, Outcome.UNKNOWN, at(2)))
                        .concernsMessages())
                .isFalse();
        assertThat(used(falling().session(), s -> s.receive(1, Receipt.of(Receipt.Status.UNDELIVERED), at(2))))
                .isEqualTo(new Usage(false, false, at(2), null));
        assertThat(used(falling().session(), s -> s.cancel(at(2))).concernsMessages())
                .isFalse();
        assertThat(used(
                                falling().accepted().session(),
                                s -> s.receive(1, Receipt.of(Receipt.Status.UNDELIVERED), at(2)))
                        .messageReturned())
                .isNull();
    }

    @Test
    void whatAMoveUsesCanBeCountedAndUncounted() {
        Rule rule = new Rule(3, Duration.ofDays(1));
        Tally before = Tally.NONE.with(rule, at(0));
        Usage passedOn = new Usage(false, false, at(2), at(0));

        Tally after = passedOn.countMessages(before, rule);

        assertThat(after.hits()).containsExactly(at(2).toEpochMilli());
        assertThat(passedOn.uncountMessages(after, rule)).isEqualTo(before);
        assertThat(new Usage(true, false, null, null).countMessages(before, rule))
                .isEqualTo(before);
    }

    // ---- steps

    private static Story falling() {
        return Story.of(sms().fallbackAfter(20), voice());
    }

    private static Budget guesses(int left) {
        return new Budget(null, left);
    }

    private static Budget noMessageBefore(long seconds) {
        return new Budget(at(seconds), Integer.MAX_VALUE);
    }

    private static Answer<Boolean> cooldown(long seconds) {
        return Answer.refused(Refusal.until(Reason.RESTART_COOLDOWN_ACTIVE, Duration.ofSeconds(seconds)));
    }

    private static Usage used(Session before, Function<Session, Decision<?>> move) {
        return Usage.of(before, move.apply(before));
    }
}
