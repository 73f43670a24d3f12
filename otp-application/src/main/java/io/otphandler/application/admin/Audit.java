package io.otphandler.application.admin;

import io.otphandler.application.port.AuditEntry;
import io.otphandler.application.port.AuditEntry.Actor;
import io.otphandler.application.port.AuditLog;
import io.otphandler.domain.widget.AccountId;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Writes down what is about to be done, at the present instant. Thread-safe. */
public final class Audit {

    private final AuditLog log;
    private final Supplier<UUID> ids;
    private final Clock clock;

    /** @param ids of entries */
    public Audit(AuditLog log, Supplier<UUID> ids, Clock clock) {
        this.log = log;
        this.ids = ids;
        this.clock = clock;
    }

    /** Answers once it is safe: only then do what it tells of. */
    public void record(Actor actor, AccountId account, String action, String subject, Map<String, String> details) {
        log.append(new AuditEntry(ids.get(), clock.instant(), account, actor, action, subject, details));
    }
}
