package io.otphandler.domain.recipient;

/**
 * A phone number in E.164 form: {@code +} and 5 to 15 digits, the first not zero. Whether such a number can exist is
 * judged outside, where the numbering plans are known.
 */
public record PhoneNumber(String value) implements Recipient {

    /** The longest number that ITU-T E.164 allows, without its plus sign. */
    public static final int MAX_DIGITS = 15;

    private static final int MIN_DIGITS = 5;
    private static final int SHOWN_AT_THE_START = 5;
    private static final int HIDDEN_AT_LEAST = 3;

    public PhoneNumber {
        if (!isE164(value)) {
            throw new IllegalArgumentException("A phone number is '+' and " + MIN_DIGITS + " to " + MAX_DIGITS
                    + " digits without a leading zero, not a text of length " + value.length());
        }
    }

    /** Whether the text has the E.164 form. */
    public static boolean isE164(String text) {
        int digits = text.length() - 1;
        if (digits < MIN_DIGITS || digits > MAX_DIGITS || text.charAt(0) != '+' || text.charAt(1) == '0') {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String masked() {
        int end = value.length() >= SHOWN_AT_THE_START + HIDDEN_AT_LEAST + 3 ? 4 : 2;
        int start = Math.max(1, Math.min(SHOWN_AT_THE_START, value.length() - end - HIDDEN_AT_LEAST));
        return value.substring(0, start) + "***" + value.substring(value.length() - end);
    }

    @Override
    public RecipientKind kind() {
        return RecipientKind.PHONE;
    }

    @Override
    public String toString() {
        return masked();
    }
}
