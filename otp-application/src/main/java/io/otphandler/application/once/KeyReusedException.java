package io.otphandler.application.once;

/** The idempotency key has come with another request before. */
public final class KeyReusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    KeyReusedException() {
        super("The key has come with another request", null, false, false);
    }
}
