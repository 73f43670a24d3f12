package io.otphandler.application.port;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** An audit log that is remembered as long as this object lives. Thread-safe. */
public final class InMemoryAuditLog implements AuditLog {

    private static final Comparator<AuditEntry> NEWEST_FIRST =
            Comparator.comparing(AuditEntry::at).thenComparing(AuditEntry::id).reversed();

    private final List<AuditEntry> entries = new ArrayList<>();

    @Override
    public synchronized void append(AuditEntry entry) {
        entries.add(entry);
    }

    @Override
    public synchronized List<AuditEntry> find(Query query) {
        List<AuditEntry> sorted = entries.stream().sorted(NEWEST_FIRST).toList();
        return sorted.stream()
                .skip(query.before().map(id -> after(sorted, id)).orElse(0))
                .filter(entry -> query.account()
                        .filter(account -> !account.equals(entry.account()))
                        .isEmpty())
                .filter(entry -> query.action()
                        .filter(action -> !action.equals(entry.action()))
                        .isEmpty())
                .limit(query.limit())
                .toList();
    }

    private static int after(List<AuditEntry> sorted, UUID id) {
        int place = sorted.stream().map(AuditEntry::id).toList().indexOf(id);
        return place < 0 ? sorted.size() : place + 1;
    }

    @Override
    public synchronized int deleteOlderThan(Instant instant, int limit) {
        List<AuditEntry> old = entries.stream()
                .sorted(NEWEST_FIRST.reversed())
                .filter(entry -> entry.at().isBefore(instant))
                .limit(limit)
                .toList();
        entries.removeAll(old);
        return old.size();
    }
}
