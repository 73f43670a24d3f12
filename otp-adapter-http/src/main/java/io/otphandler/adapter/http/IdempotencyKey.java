package io.otphandler.adapter.http;

import org.jspecify.annotations.Nullable;

/**
 * Reads {@code Idempotency-Key}: 1 to {@value #MAX_LENGTH} visible ASCII characters, bare or as a quoted string
 * (RFC 8941 §3.3.3), as draft-ietf-httpapi-idempotency-key-header has it. Both forms of the same characters are the same
 * key.
 */
final class IdempotencyKey {
    static final String HEADER = "Idempotency-Key";

    private static final int MAX_LENGTH = 255;

    private IdempotencyKey() {}

    /**
     * The key; null: there is none.
     *
     * @throws Problem when there are several, or one that is malformed
     */
    static @Nullable String of(Call call) {
        if (!call.hasHeader(HEADER)) {
            return null;
        }
        String written = call.onlyHeader(HEADER);
        String key = written == null ? null : written.startsWith("\"") ? unquoted(written) : written;
        if (key == null
                || key.isEmpty()
                || key.length() > MAX_LENGTH
                || !key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw Problem.invalid(
                    HEADER, "expected one key of 1 to " + MAX_LENGTH + " visible ASCII characters, quoted or not");
        }
        return key;
    }

    /** What stands between the quotes; null: it is no quoted string. */
    private static @Nullable String unquoted(String written) {
        StringBuilder key = new StringBuilder(written.length());
        int last = written.length() - 1;
        for (int i = 1; i < last; i++) {
            char c = written.charAt(i);
            if (c == '"') {
                return null;
            }
            if (c == '\\') {
                i++;
                c = i < last ? written.charAt(i) : 0;
                if (c != '"' && c != '\\') {
                    return null;
                }
            }
            key.append(c);
        }
        return last > 0 && written.charAt(last) == '"' ? key.toString() : null;
    }
}
