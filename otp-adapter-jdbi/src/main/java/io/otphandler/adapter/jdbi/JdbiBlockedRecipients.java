package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.port.BlockedRecipients;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Blocked recipients, each a row; whether one is there is a look into the primary key. Thread-safe. */
final class JdbiBlockedRecipients implements BlockedRecipients {

    private final Jdbi jdbi;

    JdbiBlockedRecipients(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public boolean contains(AccountId account, Recipient recipient) {
        return with(handle -> handle.createQuery("SELECT 1 FROM blocked_recipients WHERE account = ? AND recipient = ?")
                .bind(0, account.value())
                .bind(1, recipient.value())
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }

    @Override
    public void add(AccountId account, Recipient recipient) {
        try {
            with(handle -> handle.execute(
                    "INSERT INTO blocked_recipients (account, recipient) SELECT ?, ? WHERE NOT EXISTS"
                            + " (SELECT 1 FROM blocked_recipients WHERE account = ? AND recipient = ?)",
                    account.value(),
                    recipient.value(),
                    account.value(),
                    recipient.value()));
        } catch (IllegalStateException e) {
            // somebody else was quicker: blocked is blocked
            if (!contains(account, recipient)) {
                throw e;
            }
        }
    }

    @Override
    public void remove(AccountId account, Recipient recipient) {
        with(handle -> handle.execute(
                "DELETE FROM blocked_recipients WHERE account = ? AND recipient = ?",
                account.value(),
                recipient.value()));
    }

    @Override
    public List<Recipient> of(AccountId account) {
        // sorted here: a database may order by the customs of a language
        return with(handle -> handle
                .createQuery("SELECT recipient FROM blocked_recipients WHERE account = ?")
                .bind(0, account.value())
                .mapTo(String.class)
                .stream()
                .sorted()
                .map(SessionRow::recipient)
                .toList());
    }

    @CanIgnoreReturnValue
    private <T> T with(Function<Handle, T> work) {
        try {
            return jdbi.withHandle(work::apply);
        } catch (JdbiException e) {
            throw Failures.translate("The blocked recipients could not be reached", e);
        }
    }
}
