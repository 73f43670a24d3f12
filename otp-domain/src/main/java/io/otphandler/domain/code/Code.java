package io.otphandler.domain.code;

/**
 * A one-time code, {@value #MIN_DIGITS} to {@value #MAX_DIGITS} decimal digits. Its {@code toString} hides it; only
 * {@link #digits()} tells.
 */
public record Code(String digits) {

    /** Shorter ones are not codes but guesses waiting to happen: what a provider chooses may not be shorter either. */
    public static final int MIN_DIGITS = 4;

    /** The longest that a provider may choose; ours end at {@link CodePolicy#MAX_LENGTH}. */
    public static final int MAX_DIGITS = 32;

    public Code {
        if (!isCode(digits)) {
            throw new IllegalArgumentException("A code is " + MIN_DIGITS + " to " + MAX_DIGITS + " digits");
        }
    }

    /** Whether the text can be a code. */
    public static boolean isCode(String text) {
        return text.length() >= MIN_DIGITS
                && text.length() <= MAX_DIGITS
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    public int length() {
        return digits.length();
    }

    @Override
    public String toString() {
        return "Code[" + "*".repeat(digits.length()) + "]";
    }
}
