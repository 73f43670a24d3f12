package io.otphandler.adapter.http.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What texts may consist of. */
public final class Texts {
    private static final char REPLACEMENT = '\ufffd';

    private Texts() {}

    /**
     * The text that the bytes are in UTF-8.
     *
     * @throws CharacterCodingException when they are none
     */
    public static String utf8(byte[] bytes) throws CharacterCodingException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        // that character may stand there, or for what is none
        return text.indexOf(REPLACEMENT) < 0
                ? text
                : StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
    }

    /** Whether there is no control character in it and no half of a surrogate pair: PostgreSQL and UTF-8 take neither. */
    public static boolean isPlain(String text) {
        return isMade(text, false);
    }

    /** The same, but lines may be broken. */
    public static boolean isMultiline(String text) {
        return isMade(text, true);
    }

    private static boolean isMade(String text, boolean multiline) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                if (!multiline || (c != '\n' && c != '\r' && c != '\t')) {
                    return false;
                }
            } else if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
