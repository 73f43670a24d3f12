package io.otphandler.application.port;

import io.otphandler.domain.widget.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What was done and decided, kept for those who ask later. Entries are added and read; nothing changes one, and nothing but
 * their age deletes them. Thread-safe; throws {@link StoreUnavailableException}.
 *
 * <p>What somebody does is appended <em>before</em> it is done: whatever happens in between, nothing is done that is not in
 * the log. An entry may so tell of something that failed in the next moment, when the store went away; whoever did it was
 * told of that, too. What was refused is not done, and not appended.
 */
public interface AuditLog {

    /** Adds an entry; it is safe when this returns. */
    void append(AuditEntry entry);

    /** The newest entries that are asked for, the newest first; those of one millisecond in an order that stays the same. */
    List<AuditEntry> find(Query query);

    /**
     * Deletes the oldest of those that were made before then.
     *
     * @return how many; fewer than the limit: no more are left
     */
    int deleteOlderThan(Instant instant, int limit);

    /**
     * Which entries are asked for.
     *
     * @param account the one that is concerned; empty: any
     * @param action empty: any
     * @param before the id of an entry: only what comes after it in the order of {@link #find}, older ones, that is; nothing
     *     when there is no such entry, or no longer. Empty: from the newest on
     * @param limit how many at most, at least 1
     */
    record Query(Optional<AccountId> account, Optional<String> action, Optional<UUID> before, int limit) {}
}
