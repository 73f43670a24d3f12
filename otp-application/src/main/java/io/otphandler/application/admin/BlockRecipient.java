package io.otphandler.application.admin;

import io.otphandler.application.port.BlockedRecipients;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;

/** Keeps an account from sending anything to a recipient. Thread-safe. */
public final class BlockRecipient {

    private final BlockedRecipients recipients;

    public BlockRecipient(BlockedRecipients recipients) {
        this.recipients = recipients;
    }

    public void block(AccountId account, Recipient recipient) {
        recipients.add(account, recipient);
    }
}
