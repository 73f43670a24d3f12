package io.otphandler.application.delivery;

import io.otphandler.application.admin.Revocations;
import io.otphandler.application.port.AuditLog;
import io.otphandler.application.port.IdempotencyKeys;
import io.otphandler.application.port.Limits;
import io.otphandler.application.port.ProviderMessages;
import io.otphandler.application.port.RevokedTokens;
import io.otphandler.application.port.Rulings;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * Makes happen what nobody asks for: messages that a dead process left pending, fallbacks, lifetimes that end, sessions
 * that are to be forgotten. Run it every now and then; thread-safe, but one at a time is enough for a node.
 */
public final class Sweep {

    private static final int BATCH = 500;
    /** Several times as long as the dispatcher pauses before it tries again to keep an outcome. */
    private static final Duration AFTER_OUTAGE = Duration.ofSeconds(3);

    /** A session's lifetime and the time to complete it, and more. */
    private static final Duration LONGER_THAN_SESSIONS = Duration.ofHours(2);

    private final Sessions sessions;
    private final ProviderMessages messages;
    private final IdempotencyKeys keys;
    private final RevokedTokens tokens;
    private final Limits limits;
    private final Rulings rulings;
    private final AuditLog audit;
    private final Dispatcher dispatcher;
    private final Clock clock;
    private final Duration retention;
    private final Duration auditRetention;
    private volatile boolean wasAway;
    private volatile Instant claimsFrom = Instant.MIN;

    /**
     * @param retention how long sessions that are gone are kept
     * @param auditRetention how long the audit log's entries are kept; zero: for ever
     */
    public Sweep(
            Sessions sessions,
            ProviderMessages messages,
            IdempotencyKeys keys,
            RevokedTokens tokens,
            Limits limits,
            Rulings rulings,
            AuditLog audit,
            Dispatcher dispatcher,
            Clock clock,
            Duration retention,
            Duration auditRetention) {
        this.sessions = sessions;
        this.messages = messages;
        this.keys = keys;
        this.tokens = tokens;
        this.limits = limits;
        this.rulings = rulings;
        this.audit = audit;
        this.dispatcher = dispatcher;
        this.clock = clock;
        this.retention = retention;
        this.auditRetention = auditRetention;
    }

    /**
     * Takes care of all that is due now. When the store comes back after it was away, nothing is claimed for a moment:
     * leases ran out meanwhile, and the nodes that hold them must be able to keep first what became of their messages.
     */
    public void due() {
        try {
            if (wasAway) {
                sessions.claimDue(clock.instant(), 0);
                wasAway = false;
                claimsFrom = clock.instant().plus(AFTER_OUTAGE);
            }
            if (!clock.instant().isBefore(claimsFrom)) {
                claimAll();
            }
        } catch (StoreUnavailableException e) {
            wasAway = true;
            throw e;
        }
    }

    private void claimAll() {
        List<Session> due;
        do {
            Instant now = clock.instant();
            due = sessions.claimDue(now, BATCH);
            due.stream().map(session -> moved(session, now)).toList().forEach(Sweep::await);
        } while (due.size() == BATCH);
    }

    /** Deletes what need not be kept any longer. */
    public void forget() {
        Instant goneBefore = clock.instant().minus(retention);
        int deleted;
        do {
            deleted = sessions.deleteGone(goneBefore, BATCH);
        } while (deleted == BATCH);
        Instant keptBefore = goneBefore.minus(LONGER_THAN_SESSIONS);
        do {
            deleted = messages.deleteKeptBefore(keptBefore, BATCH);
        } while (deleted == BATCH);
        Instant now = clock.instant();
        do {
            deleted = keys.deleteExpired(now, BATCH);
        } while (deleted == BATCH);
        do {
            deleted = tokens.deleteExpired(now.minus(Revocations.LEEWAY), BATCH);
        } while (deleted == BATCH);
        do {
            deleted = limits.deleteEnded(now, BATCH);
        } while (deleted == BATCH);
        do {
            deleted = rulings.deleteEnded(now, BATCH);
        } while (deleted == BATCH);
        if (!auditRetention.isZero()) {
            do {
                deleted = audit.deleteOlderThan(now.minus(auditRetention), BATCH);
            } while (deleted == BATCH);
        }
    }

    private java.util.concurrent.CompletableFuture<?> moved(Session session, Instant claimedAt) {
        if (session instanceof Waiting waiting) {
            dispatcher.takeOver(waiting, claimedAt);
            return java.util.concurrent.CompletableFuture.completedFuture(true);
        }
        return sessions.submit(session.id(), s -> s.settle(clock.instant()));
    }

    private static void await(java.util.concurrent.CompletableFuture<?> moved) {
        try {
            moved.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
