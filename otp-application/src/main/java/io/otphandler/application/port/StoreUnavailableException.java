package io.otphandler.application.port;

/** The store cannot be reached or did not answer in time. What was being written may or may not be there. */
public final class StoreUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
