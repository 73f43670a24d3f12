package io.otphandler.domain.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TallyTest {

    private static final Instant NOW = Instant.ofEpochMilli(1_000_000);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Rule THREE = new Rule(3, MINUTE);
    private static final Rule PACED = new Rule(200, MINUTE);

    @Test
    void anEmptyTallyHasRoomForAll() {
        assertThat(Tally.NONE.roomAt(THREE, NOW)).isEmpty();
        assertThat(Tally.NONE.room(THREE, NOW)).isEqualTo(3);
        assertThat(Tally.NONE.roomAt(PACED, NOW)).isEmpty();
        assertThat(Tally.NONE.room(PACED, NOW)).isEqualTo(200);
    }

    @Test
    void thereIsRoomAgainAtTheVeryInstantThatTheOldestNoLongerCounts() {
        Tally full = Tally.NONE.with(THREE, NOW).with(THREE, NOW.plusMillis(10)).with(THREE, NOW.plusMillis(20));

        assertThat(full.hits()).containsExactly(1_000_020, 1_000_010, 1_000_000);
        assertThat(full.room(THREE, NOW.plusMillis(20))).isZero();
        assertThat(full.roomAt(THREE, NOW.plusMillis(59_999))).contains(NOW.plus(MINUTE));
        assertThat(full.room(THREE, NOW.plusMillis(59_999))).isZero();
        assertThat(full.roomAt(THREE, NOW.plus(MINUTE))).isEmpty();
        assertThat(full.room(THREE, NOW.plus(MINUTE))).isEqualTo(1);
        assertThat(full.room(THREE, NOW.plus(MINUTE).plusMillis(20))).isEqualTo(3);
    }

    @Test
    void nobodyWaitsLongerThanThePeriodForOneWhoseClockWasAhead() {
        Tally full = Tally.NONE.with(THREE, NOW).with(THREE, NOW).with(THREE, NOW);
        Tally paced = Tally.NONE;
        for (int i = 0; i < 500; i++) {
            paced = paced.with(PACED, NOW);
        }

        assertThat(full.roomAt(THREE, NOW.minusMillis(5)))
                .contains(NOW.plus(MINUTE).minusMillis(5));
        assertThat(paced.roomAt(PACED, NOW)).contains(NOW.plus(MINUTE));
    }

    @Test
    void noMoreIsRememberedThanTheRuleNeeds() {
        Tally tally = Tally.NONE;
        for (int i = 0; i < 5; i++) {
            tally = tally.with(THREE, NOW.plusMillis(i));
        }
        assertThat(tally.hits()).containsExactly(1_000_004, 1_000_003, 1_000_002);
    }

    @Test
    void ofSeveralAtTheSameInstantOneIsTakenBack() {
        Tally two = Tally.NONE.with(THREE, NOW).with(THREE, NOW).with(THREE, NOW.plusMillis(5));

        assertThat(two.without(THREE, NOW).hits()).containsExactly(1_000_005, 1_000_000);
        assertThat(two.without(THREE, NOW.plusMillis(5)).hits()).containsExactly(1_000_000, 1_000_000);
        assertThat(two.without(THREE, NOW.plusMillis(1))).isEqualTo(two);
    }

    @Test
    void pacedOnesFitAllAtOnceAndThenOneAfterEachSpacing() {
        Tally tally = Tally.NONE;
        for (int i = 0; i < 200; i++) {
            assertThat(tally.roomAt(PACED, NOW)).isEmpty();
            assertThat(tally.room(PACED, NOW)).isEqualTo(200 - i);
            tally = tally.with(PACED, NOW);
        }

        assertThat(tally.hits()).containsExactly(1_060_000);
        assertThat(tally.roomAt(PACED, NOW)).contains(NOW.plusMillis(300));
        assertThat(tally.room(PACED, NOW.plusMillis(299))).isZero();
        assertThat(tally.room(PACED, NOW.plusMillis(300))).isEqualTo(1);
        assertThat(tally.room(PACED, NOW.plusMillis(600))).isEqualTo(2);
        assertThat(tally.room(PACED, NOW.plusMillis(60_000))).isEqualTo(200);
        assertThat(tally.without(PACED, NOW).roomAt(PACED, NOW)).isEmpty();
        assertThat(tally.with(PACED, NOW.plusSeconds(100)).hits()).containsExactly(1_100_300);
        assertThat(Tally.NONE.without(PACED, NOW)).isEqualTo(Tally.NONE);
    }

    @Test
    void aSpacingIsRoundedUpSoThatNoMoreFitThanTheRuleSays() {
        assertThat(new Rule(101, Duration.ofMillis(1_000)).spacing()).isEqualTo(Duration.ofMillis(10));
        assertThat(new Rule(125, Duration.ofMillis(1_000)).spacing()).isEqualTo(Duration.ofMillis(8));
        assertThat(THREE.spacing()).isEqualTo(Duration.ZERO);
        assertThat(new Rule(100, MINUTE).isPaced()).isFalse();
        assertThat(new Rule(101, MINUTE).isPaced()).isTrue();
        assertThat(THREE.endOf(NOW)).isEqualTo(NOW.plusSeconds(60));
    }

    @Test
    void aRuleIsAboutSomethingWithinSomeTime() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Rule(0, MINUTE));
        assertThatIllegalArgumentException().isThrownBy(() -> new Rule(1, Duration.ofNanos(999_999)));
        assertThat(new Rule(1, Duration.ofMillis(1)).most()).isEqualTo(1);
    }

    @Test
    void talliesAreEqualByWhatTheyCounted() {
        assertThat(Tally.of(3, 2)).isEqualTo(Tally.of(3, 2)).hasSameHashCodeAs(Tally.of(3, 2));
        assertThat(Tally.of(3, 2)).isNotEqualTo(Tally.of(2, 3)).isNotEqualTo("Tally[3, 2]");
        assertThat(Tally.of()).isSameAs(Tally.NONE);
        assertThat(Tally.of(3, 2)).hasToString("Tally[3, 2]");
    }

    /** Against a count of one's own, at random instants; the seed is in the message. */
    @Test
    void noStretchAsLongAsThePeriodEverHasMoreThanTheRule() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Rule rule = new Rule(1 + random.nextInt(20), Duration.ofMillis(50 + random.nextInt(200)));
            Tally tally = Tally.NONE;
            Deque<Instant> counted = new ArrayDeque<>();
            Instant now = NOW;
            for (int step = 0; step < 300; step++) {
                now = now.plusMillis(random.nextInt(20));
                Instant since = now.minus(rule.period());
                counted.removeIf(hit -> !hit.isAfter(since));
                int room = rule.most() - counted.size();
                assertThat(tally.room(rule, now)).as("seed %s", seed).isEqualTo(room);
                assertThat(tally.roomAt(rule, now).isEmpty())
                        .as("seed %s", seed)
                        .isEqualTo(room > 0);
                if (room > 0) {
                    tally = tally.with(rule, now);
                    counted.add(now);
                } else {
                    assertThat(tally.roomAt(rule, now))
                            .as("seed %s", seed)
                            .contains(counted.peek().plus(rule.period()));
                }
            }
        }
    }
}
