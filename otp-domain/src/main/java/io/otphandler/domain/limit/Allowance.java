package io.otphandler.domain.limit;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an account may ask of one recipient, over all sessions.
 *
 * @param messages that may be sent; null: any number
 * @param wrongCodes that may be typed; null: any number
 */
public record Allowance(@Nullable Rule messages, @Nullable Rule wrongCodes) {

    public static final Allowance UNLIMITED = new Allowance(null, null);

    private static final Duration DAY = Duration.ofDays(1);

    /** So many a day; 0: any number. */
    public static Allowance perDay(int messages, int wrongCodes) {
        return new Allowance(
                messages == 0 ? null : new Rule(messages, DAY), wrongCodes == 0 ? null : new Rule(wrongCodes, DAY));
    }

    /** What is left of it. */
    public Budget budget(Tally messagesSent, Tally codesMistyped, Instant now) {
        return new Budget(
                messages == null ? null : messagesSent.roomAt(messages, now).orElse(null),
                wrongCodes == null ? Integer.MAX_VALUE : codesMistyped.room(wrongCodes, now));
    }
}
