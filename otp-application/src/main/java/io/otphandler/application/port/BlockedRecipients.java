package io.otphandler.application.port;

import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.util.List;

/** Whom an account does not want to be sent anything. Thread-safe; throws {@link StoreUnavailableException}. */
public interface BlockedRecipients {

    boolean contains(AccountId account, Recipient recipient);

    /** Blocks; once more does no harm. */
    void add(AccountId account, Recipient recipient);

    /** Unblocks; one who is not blocked is no error. */
    void remove(AccountId account, Recipient recipient);

    /** In the order of their normal forms. */
    List<Recipient> of(AccountId account);
}
