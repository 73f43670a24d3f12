package io.otphandler.adapter.http.json;

import java.util.Optional;
import java.util.UUID;

/** Reads UUIDs in the one form that the API writes them in; capital letters are forgiven. */
public final class Uuids {
    private static final int LENGTH = 36;

    private Uuids() {}

    /** Empty: not a UUID. The JDK alone would also take {@code 1-1-1-1-1}. */
    public static Optional<UUID> parse(String text) {
        if (text.length() != LENGTH) {
            return Optional.empty();
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (dash ? c != '-' : !hex) {
                return Optional.empty();
            }
        }
        return Optional.of(UUID.fromString(text));
    }
}
