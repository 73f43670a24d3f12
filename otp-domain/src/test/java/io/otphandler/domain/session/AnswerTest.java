package io.otphandler.domain.session;

import static io.otphandler.domain.Fixtures.START;
import static io.otphandler.domain.Fixtures.ourCodeOf;
import static io.otphandler.domain.Fixtures.sms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.otphandler.domain.session.Refusal.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What moves give: decisions, answers and refusals. */
class AnswerTest {

    private static final SessionEvent EVENT = SessionEvent.of(SessionEvent.Kind.CANCELLED, 0);
    private static final Session SESSION = Story.of(sms()).session();

    @Test
    void anAnswerIsEitherGrantedOrRefused() {
        assertThat(Answer.granted(7).<String>fold(value -> "granted " + value, refusal -> "refused"))
                .isEqualTo("granted 7");
        assertThat(Answer.refused(Reason.FORBIDDEN)
                        .<String>fold(value -> "granted", refusal -> "refused " + refusal.reason()))
                .isEqualTo("refused FORBIDDEN");
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 1", "PT0.1S, 1", "PT1S, 1", "PT1.000000001S, 2", "PT29.5S, 30", "PT30S, 30"})
    void aWaitIsToldInWholeSecondsRoundedUpAndIsAtLeastOne(Duration wait, long seconds) {
        assertThat(Refusal.until(Reason.RATE_LIMIT, wait))
                .isEqualTo(new Refusal(Reason.RATE_LIMIT, Duration.ofSeconds(seconds), null));
    }

    @Test
    void aDecisionWithoutEventsAndWithTheSameStateChangesNothing() {
        assertThat(Decision.of(SESSION, true).changes(SESSION)).isFalse();
    }

    @Test
    void aDecisionWithEventsIsToBeKeptEvenIfTheStateIsTheSame() {
        assertThat(Decision.of(SESSION, true, EVENT).changes(SESSION)).isTrue();
    }

    @Test
    void aDecisionForAnotherStateIsToBeKeptEvenWithoutEvents() {
        assertThat(Decision.of(new Cancelled(SESSION.terms()), true).changes(SESSION))
                .isTrue();
    }

    @Test
    void aMoveAfterAMoveKeepsTheEventsOfBothAndTheAnswerOfTheSecond() {
        SessionEvent later = SessionEvent.of(SessionEvent.Kind.COMPLETED, 0);
        Session next = new Cancelled(SESSION.terms());

        assertThat(Decision.of(SESSION, true, EVENT).then(state -> Decision.of(next, "second", later)))
                .isEqualTo(new Decision<>(next, List.of(EVENT, later), "second"));
    }

    @Test
    void aMoveAfterAMoveWithoutEventsIsThatMove() {
        Decision<String> second = Decision.of(SESSION, "second", EVENT);

        assertThat(Decision.of(SESSION, true).then(state -> second)).isSameAs(second);
    }

    @Test
    void anotherAnswerLeavesTheCourseAsItIs() {
        assertThat(Decision.of(SESSION, true, EVENT).answering("other"))
                .isEqualTo(new Decision<>(SESSION, List.of(EVENT), "other"));
    }

    @Test
    void theEventsOfADecisionCannotBeChanged() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> Decision.of(SESSION, true, EVENT).events().clear());
    }

    @Test
    void aMoveLeavesTheStateItWasMadeFromAsItWas() {
        Session sent = SESSION.dispatched(1, Outcome.ACCEPTED, START).next();

        assertThat(sent.checkCode(ourCodeOf(1), START).answer()).isEqualTo(Answer.granted(true));
        assertThat(sent.checkCode(ourCodeOf(1), START).answer())
                .as("run again after a conflict")
                .isEqualTo(Answer.granted(true));
    }
}
