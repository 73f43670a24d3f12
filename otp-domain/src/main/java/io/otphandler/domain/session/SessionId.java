package io.otphandler.domain.session;

import java.util.UUID;

/** The name of a session, {@code requestId} in the API: random, so that nobody can guess another's. */
public record SessionId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
