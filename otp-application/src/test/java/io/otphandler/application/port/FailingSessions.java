package io.otphandler.application.port;

import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Sessions in a store that can be away: then it throws at once, or its futures fail. Thread-safe. */
public final class FailingSessions implements Sessions {

    public enum Mode {
        WELL,
        /** Whatever is asked. */
        THROWS,
        /** What is to be written; it can still be read. */
        FAILS
    }

    private final Sessions sessions;
    private volatile Mode mode = Mode.WELL;

    public FailingSessions(Sessions sessions) {
        this.sessions = sessions;
    }

    public void is(Mode now) {
        mode = now;
    }

    @Override
    public void add(Decision<SessionId> started, BudgetId budget) {
        orThrow().add(started, budget);
    }

    @Override
    public Optional<Session> find(SessionId id) {
        return orThrow().find(id);
    }

    @Override
    public <A> CompletableFuture<Optional<A>> submitWithin(SessionId id, Move<A> move) {
        return mode == Mode.FAILS
                ? CompletableFuture.failedFuture(away())
                : orThrow().submitWithin(id, move);
    }

    @Override
    public List<SessionId> open(BudgetId budget) {
        return orThrow().open(budget);
    }

    @Override
    public <A> CompletableFuture<Optional<A>> submitOnce(SessionId id, Once<A> once, Move<A> move) {
        return mode == Mode.FAILS
                ? CompletableFuture.failedFuture(away())
                : orThrow().submitOnce(id, once, move);
    }

    @Override
    public List<TimedEvent> timeline(SessionId id) {
        return orThrow().timeline(id);
    }

    @Override
    public List<Session> claimDue(Instant now, int limit) {
        return orThrow().claimDue(now, limit);
    }

    @Override
    public List<Session> findAll(Collection<SessionId> ids) {
        return orThrow().findAll(ids);
    }

    @Override
    public Set<DispatchId> renew(Collection<Lease> leases, Instant now) {
        return orThrow().renew(leases, now);
    }

    @Override
    public void release(Collection<Lease> leases) {
        orThrow().release(leases);
    }

    @Override
    public int deleteGone(Instant goneBefore, int limit) {
        return orThrow().deleteGone(goneBefore, limit);
    }

    @Override
    public void listen(SessionListener listener) {
        sessions.listen(listener);
    }

    @Override
    public void heed(Embargo embargo) {
        sessions.heed(embargo);
    }

    @Override
    public boolean isShared() {
        return sessions.isShared();
    }

    /** Throws while it is away altogether. */
    private Sessions orThrow() {
        if (mode == Mode.THROWS) {
            throw away();
        }
        return sessions;
    }

    private static StoreUnavailableException away() {
        return new StoreUnavailableException("away", new IllegalStateException());
    }
}
