package io.otphandler.domain.recipient;

import java.util.Locale;

/**
 * An e-mail address, in lower case: no provider of note tells {@code Ann@} from {@code ann@}, and people type both.
 * Holds one {@code @} with something on either side and no white space or control character; at most 254 characters
 * (RFC 5321 §4.5.3.1.3 less the brackets).
 */
public record EmailAddress(String value) implements Recipient {

    /** The longest address that fits an SMTP path. */
    public static final int MAX_LENGTH = 254;

    public EmailAddress {
        value = value.toLowerCase(Locale.ROOT);
        if (!isAddress(value)) {
            throw new IllegalArgumentException("An e-mail address is local@domain of at most " + MAX_LENGTH
                    + " characters, not a text of length " + value.length());
        }
    }

    /** Whether the text has the form of an address that can be written to. */
    public static boolean isAddress(String text) {
        int at = text.indexOf('@');
        if (at < 1 || at > 64 || at != text.lastIndexOf('@') || text.length() > MAX_LENGTH) {
            return false;
        }
        String domain = text.substring(at + 1);
        if (domain.isEmpty() || domain.startsWith(".") || domain.endsWith(".") || domain.contains("..")) {
            return false;
        }
        return text.chars()
                .noneMatch(c -> c <= ' '
                        || c == 0x7f
                        || Character.isWhitespace(c)
                        || Character.isSpaceChar(c)
                        || Character.isISOControl(c)
                        || Character.isSurrogate((char) c)
                        || "<>()[],;:\\\"".indexOf(c) >= 0);
    }

    @Override
    public String masked() {
        int at = value.indexOf('@');
        return (at > 1 ? value.substring(0, 1) : "") + "***" + value.substring(at);
    }

    @Override
    public RecipientKind kind() {
        return RecipientKind.EMAIL;
    }

    @Override
    public String toString() {
        return masked();
    }
}
