package io.otphandler.application.admin;

import io.otphandler.application.port.BlockedRecipients;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.util.Map;

/** Keeps an account from sending anything to a recipient. Thread-safe. */
public final class BlockRecipient {

    private final BlockedRecipients recipients;
    private final Audit audit;

    public BlockRecipient(BlockedRecipients recipients, Audit audit) {
        this.recipients = recipients;
        this.audit = audit;
    }

    /**
     * Blocks; once more does no harm.
     *
     * @param admin who may manage the account
     */
    public void block(Admin admin, AccountId account, Recipient recipient) {
        audit.record(admin.actor(), account, "recipient.block", recipient.masked(), Map.of());
        recipients.add(account, recipient);
    }
}
