package io.otphandler.domain.session;

import io.otphandler.domain.code.ChosenCode;
import org.jspecify.annotations.Nullable;

/**
 * What became of handing a message to a gateway, after all that could be tried was tried.
 *
 * @param chosen the code that the provider chose, of an accepted message; null: it sends ours
 */
public record Outcome(Kind kind, @Nullable ChosenCode chosen) {

    public static final Outcome ACCEPTED = new Outcome(Kind.ACCEPTED, null);
    public static final Outcome REJECTED = new Outcome(Kind.REJECTED, null);
    public static final Outcome UNAVAILABLE = new Outcome(Kind.UNAVAILABLE, null);
    public static final Outcome UNKNOWN = new Outcome(Kind.UNKNOWN, null);

    public enum Kind {
        /** The gateway has taken it. */
        ACCEPTED,
        /** It never will. */
        REJECTED,
        /** It could not, for as long as we tried. */
        UNAVAILABLE,
        /** It may have: sending again by ourselves could reach the user twice. */
        UNKNOWN
    }

    public Outcome {
        if (chosen != null && kind != Kind.ACCEPTED) {
            throw new IllegalArgumentException("Only an accepted message has a chosen code, not one that is " + kind);
        }
    }

    public static Outcome accepted(ChosenCode chosen) {
        return new Outcome(Kind.ACCEPTED, chosen);
    }
}
