package io.otphandler.domain.limit;

import java.time.Duration;
import java.time.Instant;

/**
 * So many within a period. Up to {@value #MOST_LOGGED} each one is remembered, and no stretch of time as long as the
 * period ever has more. Beyond that they are paced: as many at once, and then one after each {@link #spacing}, which
 * needs no more memory than one instant (the generic cell rate algorithm of ATM networks).
 *
 * @param most at least 1
 * @param period at least a millisecond for each
 */
public record Rule(int most, Duration period) {

    /** More than that would make what is remembered large. */
    public static final int MOST_LOGGED = 100;

    public Rule {
        if (most < 1 || period.toMillis() < 1) {
            throw new IllegalArgumentException("There is no rule of " + most + " in " + period);
        }
    }

    public boolean isPaced() {
        return most > MOST_LOGGED;
    }

    /** How far apart those are that are paced, rounded up to milliseconds; zero where they are not. */
    public Duration spacing() {
        return isPaced() ? Duration.ofMillis((period.toMillis() + most - 1) / most) : Duration.ZERO;
    }

    /** From when on one that was counted at that instant no longer matters. */
    public Instant endOf(Instant counted) {
        return counted.plus(period);
    }
}
