package io.otphandler.application.port;

import io.otphandler.domain.guard.NumberPrefix;
import io.otphandler.domain.widget.WidgetId;
import java.time.Instant;

/**
 * What was decided about a widget's messages to a prefix, for all nodes. There is one of each widget and prefix at most.
 *
 * @param strikes how often it was blocked in a row, this time included; 0 where it is not blocked
 * @param since when it was decided
 * @param until when it ends to have an effect on what is sent
 * @param keptUntil when it may be forgotten: what is blocked again before then is blocked for longer
 * @param reason in words and numbers
 */
public record Ruling(
        WidgetId widget,
        NumberPrefix prefix,
        State state,
        int strikes,
        Instant since,
        Instant until,
        Instant keptUntil,
        String reason) {

    public static final int MAX_REASON = 1_000;

    /** What is to be done; the numbers are what stores know them by. */
    public enum State {
        BLOCKED(1),
        /** By an admin: what was counted before is forgotten, and it is not judged for a while. */
        LIFTED(2),
        /** By an admin: it is not judged. */
        ALLOWED(3);

        private final int number;

        State(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }

    public boolean isBlockedAt(Instant now) {
        return state == State.BLOCKED && now.isBefore(until);
    }

    /** Whether it was blocked, and is watched closely since. */
    public boolean isOnProbationAt(Instant now) {
        return state == State.BLOCKED && !now.isBefore(until) && now.isBefore(keptUntil);
    }

    /** Whether traffic to it is none of the guard's business. */
    public boolean isExemptAt(Instant now) {
        return state != State.BLOCKED && now.isBefore(until);
    }
}
