package io.otphandler.domain.session;

/**
 * Something that happened to a session. When it happened is known where it is kept: a move's events all happen at the
 * move's instant.
 *
 * @param dispatch the number of the dispatch it belongs to; 0: the session as a whole
 * @param detail a word more, such as why; empty: nothing to add. Never a code, never a recipient
 */
public record SessionEvent(Kind kind, int dispatch, String detail) {

    public enum Kind {
        /** A message is to be handed over; detail: why. */
        DISPATCH_REQUESTED,
        ACCEPTED,
        REJECTED,
        UNAVAILABLE,
        UNKNOWN,
        /** A receipt came; detail: what it said, and whether it was too late to change anything. */
        RECEIPT,
        CODE_TYPE_CHANGED,
        /** Detail: why. */
        CHANNEL_FAILED,
        /** Detail: the tries left. */
        WRONG_CODE,
        /** Detail: how. */
        CONFIRMED,
        COMPLETED,
        CANCELLED,
        ATTEMPTS_EXPIRED,
        EXHAUSTED
    }

    static SessionEvent of(Kind kind, int dispatch) {
        return new SessionEvent(kind, dispatch, "");
    }
}
