package io.otphandler.application.limit;

import io.otphandler.application.port.Limit;
import io.otphandler.application.port.Limits;
import io.otphandler.application.port.SessionListener;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.session.Exhausted;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.session.Waiting;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back what a {@code send} was counted, once it is certain that none of its messages was handed over. A process
 * that dies at that moment takes nothing back. Thread-safe.
 */
public final class GiveBack implements SessionListener {

    private static final Logger log = LoggerFactory.getLogger(GiveBack.class);

    private final Sessions sessions;
    private final Limits limits;
    private final SendLimits rules;
    private final Executor executor;

    public GiveBack(Sessions sessions, Limits limits, SendLimits rules, Executor executor) {
        this.sessions = sessions;
        this.limits = limits;
        this.rules = rules;
        this.executor = executor;
    }

    @Override
    public void changed(Session session, List<SessionEvent> events) {
        if ((session instanceof Failed || session instanceof Exhausted)
                && events.stream().anyMatch(GiveBack::isNotHandedOver)) {
            try {
                executor.execute(() -> giveBack(session));
            } catch (RejectedExecutionException e) {
                log.debug("Stopping: the send of session {} stays counted", session.id(), e);
            }
        }
    }

    private void giveBack(Session session) {
        SessionTerms terms = session.terms();
        List<Limit> counted = rules.hold(terms.widget(), terms.recipient())
                ? rules.ofSession(terms.widget(), terms.recipient())
                : List.of();
        if (counted.isEmpty()) {
            return;
        }
        try {
            if (sessions.timeline(session.id()).stream().noneMatch(timed -> mayHaveReached(timed.event()))) {
                limits.giveBack(counted, terms.startedAt());
            }
        } catch (StoreUnavailableException e) {
            log.warn("A send stays counted that reached nobody, session {}: {}", session.id(), e.getMessage());
        }
    }

    private static boolean isNotHandedOver(SessionEvent event) {
        return switch (event.kind()) {
            case REJECTED, UNAVAILABLE -> true;
            case CHANNEL_FAILED -> event.detail().startsWith(Waiting.NOT_IN_TIME);
            default -> false;
        };
    }

    private static boolean mayHaveReached(SessionEvent event) {
        return switch (event.kind()) {
            case ACCEPTED, UNKNOWN, RECEIPT -> true;
            default -> false;
        };
    }
}
