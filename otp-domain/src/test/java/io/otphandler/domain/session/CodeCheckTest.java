package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.aWrongCode;
import static io.otphandler.domain.Fixtures.ourCodeOf;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.voice;
import static io.otphandler.domain.session.Story.YES;
import static io.otphandler.domain.session.Story.refused;
import static io.otphandler.domain.session.Story.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.session.Refusal.Reason;
import io.otphandler.domain.session.SessionEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SPEC §2, rule 7. */
class CodeCheckTest {

    @Test
    void theRightCodeConfirms() {
        Story story = Story.of(sms()).accepted();

        assertThat(story.check(ourCodeOf(1))).isEqualTo(YES);

        assertThat(story.lastEvents()).containsExactly(new SessionEvent(Kind.CONFIRMED, 1, "code"));
        assertThat(story.status()).isEqualTo(YES);
    }

    @Test
    void aCodeConfirmsOnce() {
        Story story = Story.of(sms()).accepted();
        story.check(ourCodeOf(1));

        assertThat(story.check(ourCodeOf(1))).isEqualTo(refused(Reason.SESSION_CLOSED));
        assertThat(story.changed()).isFalse();
    }

    @Test
    void aWrongCodeCostsATryAndTellsHowManyAreLeft() {
        Story story = Story.of(sms().tries(3)).accepted();

        assertThat(story.check(aWrongCode())).isEqualTo(wrong(2));

        assertThat(story.lastEvents()).containsExactly(new SessionEvent(Kind.WRONG_CODE, 1, "2"));
        assertThat(story.view().remainingCodeAttempts()).isEqualTo(2);
    }

    @Test
    void theLastTryMayStillBeRight() {
        Story story = Story.of(sms().tries(2)).accepted();
        story.check(aWrongCode());

        assertThat(story.check(ourCodeOf(1))).isEqualTo(YES);
    }

    @Test
    void theWrongCodeThatUsesTheLastTryEndsTheSession() {
        Story story = Story.of(sms().tries(2)).accepted();
        story.check(aWrongCode());

        assertThat(story.check(aWrongCode())).isEqualTo(wrong(0));

        assertThat(story.state()).isEqualTo("attempts expired");
        assertThat(story.lastEvents())
                .containsExactly(new SessionEvent(Kind.WRONG_CODE, 1, "0"), SessionEvent.of(Kind.ATTEMPTS_EXPIRED, 0));
        assertThat(story.check(ourCodeOf(1))).isEqualTo(refused(Reason.ATTEMPTS_EXPIRED));
    }

    @Test
    void theLastTryDoesNotFallThroughToAnotherChannel() {
        Story story = Story.of(sms().tries(1), voice()).accepted();
        story.check(aWrongCode());

        assertThat(story.state()).isEqualTo("attempts expired");
        assertThat(story.dispatches()).isEqualTo(1);
    }

    @Test
    void aRestartDoesNotRefillTheTries() {
        Story story = Story.of(sms().tries(3)).accepted();
        story.check(aWrongCode());
        story.at(30).resend();

        assertThat(story.view().remainingCodeAttempts()).isEqualTo(2);
        assertThat(story.accepted().check(aWrongCode())).isEqualTo(wrong(1));
    }

    @Test
    void aRestartAfterAFailureDoesNotRefillTheTries() {
        Story story = Story.of(sms().tries(3).lifetime(60)).accepted();
        story.check(aWrongCode());
        story.at(60).resend();

        assertThat(story.view().remainingCodeAttempts()).isEqualTo(2);
    }

    @Test
    void anotherChannelHasTriesOfItsOwn() {
        Story story = Story.of(sms().tries(3), voice().tries(7)).accepted();
        story.check(aWrongCode());
        story.receipt(Receipt.Status.UNDELIVERED);

        assertThat(story.accepted().check(aWrongCode())).isEqualTo(wrong(6));
    }

    @Test
    void theCodeBeforeARestartIsWrongAfterIt() {
        Story story = Story.of(sms()).accepted().at(30);
        story.resend();
        story.accepted();

        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(2));
        assertThat(story.check(ourCodeOf(2))).isEqualTo(YES);
    }

    @Test
    void theCodeBeforeARestartCostsNoTryWhileTheNewOneIsOnItsWay() {
        Story story = Story.of(sms()).accepted().at(30);
        story.resend();

        assertThat(story.check(ourCodeOf(1))).isEqualTo(wrong(3));
        assertThat(story.changed()).isFalse();
    }

    @Test
    void everyCodeThatIsAliveIsComparedSoThatTheTimeTakenDoesNotTellWhichWasRight() {
        Story story = Story.of(sms().fallbackAfter(20), voice()).accepted();
        story.at(20).settle();
        story.accepted();
        List<Integer> compared = new ArrayList<>();

        story.check(issued -> {
            compared.add(issued.dispatch());
            return true;
        });

        assertThat(compared).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void aWrongCodeDoesNotMakeTheMessageAnyYounger() {
        Story story = Story.of(sms().lifetime(60)).accepted().at(59);
        story.check(aWrongCode());

        assertThat(story.at(60).check(ourCodeOf(1))).isEqualTo(refused(Reason.RESEND_CHANNEL));
    }
}
