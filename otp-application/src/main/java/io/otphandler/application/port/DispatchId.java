package io.otphandler.application.port;

import io.otphandler.domain.session.SessionId;
import java.util.Optional;
import java.util.UUID;

/**
 * Names one dispatch of one session; as a text, {@code <requestId>.<number>}. Gateways use it as the idempotency key.
 */
public record DispatchId(SessionId session, int number) {

    private static final int UUID_LENGTH = 36;

    /** What {@link #toString} gave; empty: something else. */
    public static Optional<DispatchId> parse(String text) {
        try {
            if (text.length() > UUID_LENGTH + 1 && text.charAt(UUID_LENGTH) == '.') {
                DispatchId id = new DispatchId(
                        new SessionId(UUID.fromString(text.substring(0, UUID_LENGTH))),
                        Integer.parseInt(text.substring(UUID_LENGTH + 1)));
                return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
            }
        } catch (IllegalArgumentException e) {
            // neither a UUID nor a number: not ours
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return session + "." + number;
    }
}
