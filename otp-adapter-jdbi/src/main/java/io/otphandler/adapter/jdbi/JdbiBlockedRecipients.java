package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.port.BlockedRecipients;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Blocked recipients, each a row; whether one is there is a look into the primary key. Thread-safe.
 *
 * <p>Where this process alone writes them, all of them are kept in memory while they are not too many, for they are asked
 * for with every session.
 */
final class JdbiBlockedRecipients implements BlockedRecipients {

    /** Some 2 MB. */
    static final int KEPT = 10_000;

    private static final String UNREACHABLE = "The blocked recipients could not be reached";

    private final Pool pool;
    /** All there are; null: not known. */
    private volatile @Nullable Set<Blocked> known;

    private volatile boolean remembers;

    private record Blocked(String account, String recipient) {}

    /** @param isShared whether others may write */
    JdbiBlockedRecipients(Pool pool, boolean isShared) {
        this.pool = pool;
        this.remembers = !isShared;
    }

    /** Asked with every session, and so past Jdbi. */
    @Override
    public boolean contains(AccountId account, Recipient recipient) {
        Set<Blocked> all = remembers ? known() : null;
        return all == null ? isKept(account, recipient) : all.contains(new Blocked(account.value(), recipient.value()));
    }

    private boolean isKept(AccountId account, Recipient recipient) {
        return pool.on(UNREACHABLE, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT 1 FROM blocked_recipients WHERE account = ? AND recipient = ?")) {
                statement.setString(1, account.value());
                statement.setString(2, recipient.value());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next();
                }
            }
        });
    }

    /** Null: too many. */
    private @Nullable Set<Blocked> known() {
        Set<Blocked> all = known;
        return all == null ? readAll() : all;
    }

    private synchronized @Nullable Set<Blocked> readAll() {
        if (known == null && remembers) {
            Set<Blocked> all = ConcurrentHashMap.newKeySet();
            with(handle -> all.addAll(handle.createQuery("SELECT account, recipient FROM blocked_recipients"
                            + " FETCH FIRST " + (KEPT + 1) + " ROWS ONLY")
                    .map((row, context) -> new Blocked(row.getString(1), row.getString(2)))
                    .list()));
            know(all);
        }
        return known;
    }

    private void know(Set<Blocked> all) {
        remembers = all.size() <= KEPT;
        known = remembers ? all : null;
    }

    @Override
    public void add(AccountId account, Recipient recipient) {
        change(() -> insert(account, recipient), all -> all.add(new Blocked(account.value(), recipient.value())));
    }

    @Override
    public void remove(AccountId account, Recipient recipient) {
        change(
                () -> with(handle -> handle.execute(
                        "DELETE FROM blocked_recipients WHERE account = ? AND recipient = ?",
                        account.value(),
                        recipient.value())),
                all -> all.remove(new Blocked(account.value(), recipient.value())));
    }

    private void change(Runnable kept, Consumer<Set<Blocked>> remembered) {
        if (remembers) {
            changeBoth(kept, remembered);
        } else {
            kept.run();
        }
    }

    /** One after the other, so that memory takes the same course; after a failure nobody knows what is there. */
    private synchronized void changeBoth(Runnable kept, Consumer<Set<Blocked>> remembered) {
        Set<Blocked> all = known;
        try {
            kept.run();
        } catch (RuntimeException e) {
            known = null;
            throw e;
        }
        if (all != null) {
            remembered.accept(all);
            know(all);
        }
    }

    private void insert(AccountId account, Recipient recipient) {
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
            if (!isKept(account, recipient)) {
                throw e;
            }
        }
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
        return pool.jdbi(UNREACHABLE, work);
    }
}
