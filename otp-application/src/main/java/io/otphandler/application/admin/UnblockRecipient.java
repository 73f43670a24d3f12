package io.otphandler.application.admin;

import io.otphandler.application.port.BlockedRecipients;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.util.Map;

/** Lets an account send to a recipient again. Thread-safe. */
public final class UnblockRecipient {

    private final BlockedRecipients recipients;
    private final Audit audit;

    public UnblockRecipient(BlockedRecipients recipients, Audit audit) {
        this.recipients = recipients;
        this.audit = audit;
    }

    /**
     * Unblocks; one who is not blocked is no error.
     *
     * @param admin who may manage the account
     */
    public void unblock(Admin admin, AccountId account, Recipient recipient) {
        audit.record(admin.actor(), account, "recipient.unblock", recipient.masked(), Map.of());
        recipients.remove(account, recipient);
    }
}
