package io.otphandler.application.admin;

import io.otphandler.application.port.AuditEntry;
import io.otphandler.application.port.AuditLog;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What was done and decided, the newest first, page by page. Thread-safe. */
public final class FindAuditEntries {

    private final AuditLog log;

    public FindAuditEntries(AuditLog log) {
        this.log = log;
    }

    public Page find(AuditLog.Query query) {
        List<AuditEntry> found = log.find(
                new AuditLog.Query(query.account(), query.action(), query.before(), Math.addExact(query.limit(), 1)));
        if (found.size() <= query.limit()) {
            return new Page(found, Optional.empty());
        }
        List<AuditEntry> page = found.subList(0, query.limit());
        return new Page(page, Optional.of(page.get(page.size() - 1).id()));
    }

    /**
     * Some of the entries.
     *
     * @param next before which the following page begins; empty: this is the last
     */
    public record Page(List<AuditEntry> entries, Optional<UUID> next) {
        public Page {
            entries = List.copyOf(entries);
        }
    }
}
