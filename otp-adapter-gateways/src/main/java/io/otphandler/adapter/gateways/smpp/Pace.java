package io.otphandler.adapter.gateways.smpp;

import java.time.Duration;

/**
 * How fast messages go out: evenly, at a rate that is halved when the SMSC says that it is too much, and grows again while
 * it does not. Thread-safe.
 */
final class Pace {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    /** What "as fast as it goes" is slowed down to first: 50 a second. */
    private static final long FIRST_INTERVAL = SECOND / 50;
    /** However often it is too much, a message goes out every two seconds. */
    private static final long LONGEST_INTERVAL = 2 * SECOND;
    /** Below so little it is as fast as it goes. */
    private static final long SHORTEST_INTERVAL = SECOND / 2_000;
    /** One complaint is enough for all that were under way together. */
    private static final long COMPLAINT_COVERS = SECOND / 2;

    private final long shortest;
    private long interval;
    private long next;
    private long slowedAt;
    private boolean slowed;

    /**
     * Begins at full speed.
     *
     * @param maxPerSecond 0: no bound
     */
    Pace(int maxPerSecond) {
        shortest = maxPerSecond == 0 ? 0 : SECOND / maxPerSecond;
        interval = shortest;
    }

    /** Takes the next place, and answers with how many nanoseconds it is away. */
    synchronized long take(long now) {
        long at = Math.max(next, now);
        next = at + interval;
        return at - now;
    }

    synchronized void tooFast(long now) {
        if (slowed && now - slowedAt < COMPLAINT_COVERS) {
            return;
        }
        slowed = true;
        slowedAt = now;
        interval = Math.min(LONGEST_INTERVAL, Math.max(FIRST_INTERVAL, interval * 2));
        next = Math.max(next, now + interval);
    }

    /** Grows by a twentieth with each message that was taken. */
    synchronized void taken() {
        if (slowed) {
            interval -= interval / 20;
            if (interval <= Math.max(shortest, SHORTEST_INTERVAL)) {
                interval = shortest;
                slowed = false;
            }
        }
    }
}
