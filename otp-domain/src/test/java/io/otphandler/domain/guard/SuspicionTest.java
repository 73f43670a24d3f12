package io.otphandler.domain.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otphandler.domain.guard.Finding.Level;
import org.junit.jupiter.api.Test;

class SuspicionTest {

    /** A widget where six of ten messages are confirmed, day and night. */
    private static final Traffic HONEST = new Traffic(100, 95, 60, 2_400, 1_440);

    @Test
    void aFewUnconfirmedMessagesMeanNothing() {
        assertThat(level(silent(20))).isEqualTo(Level.PASS);
    }

    @Test
    void manyWhereNobodyConfirmsAreSlowedAndThenBlocked() {
        assertThat(level(silent(23))).isEqualTo(Level.PASS);
        assertThat(level(silent(24))).isEqualTo(Level.SLOW);
        assertThat(level(silent(41))).isEqualTo(Level.SLOW);
        assertThat(level(silent(42))).isEqualTo(Level.BLOCK);
    }

    @Test
    void nobodyIsBlockedForMessagesThatNobodyCanHaveConfirmedYet() {
        assertThat(level(new Traffic(50, 0, 0, 50, 0))).isEqualTo(Level.SLOW);
        assertThat(level(new Traffic(50, 41, 0, 50, 0))).isEqualTo(Level.SLOW);
        assertThat(level(new Traffic(50, 42, 0, 50, 0))).isEqualTo(Level.BLOCK);
    }

    @Test
    void manyOfWhichSomeAreConfirmedPass() {
        assertThat(level(new Traffic(60, 60, 6, 60, 6))).isEqualTo(Level.PASS);
        assertThat(level(new Traffic(1_000, 1_000, 250, 1_000, 250))).isEqualTo(Level.PASS);
        assertThat(level(new Traffic(1_000, 1_000, 100, 1_000, 100))).isEqualTo(Level.BLOCK);
    }

    @Test
    void whatIsUsualIsNoJump() {
        // an outage: as many as at any other hour, and nobody can confirm
        Traffic outage = new Traffic(100, 100, 0, 2_400, 1_400);
        Traffic twiceAsMany = new Traffic(200, 200, 0, 2_500, 1_400);

        assertThat(level(outage)).isEqualTo(Level.PASS);
        assertThat(level(twiceAsMany)).isEqualTo(Level.PASS);
        assertThat(level(new Traffic(500, 500, 0, 2_800, 1_400))).isEqualTo(Level.BLOCK);
    }

    @Test
    void aTrickleThatNobodyConfirmsAllDayIsBlocked() {
        assertThat(level(new Traffic(4, 4, 0, 61, 0))).isEqualTo(Level.PASS);
        assertThat(level(new Traffic(4, 4, 0, 62, 0))).isEqualTo(Level.BLOCK);
        assertThat(level(new Traffic(4, 4, 0, 62, 4))).isEqualTo(Level.PASS);
    }

    @Test
    void whereHardlyAnybodyConfirmsAnywayLessIsExpected() {
        Traffic poor = new Traffic(100, 100, 4, 2_400, 96);
        Traffic none = new Traffic(100, 100, 0, 2_400, 0);

        assertThat(Suspicion.judge(silent(42), poor, true).expected()).isEqualTo(0.02, within(0.001));
        assertThat(Suspicion.judge(silent(42), poor, true).level()).isEqualTo(Level.PASS);
        assertThat(Suspicion.judge(silent(600), poor, true).level()).isEqualTo(Level.BLOCK);
        assertThat(Suspicion.judge(silent(600), none, true).level()).isEqualTo(Level.PASS);
        assertThat(Suspicion.judge(silent(42), HONEST, true).expected()).isEqualTo(Suspicion.HARDLY_ANYBODY);
    }

    @Test
    void anAttackOnManyRangesInOneHourDoesNotMakeLessToBeExpected() {
        Traffic attacked = HONEST.plus(silent(100_000));

        assertThat(Suspicion.judge(silent(42), attacked, true).level()).isEqualTo(Level.BLOCK);
    }

    @Test
    void ofANewWidgetNothingIsKnownAndTheSameIsExpectedAsOfAll() {
        assertThat(Suspicion.judge(silent(42), Traffic.NONE, true).level()).isEqualTo(Level.BLOCK);
        Traffic fewMessages = new Traffic(0, 0, 0, 49, 0);
        assertThat(Suspicion.judge(silent(42), fewMessages, true).level()).isEqualTo(Level.BLOCK);
        Traffic enough = new Traffic(0, 0, 0, 50, 0);
        assertThat(Suspicion.judge(silent(42), enough, true).level()).isEqualTo(Level.PASS);
    }

    @Test
    void whatCostsNothingIsSuspectOnlyOnceConfirmationsAreToBeExpected() {
        Traffic before = new Traffic(29, 29, 29, 29, 29);
        Traffic after = new Traffic(30, 30, 30, 30, 30);

        assertThat(Suspicion.judge(silent(10_000), before, false).level()).isEqualTo(Level.PASS);
        assertThat(Suspicion.judge(silent(42), after, false).level()).isEqualTo(Level.BLOCK);
    }

    @Test
    void theChanceIsOverestimatedNeverUnderestimated() {
        // exact tails: (1 - 0.2)^50, and of a Poisson distribution with mean 5 at 15
        assertThat(Math.exp(-Suspicion.shortfall(50, 0, 0.2))).isEqualTo(Math.pow(0.8, 50), within(1e-12));
        assertThat(Math.exp(-Suspicion.shortfall(50, 4, 0.2))).isGreaterThan(0.0185);
        assertThat(Math.exp(-Suspicion.surplus(15, 5))).isBetween(0.000226, 0.01);
        assertThat(Suspicion.surplus(5, 5)).isZero();
        assertThat(Suspicion.surplus(4, 5)).isZero();
        assertThat(Suspicion.shortfall(0, 0, 0.2)).isZero();
        assertThat(Suspicion.shortfall(100, 20, 0.2)).isZero();
        assertThat(Suspicion.shortfall(100, 0, 0)).isZero();
    }

    @Test
    void theReasonIsToldInNumbers() {
        Finding finding = Suspicion.judge(new Traffic(60, 57, 0, 83, 3), HONEST, true);

        assertThat(finding.sentence())
                .isEqualTo(
                        "60 messages in the last hour, where 1.0 are usual, and 0 confirmed; 83 in the last day, and 3"
                                + " confirmed. Were the range honest, at least 20% would be: the chance of so few is under 1 in"
                                + " 652530.");
        assertThat(Suspicion.judge(silent(1_000), HONEST, true).sentence()).endsWith("1 in a million millions.");
    }

    @Test
    void trafficIsAddedAndTakenAway() {
        Traffic both = HONEST.plus(silent(10));

        assertThat(both).isEqualTo(new Traffic(110, 105, 60, 2_410, 1_440));
        assertThat(both.minus(silent(10))).isEqualTo(HONEST);
        assertThat(silent(10).minus(both)).isEqualTo(Traffic.NONE);
        assertThat(HONEST.withSilent(10)).isEqualTo(both);
        assertThat(HONEST.usual()).isEqualTo(100);
    }

    private static Level level(Traffic traffic) {
        return Suspicion.judge(traffic, HONEST, true).level();
    }

    private static Traffic silent(long messages) {
        return new Traffic(messages, messages, 0, messages, 0);
    }
}
