package io.otphandler.application.delivery;

import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.ProviderMessage;
import io.otphandler.application.port.ProviderMessages;
import io.otphandler.application.port.Report;
import io.otphandler.application.port.Reports;
import io.otphandler.application.port.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what providers report, by our name of the message or by theirs. One that names a message that is not known yet,
 * as its acceptance is still on its way here or on another node, waits for it in memory. Thread-safe.
 */
public final class TakeReport implements Reports {

    /** SPEC §2.3. */
    static final Duration PATIENCE = Duration.ofSeconds(60);
    /** More than can honestly be early: what comes beyond it is as good as unknown. */
    static final int MAX_WAITING = 10_000;

    private static final Logger log = LoggerFactory.getLogger(TakeReport.class);

    private final ProviderMessages messages;
    private final TakeReceipt receipts;
    private final Executor executor;
    private final Clock clock;
    private final ReportObserver observer;
    private final Set<Early> waiting = ConcurrentHashMap.newKeySet();

    public TakeReport(
            ProviderMessages messages, TakeReceipt receipts, Executor executor, Clock clock, ReportObserver observer) {
        this.messages = messages;
        this.receipts = receipts;
        this.executor = executor;
        this.clock = clock;
        this.observer = observer;
    }

    /** Done at once where the message is not known yet. */
    @Override
    public CompletableFuture<?> report(String gateway, Report report) {
        return CompletableFuture.runAsync(() -> take(gateway, report), executor);
    }

    /** The same, while the caller waits. */
    void take(String gateway, Report report) {
        Optional<DispatchId> dispatch = dispatch(gateway, report);
        if (dispatch.isPresent()) {
            take(gateway, dispatch.get(), report);
            return;
        }
        Early early = new Early(gateway, report, clock.instant());
        if (waiting.size() >= MAX_WAITING) {
            unknown(early);
            return;
        }
        waiting.add(early);
        // its message may have been kept between the look and the waiting
        dispatch(gateway, report).ifPresent(found -> take(early, found));
    }

    /** Keeps under which names a provider knows a message; reports that waited for them are taken. */
    CompletableFuture<?> keep(Collection<ProviderMessage> names) {
        return messages.keep(names, clock.instant()).thenRun(() -> {
            if (!waiting.isEmpty()) {
                executor.execute(() -> names.forEach(this::takeWaiting));
            }
        });
    }

    /**
     * Looks again for the messages of reports that wait, which another node may have kept meanwhile. To be called every
     * now and then; one query for each gateway, and none where nothing waits.
     *
     * @throws StoreUnavailableException when the store cannot be reached
     */
    public void recheck() {
        Instant tooOld = clock.instant().minus(PATIENCE);
        Map<String, List<Early>> byGateway =
                waiting.stream().collect(Collectors.groupingBy(Early::gateway, HashMap::new, Collectors.toList()));
        byGateway.forEach((gateway, early) -> {
            Map<String, DispatchId> found =
                    messages.find(gateway, early.stream().map(Early::messageId).collect(Collectors.toSet()));
            for (Early each : early) {
                DispatchId dispatch = found.get(each.messageId());
                if (dispatch != null) {
                    take(each, dispatch);
                } else if (each.since.isBefore(tooOld) && waiting.remove(each)) {
                    unknown(each);
                }
            }
        });
    }

    /** How many reports wait for their messages. */
    public int waiting() {
        return waiting.size();
    }

    private Optional<DispatchId> dispatch(String gateway, Report report) {
        DispatchId dispatch = report.dispatch();
        String messageId = report.messageId();
        if (dispatch != null || messageId == null) {
            return Optional.ofNullable(dispatch);
        }
        return messageId.length() > ProviderMessage.MAX_ID_LENGTH
                ? Optional.empty()
                : Optional.ofNullable(messages.find(gateway, Set.of(messageId)).get(messageId));
    }

    private void takeWaiting(ProviderMessage name) {
        // in the order in which they came: a message is delivered before it is read
        List<Early> early = new ArrayList<>(waiting);
        early.sort(Comparator.comparing(Early::since));
        for (Early each : early) {
            if (each.gateway.equals(name.gateway()) && each.messageId().equals(name.messageId())) {
                take(each, name.dispatch());
            }
        }
    }

    private void take(Early early, DispatchId dispatch) {
        if (waiting.remove(early)) {
            try {
                take(early.gateway, dispatch, early.report);
            } catch (StoreUnavailableException e) {
                waiting.add(early);
                throw e;
            }
        }
    }

    private void take(String gateway, DispatchId dispatch, Report report) {
        boolean mattered = receipts.take(dispatch, report.status(), report.code());
        log.debug("{} reports {}{}", gateway, report, mattered ? "" : ", which changes nothing");
        observer.reported(gateway, ReportObserver.Fate.TAKEN);
    }

    private void unknown(Early early) {
        log.debug("{} reports of a message that nobody knows: {}", early.gateway, early.report);
        observer.reported(early.gateway, ReportObserver.Fate.UNKNOWN);
    }

    /** A report that came before its message was known. Not a record: two that are equal are still two. */
    private static final class Early {
        private final String gateway;
        private final Report report;
        private final Instant since;

        Early(String gateway, Report report, Instant since) {
            this.gateway = gateway;
            this.report = report;
            this.since = since;
        }

        String gateway() {
            return gateway;
        }

        Instant since() {
            return since;
        }

        String messageId() {
            String messageId = report.messageId();
            return messageId == null ? "" : messageId;
        }
    }
}
