package io.otphandler.bootstrap;

/** Something that whoever started the program has to put right; the message says what. */
final class UserException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UserException(String message) {
        super(message);
    }

    UserException(String message, Throwable cause) {
        super(message, cause);
    }
}
