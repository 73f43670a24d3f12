package io.otphandler.application.port;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway made of a message.
 *
 * @param chosenCode the digits that the provider sends instead of ours; null: ours. Only of an accepted message
 * @param messageIds under which the provider will report of the message, several where it went out in parts; empty:
 *     none, or its reports name the {@link DispatchId}. Only of an accepted message
 * @param reason the provider's words, for logs: no code, no recipient; empty: none
 */
public record Delivery(Kind kind, @Nullable String chosenCode, List<String> messageIds, String reason) {

    public enum Kind {
        ACCEPTED,
        /** Permanently. */
        REJECTED,
        /** Throttled, refused, or broken before the message can have been taken: it may be tried again. */
        UNAVAILABLE,
        /** The message may have been taken: it is not tried again by itself. */
        UNKNOWN,
        /**
         * The message may have been taken, but the gateway delivers it once however often it is handed over under the
         * same id: this gateway can be asked again, and no other.
         */
        UNANSWERED
    }

    public Delivery {
        messageIds = List.copyOf(messageIds);
        if (kind != Kind.ACCEPTED && (chosenCode != null || !messageIds.isEmpty())) {
            throw new IllegalArgumentException("Only an accepted message has a code and ids, not one that is " + kind);
        }
    }

    public static Delivery accepted() {
        return new Delivery(Kind.ACCEPTED, null, List.of(), "");
    }

    public static Delivery acceptedAs(List<String> messageIds) {
        return new Delivery(Kind.ACCEPTED, null, messageIds, "");
    }

    public static Delivery acceptedWith(String chosenCode) {
        return new Delivery(Kind.ACCEPTED, chosenCode, List.of(), "");
    }

    public static Delivery rejected(String reason) {
        return new Delivery(Kind.REJECTED, null, List.of(), reason);
    }

    public static Delivery unavailable(String reason) {
        return new Delivery(Kind.UNAVAILABLE, null, List.of(), reason);
    }

    public static Delivery unknown(String reason) {
        return new Delivery(Kind.UNKNOWN, null, List.of(), reason);
    }

    public static Delivery unanswered(String reason) {
        return new Delivery(Kind.UNANSWERED, null, List.of(), reason);
    }

    /** The same delivery, known to the provider under these ids. */
    public Delivery as(List<String> ids) {
        return new Delivery(kind, chosenCode, ids, reason);
    }

    /** Hides the code. */
    @Override
    public String toString() {
        return "Delivery[" + kind + (reason.isEmpty() ? "" : ", " + reason) + "]";
    }
}
