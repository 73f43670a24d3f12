package io.otphandler.domain.limit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is left of an {@link Allowance} at the instant that a move is made.
 *
 * @param nextMessage when the next message may be sent; null: now
 * @param wrongCodes how many more may be typed
 */
public record Budget(@Nullable Instant nextMessage, int wrongCodes) {

    public static final Budget UNLIMITED = new Budget(null, Integer.MAX_VALUE);

    /** The same, but with no message before that instant; null: with all that there are. */
    public Budget notBefore(@Nullable Instant at) {
        return at == null || (nextMessage != null && !nextMessage.isBefore(at)) ? this : new Budget(at, wrongCodes);
    }

    public boolean hasMessage() {
        return nextMessage == null;
    }
}
