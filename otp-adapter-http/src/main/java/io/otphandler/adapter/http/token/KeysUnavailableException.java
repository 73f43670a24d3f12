package io.otphandler.adapter.http.token;

/** A token cannot be judged now, as the keys of those who sign tokens cannot be had. */
public final class KeysUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    KeysUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
