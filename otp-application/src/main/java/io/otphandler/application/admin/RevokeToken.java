package io.otphandler.application.admin;

import io.otphandler.application.port.RevokedToken;
import io.otphandler.application.port.RevokedTokens;
import java.time.Clock;

/** Makes a token good no more before it expires: on this node at once, on others when they look. Thread-safe. */
public final class RevokeToken {

    private final RevokedTokens tokens;
    private final Revocations revocations;
    private final Clock clock;

    public RevokeToken(RevokedTokens tokens, Revocations revocations, Clock clock) {
        this.tokens = tokens;
        this.revocations = revocations;
        this.clock = clock;
    }

    /** Answers once it is safe. */
    public void revoke(RevokedToken token) {
        tokens.add(token, clock.instant());
        revocations.learn(token);
    }
}
