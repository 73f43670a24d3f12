package io.otphandler.domain.session;

/** Why a message is asked for. */
enum Cause {
    START("start"),
    RESTART("restart"),
    NEXT_CHANNEL("next channel asked for"),
    FALLBACK("fallback"),
    FAILURE("channel before failed");

    private final String words;

    Cause(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
