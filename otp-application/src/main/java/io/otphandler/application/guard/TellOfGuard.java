package io.otphandler.application.guard;

import io.otphandler.application.port.AuditEntry;
import io.otphandler.application.port.AuditLog;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.application.port.Widgets;
import io.otphandler.domain.guard.Finding;
import io.otphandler.domain.guard.NumberPrefix;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what the guard decides into the log and the audit log. Thread-safe. */
public final class TellOfGuard implements Consumer<PrefixGuard.Event> {

    private static final Logger log = LoggerFactory.getLogger(TellOfGuard.class);

    private final Widgets widgets;
    private final AuditLog audit;
    private final Supplier<UUID> ids;
    private final Executor executor;

    public TellOfGuard(Widgets widgets, AuditLog audit, Supplier<UUID> ids, Executor executor) {
        this.widgets = widgets;
        this.audit = audit;
        this.ids = ids;
        this.executor = executor;
    }

    @Override
    public void accept(PrefixGuard.Event event) {
        if (event instanceof PrefixGuard.Blocked blocked) {
            Map<String, String> details = numbers(blocked.finding());
            details.put("until", blocked.ruling().until().toString());
            details.put("strikes", Integer.toString(blocked.ruling().strikes()));
            log.warn(
                    "Messages of widget {} to {} are blocked until {}: {}",
                    blocked.ruling().widget(),
                    blocked.ruling().prefix(),
                    blocked.ruling().until(),
                    blocked.ruling().reason());
            append(
                    blocked.ruling().widget(),
                    blocked.ruling().prefix(),
                    "guard.block",
                    blocked.ruling().since(),
                    details);
        } else if (event instanceof PrefixGuard.Slowed slowed) {
            log.warn(
                    "Messages of widget {} to {} are slowed: {}",
                    slowed.widget(),
                    slowed.prefix(),
                    slowed.finding().sentence());
            append(slowed.widget(), slowed.prefix(), "guard.slow", slowed.at(), numbers(slowed.finding()));
        }
    }

    private static Map<String, String> numbers(Finding finding) {
        Map<String, String> numbers = new TreeMap<>();
        numbers.put("hourMessages", Long.toString(finding.traffic().hourMessages()));
        numbers.put("hourConfirmed", Long.toString(finding.traffic().hourConfirmed()));
        numbers.put("dayMessages", Long.toString(finding.traffic().dayMessages()));
        numbers.put("dayConfirmed", Long.toString(finding.traffic().dayConfirmed()));
        numbers.put("why", finding.sentence());
        return numbers;
    }

    private void append(WidgetId id, NumberPrefix prefix, String action, Instant at, Map<String, String> details) {
        try {
            executor.execute(() -> {
                try {
                    Optional<Widget> widget = widgets.find(id);
                    if (widget.isPresent()) {
                        details.put("widget", id.toString());
                        audit.append(new AuditEntry(
                                ids.get(),
                                at,
                                widget.get().owner(),
                                AuditEntry.Part.GUARD,
                                action,
                                prefix.toString(),
                                details));
                    }
                } catch (StoreUnavailableException e) {
                    log.warn("A decision of the guard is not in the audit log: {}", e.getMessage());
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("Stopping: a decision of the guard is not in the audit log", e);
        }
    }
}
