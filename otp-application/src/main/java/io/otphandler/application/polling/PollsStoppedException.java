package io.otphandler.application.polling;

/** The service is stopping; another node, or this one after a restart, can be asked at once. */
public final class PollsStoppedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    PollsStoppedException() {
        super("The service is stopping", null, false, false);
    }
}
