package io.otphandler.domain.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a caller does not get what they asked for.
 *
 * @param retryAfter whole seconds, at least one, after which asking again can help; null: that is not a matter of time
 * @param triesLeft after a wrong code; null elsewhere
 */
public record Refusal(
        Reason reason,
        @Nullable Duration retryAfter,
        @Nullable Integer triesLeft) {

    /** The reasons, after the errors of the API. */
    public enum Reason {
        RESEND_CHANNEL,
        ATTEMPTS_EXPIRED,
        NO_AVAILABLE_CHANNELS,
        SESSION_CLOSED,
        CHANNEL_CHANGED,
        INVALID_CODE,
        IS_CODELESS_CHANNEL,
        RESTART_COOLDOWN_ACTIVE,
        SESSION_ALREADY_CONFIRMED,
        FORBIDDEN,
        SESSION_NOT_FOUND,
        PHONE_NUMBER_MISMATCH,
        WIDGET_NOT_FOUND,
        WIDGET_IS_BLOCKED,
        /** The recipient is not a possible number or address. */
        INVALID_RECIPIENT,
        /** The widget takes no numbers of that country. */
        REGION_NOT_ALLOWED,
        /** The widget takes no numbers of that kind, such as premium-rate ones. */
        NUMBER_TYPE_NOT_ALLOWED,
        RATE_LIMIT
    }

    public static Refusal of(Reason reason) {
        return new Refusal(reason, null, null);
    }

    /** A refusal that ends by itself: the wait is rounded up to whole seconds, and is at least one. */
    public static Refusal until(Reason reason, Duration wait) {
        long seconds = wait.toSeconds() + (wait.toNanosPart() > 0 ? 1 : 0);
        return new Refusal(reason, Duration.ofSeconds(Math.max(1, seconds)), null);
    }

    static Refusal invalidCode(@Nullable Integer triesLeft) {
        return new Refusal(Reason.INVALID_CODE, null, triesLeft);
    }
}
