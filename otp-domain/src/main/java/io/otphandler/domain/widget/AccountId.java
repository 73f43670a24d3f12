package io.otphandler.domain.widget;

/** The tenant, as the {@code sub} of its tokens names it: 1 to {@value #MAX_LENGTH} characters. Owns widgets and sessions. */
public record AccountId(String value) {

    public static final int MAX_LENGTH = 128;

    public AccountId {
        if (value.isBlank() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "An account is named by 1 to " + MAX_LENGTH + " characters, not by " + value.length());
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
