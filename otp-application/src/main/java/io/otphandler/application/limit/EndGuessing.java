package io.otphandler.application.limit;

import io.otphandler.application.port.SessionListener;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.session.AttemptsExpired;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a recipient's other sessions once the wrong codes of the day are used up. That they may be guessed at no more does
 * not depend on it; who waits for them learns of it at once. Thread-safe.
 */
public final class EndGuessing implements SessionListener {

    private static final Logger log = LoggerFactory.getLogger(EndGuessing.class);

    private final Sessions sessions;
    private final SendLimits rules;
    private final Executor executor;
    private final Clock clock;

    public EndGuessing(Sessions sessions, SendLimits rules, Executor executor, Clock clock) {
        this.sessions = sessions;
        this.rules = rules;
        this.executor = executor;
        this.clock = clock;
    }

    @Override
    public void changed(Session session, List<SessionEvent> events) {
        // the one whose guess was the last; those that end with it cause no more
        if (session instanceof AttemptsExpired
                && events.stream().anyMatch(event -> event.detail().equals(AttemptsExpired.OF_THE_DAY))
                && events.stream().anyMatch(event -> event.kind() == SessionEvent.Kind.WRONG_CODE)) {
            try {
                executor.execute(() -> endOthers(session));
            } catch (RejectedExecutionException e) {
                log.debug("Stopping: sessions of the recipient of {} stay open until they are asked", session.id(), e);
            }
        }
    }

    private void endOthers(Session ended) {
        try {
            List<SessionId> open = sessions.open(
                    rules.budget(ended.terms().account(), ended.terms().recipient()));
            CompletableFuture<?>[] all = open.stream()
                    .map(id -> sessions.submit(id, session -> session.settle(clock.instant())))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(all).whenComplete((done, failure) -> {
                if (failure != null) {
                    log.warn(
                            "A session whose recipient's wrong codes are used up is open still: {}",
                            failure.toString());
                }
            });
        } catch (StoreUnavailableException e) {
            log.warn("Sessions whose recipient's wrong codes are used up are open still: {}", e.getMessage());
        }
    }
}
