package io.otphandler.application.admin;

import io.otphandler.application.port.AuditEntry;
import io.otphandler.domain.widget.AccountId;
import java.util.Optional;

/**
 * Who administers.
 *
 * @param root whether they may do so for every account
 * @param tokenId the {@code jti} of their token; empty: it has none
 */
public record Admin(AccountId account, boolean root, Optional<String> tokenId) {

    /** One whose token has no id. */
    public Admin(AccountId account, boolean root) {
        this(account, root, Optional.empty());
    }

    public boolean mayManage(AccountId owner) {
        return root || owner.equals(account);
    }

    /** As the audit log names them. */
    AuditEntry.Actor actor() {
        return new AuditEntry.Bearer(account, tokenId);
    }
}
