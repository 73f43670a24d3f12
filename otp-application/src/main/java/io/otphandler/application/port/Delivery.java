package io.otphandler.application.port;

import org.jspecify.annotations.Nullable;

/**
 * What a gateway made of a message.
 *
 * @param chosenCode the digits that the provider sends instead of ours; null: ours. Only of an accepted message
 * @param reason the provider's words, for logs: no code, no recipient; empty: none
 */
public record Delivery(Kind kind, @Nullable String chosenCode, String reason) {

    public enum Kind {
        ACCEPTED,
        /** Permanently. */
        REJECTED,
        /** Throttled, refused, or broken before the message can have been taken: it may be tried again. */
        UNAVAILABLE,
        /** The message may have been taken: it is not tried again by itself. */
        UNKNOWN
    }

    public static Delivery accepted() {
        return new Delivery(Kind.ACCEPTED, null, "");
    }

    public static Delivery acceptedWith(String chosenCode) {
        return new Delivery(Kind.ACCEPTED, chosenCode, "");
    }

    public static Delivery rejected(String reason) {
        return new Delivery(Kind.REJECTED, null, reason);
    }

    public static Delivery unavailable(String reason) {
        return new Delivery(Kind.UNAVAILABLE, null, reason);
    }

    public static Delivery unknown(String reason) {
        return new Delivery(Kind.UNKNOWN, null, reason);
    }

    /** Hides the code. */
    @Override
    public String toString() {
        return "Delivery[" + kind + (reason.isEmpty() ? "" : ", " + reason) + "]";
    }
}
