package io.otphandler.adapter.http.json;

/** What texts may consist of. */
public final class Texts {
    private Texts() {}

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
