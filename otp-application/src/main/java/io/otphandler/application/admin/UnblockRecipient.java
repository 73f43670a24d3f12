package io.otphandler.application.admin;

import io.otphandler.application.port.BlockedRecipients;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;

/** Lets an account send to a recipient again. Thread-safe. */
public final class UnblockRecipient {

    private final BlockedRecipients recipients;

    public UnblockRecipient(BlockedRecipients recipients) {
        this.recipients = recipients;
    }

    public void unblock(AccountId account, Recipient recipient) {
        recipients.remove(account, recipient);
    }
}
