package io.otphandler.adapter.http.token;

/** A request without a token that is good here. Says nothing about why: whoever forges tokens need not learn it. */
public final class UnauthorizedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean tokenGiven;

    UnauthorizedException(boolean tokenGiven) {
        super(tokenGiven ? "The token is not good here" : "There is no token", null, false, false);
        this.tokenGiven = tokenGiven;
    }

    /** Whether there was a bearer token at all (RFC 6750 §3.1 has the challenge say so). */
    public boolean tokenGiven() {
        return tokenGiven;
    }
}
