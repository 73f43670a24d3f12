package io.otphandler.application.port;

import io.otphandler.domain.code.Code;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message in the end.
 *
 * @param code that the user typed, of a message that {@link Kind#HELPED}; null: another's code was typed, or none
 */
public record Conclusion(Kind kind, @Nullable Code code) {

    public enum Kind {
        /** The user confirmed with it. */
        HELPED,
        /** Its code is dead: it was restarted, or its session is over. */
        SUPERSEDED
    }

    /** Hides the code. */
    @Override
    public String toString() {
        return "Conclusion[" + kind + "]";
    }
}
