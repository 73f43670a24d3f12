package io.otphandler.application.polling;

/** As many polls are held as may be. */
public final class TooManyPollsException extends RuntimeException {

    private static final long serialVersionUID = 1;

    TooManyPollsException() {
        super("Too many polls are held", null, false, false);
    }
}
