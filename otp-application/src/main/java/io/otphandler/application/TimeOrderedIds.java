package io.otphandler.application;

import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Random UUIDs (RFC 9562, version 4) whose first 24 bits are the second in which they were made: what is made within a
 * few seconds lies side by side in an index, so that thousands of new rows change a few of its pages and not one each. The
 * other 98 bits are random, so nobody can guess one. After 194 days the seconds begin anew, which only means that the
 * new ones lie among older ones. Thread-safe.
 */
public final class TimeOrderedIds implements Supplier<UUID> {

    private static final int SECONDS_AT = 40;
    private static final long RANDOM_BITS = (1L << SECONDS_AT) - 1;

    private final Clock clock;

    public TimeOrderedIds(Clock clock) {
        this.clock = clock;
    }

    @Override
    public UUID get() {
        UUID random = UUID.randomUUID();
        long seconds = Math.floorDiv(clock.millis(), 1_000L);
        return new UUID(
                (seconds << SECONDS_AT) | (random.getMostSignificantBits() & RANDOM_BITS),
                random.getLeastSignificantBits());
    }
}
