package io.otphandler.domain.code;

/** A code that somebody else chose (a provider, or the widget for a test recipient), as it is kept. */
public record ChosenCode(CodeHash hash, int length) {

    public ChosenCode {
        if (length < Code.MIN_DIGITS || length > Code.MAX_DIGITS) {
            throw new IllegalArgumentException(
                    "A chosen code has " + Code.MIN_DIGITS + " to " + Code.MAX_DIGITS + " digits, not " + length);
        }
    }
}
