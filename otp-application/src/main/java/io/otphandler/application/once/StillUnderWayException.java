package io.otphandler.application.once;

/** The same request is still being answered, and has been waited for long enough. */
public final class StillUnderWayException extends RuntimeException {

    private static final long serialVersionUID = 1;

    StillUnderWayException() {
        super("The same request is still being answered", null, false, false);
    }
}
