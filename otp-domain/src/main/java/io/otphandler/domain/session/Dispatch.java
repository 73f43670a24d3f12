package io.otphandler.domain.session;

import io.otphandler.domain.code.ChosenCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One hand-over of a message to a gateway.
 *
 * @param number counts the dispatches of a session from 1
 * @param askedAt when it was decided on
 * @param chosen its code when somebody else chose it; null: ours, derived from session and number
 */
public record Dispatch(
        int number, Instant askedAt, @Nullable ChosenCode chosen) {

    public Dispatch {
        if (number < 1) {
            throw new IllegalArgumentException("Dispatches count from 1, not " + number);
        }
    }

    Dispatch with(@Nullable ChosenCode code) {
        return code == null ? this : new Dispatch(number, askedAt, code);
    }
}
