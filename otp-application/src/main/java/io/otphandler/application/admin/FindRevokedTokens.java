package io.otphandler.application.admin;

import io.otphandler.application.port.RevokedToken;
import io.otphandler.application.port.RevokedTokens;
import io.otphandler.domain.widget.AccountId;
import java.util.List;

/** The tokens of an account that are good no more. Thread-safe. */
public final class FindRevokedTokens {

    private final RevokedTokens tokens;

    public FindRevokedTokens(RevokedTokens tokens) {
        this.tokens = tokens;
    }

    /** In the order of their ids. */
    public List<RevokedToken> find(AccountId account) {
        return tokens.of(account);
    }
}
