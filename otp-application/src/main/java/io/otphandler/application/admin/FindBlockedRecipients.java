package io.otphandler.application.admin;

import io.otphandler.application.port.BlockedRecipients;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.util.List;

/** Lists the recipients that an account does not send to. Thread-safe. */
public final class FindBlockedRecipients {

    private final BlockedRecipients recipients;

    public FindBlockedRecipients(BlockedRecipients recipients) {
        this.recipients = recipients;
    }

    public List<Recipient> find(AccountId account) {
        return recipients.of(account);
    }
}
