package io.otphandler.application.admin;

import io.otphandler.application.port.RevokedToken;
import io.otphandler.application.port.RevokedTokens;
import java.time.Clock;
import java.util.Map;

/** Makes a token good no more before it expires: on this node at once, on others when they look. Thread-safe. */
public final class RevokeToken {

    private final RevokedTokens tokens;
    private final Revocations revocations;
    private final Audit audit;
    private final Clock clock;

    public RevokeToken(RevokedTokens tokens, Revocations revocations, Audit audit, Clock clock) {
        this.tokens = tokens;
        this.revocations = revocations;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Answers once it is safe.
     *
     * @param admin who may manage the token's account
     */
    public void revoke(Admin admin, RevokedToken token) {
        audit.record(
                admin.actor(),
                token.account(),
                "token.revoke",
                token.id(),
                Map.of("expiresAt", token.expiresAt().toString()));
        tokens.add(token, clock.instant());
        revocations.learn(token);
    }
}
