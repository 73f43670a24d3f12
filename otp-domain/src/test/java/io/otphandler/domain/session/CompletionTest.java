package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.at;
import static io.otphandler.domain.Fixtures.ourCodeOf;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.session.Story.NO;
import static io.otphandler.domain.session.Story.YES;
import static io.otphandler.domain.session.Story.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.session.Refusal.Reason;
import io.otphandler.domain.session.SessionEvent.Kind;
import org.junit.jupiter.api.Test;

/** SPEC §2, rule 9. */
class CompletionTest {

    @Test
    void aConfirmedSessionIsCompletedOnce() {
        Story story = confirmed();

        assertThat(story.complete()).isEqualTo(YES);
        assertThat(story.lastEvents()).containsExactly(SessionEvent.of(Kind.COMPLETED, 0));
        assertThat(story.complete()).isEqualTo(NO);
        assertThat(story.completeIfConfirmed()).isEqualTo(NO);
        assertThat(story.changed()).isFalse();
    }

    @Test
    void checkingAndCompletingIsCompletingToo() {
        Story story = confirmed();

        assertThat(story.completeIfConfirmed()).isEqualTo(YES);
        assertThat(story.state()).isEqualTo("completed");
        assertThat(story.complete()).isEqualTo(NO);
    }

    @Test
    void aCompletedSessionTellsWhenItWasConfirmedAndWhenCompleted() {
        Story story = confirmed().at(40);
        story.complete();

        assertThat(story.session()).isEqualTo(new Completed(story.session().terms(), at(10), at(40)));
    }

    @Test
    void onlyAConfirmedSessionIsCompleted() {
        Story story = Story.of(sms()).accepted();

        assertThat(story.complete()).isEqualTo(NO);
        assertThat(story.changed()).isFalse();
        assertThat(story.check(ourCodeOf(1))).isEqualTo(YES);
    }

    @Test
    void aCancelClosesAnUnconfirmedSession() {
        Story story = Story.of(sms()).accepted();

        assertThat(story.cancel()).isEqualTo(YES);

        assertThat(story.lastEvents()).containsExactly(SessionEvent.of(Kind.CANCELLED, 0));
        assertThat(story.check(ourCodeOf(1))).isEqualTo(refused(Reason.SESSION_CLOSED));
    }

    @Test
    void aFailedSessionIsCancelledToo() {
        Story story = Story.of(sms()).rejected();

        assertThat(story.cancel()).isEqualTo(YES);
        assertThat(story.lastEvents()).containsExactly(SessionEvent.of(Kind.CANCELLED, 0));
    }

    @Test
    void aCancelDropsTheMessageThatIsNotYetHandedOver() {
        Story story = Story.of(sms());
        story.cancel();

        assertThat(story.handOver(1)).isEmpty();
    }

    @Test
    void aConfirmedSessionIsNotCancelled() {
        Story story = confirmed();

        assertThat(story.cancel()).isEqualTo(refused(Reason.SESSION_ALREADY_CONFIRMED));
        assertThat(story.complete()).isEqualTo(YES);
    }

    private static Story confirmed() {
        Story story = Story.of(sms()).accepted().at(10);
        story.check(ourCodeOf(1));
        return story;
    }
}
