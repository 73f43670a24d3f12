package io.otphandler.bootstrap.bench;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Phone numbers of which none comes twice, as limits are counted by recipient: {@code +79} and nine digits, one after
 * another from a place that is drawn by lot. Thread-safe.
 */
final class Recipients {

    private static final long NUMBERS = 1_000_000_000L;

    private final AtomicLong next = new AtomicLong(new SecureRandom().nextLong(NUMBERS));

    String next() {
        return "+" + (79_000_000_000L + Math.floorMod(next.getAndIncrement(), NUMBERS));
    }
}
