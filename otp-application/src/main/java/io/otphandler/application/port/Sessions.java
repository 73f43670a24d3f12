package io.otphandler.application.port;

import io.otphandler.domain.limit.Budget;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sessions, kept so that what was acknowledged survives the process. Thread-safe. Every method throws
 * {@link StoreUnavailableException} while the store cannot be reached.
 *
 * <p>Whatever is written is told to the listeners, once each: after it is safe, before whoever asked for it is answered,
 * and in the order of a session's changes.
 */
public interface Sessions {

    /**
     * How long a message that is to be handed over belongs to the node that stored it, and due work to the node that
     * claimed it: then another may take it over.
     */
    Duration LEASE = Duration.ofSeconds(15);

    /** {@link #add(Decision, BudgetId)} without a limit. */
    default void add(Decision<SessionId> started) {
        add(started, null);
    }

    /**
     * Keeps a session that has just been started. Returns once it is safe.
     *
     * @param budget what all its moves are counted against, but for its first message; null: there is no limit
     */
    void add(Decision<SessionId> started, @Nullable BudgetId budget);

    /**
     * {@link #add(Decision, BudgetId)}, and {@link Limits#take} before it: the session is kept and counted, or neither.
     * Waits for the store where others {@linkplain #isShared write as well}; else only the future does, as that of
     * {@link #submitWithin}.
     *
     * @param limits of the same store
     * @return when there will be room; empty: there was, and the session is kept
     */
    default CompletableFuture<Optional<Instant>> submitCounted(
            Decision<SessionId> started, @Nullable BudgetId budget, Limits limits, List<Limit> counted, Instant now) {
        Optional<Instant> roomAt = counted.isEmpty() ? Optional.empty() : limits.take(counted, now);
        if (roomAt.isEmpty()) {
            try {
                add(started, budget);
            } catch (IllegalArgumentException e) {
                // there is one already, which was counted itself
                limits.giveBack(counted, now);
                throw e;
            }
        }
        return CompletableFuture.completedFuture(roomAt);
    }

    /** {@link #submitCounted} and wait for it. */
    default Optional<Instant> addCounted(
            Decision<SessionId> started, @Nullable BudgetId budget, Limits limits, List<Limit> counted, Instant now) {
        return joined(submitCounted(started, budget, limits, counted, now));
    }

    /** Whether {@link #submitFirst} is worth trying: as far as is known here nothing was ever counted against these. */
    default boolean mayBeFirst(List<Limit> counted) {
        return false;
    }

    /**
     * {@link #submitCounted} of a session whose widget may have been {@linkplain Widgets#recall recalled}, all at once: keeps
     * and counts it if that still is the current revision of the widget, if its owner does not {@linkplain BlockedRecipients
     * block} the recipient, and if nothing was ever counted against any of the limits. So it is for most sends. Waits for
     * nothing; the future completes as that of {@link #submitWithin}.
     */
    default CompletableFuture<First> submitFirst(
            Decision<SessionId> started, @Nullable BudgetId budget, List<Limit> counted, Instant now) {
        return CompletableFuture.completedFuture(First.NOT);
    }

    /**
     * What came of {@link #submitFirst}.
     *
     * @param isKept whether the session is kept and counted
     * @param begun where it is not: what it was counted against all the same, to be given back
     */
    record First(boolean isKept, List<Limit> begun) {
        public static final First KEPT = new First(true, List.of());
        public static final First NOT = new First(false, List.of());
    }

    /** The session as it is now; empty: never was, or deleted. */
    Optional<Session> find(SessionId id);

    /**
     * The session as it was kept here within the last second, where that costs less than to {@link #find} it: for whoever
     * hears of {@linkplain SessionListener#changedElsewhere changes elsewhere} and looks again then.
     */
    default Optional<Session> recall(SessionId id) {
        return find(id);
    }

    /** Those of the sessions that are there, in any order, with one query for all. One that cannot be read is left out. */
    List<Session> findAll(Collection<SessionId> ids);

    /**
     * Applies a move atomically: state and events are kept together or not at all. A decision that changes nothing
     * writes nothing.
     *
     * <p>Before the move, the session {@linkplain Session#heed heeds} its budget. What the move {@linkplain Usage uses}
     * of it is counted with it: for any number of simultaneous moves of sessions of one budget, here and on other nodes,
     * each was decided on what the others had left, and none that used what was not there was kept.
     *
     * <p>The move may be called several times, on another thread, and must be quick, pure but for the clock, and free
     * of I/O. What it throws, the future throws. The future completes once the change is safe, on a thread that must
     * not be held up: go on with {@code …Async}.
     *
     * @return the answer; empty: there is no such session
     */
    <A> CompletableFuture<Optional<A>> submitWithin(SessionId id, Move<A> move);

    /** {@link #submitWithin} of a move to which it is all the same what is left. */
    default <A> CompletableFuture<Optional<A>> submit(SessionId id, Function<Session, Decision<A>> move) {
        return submitWithin(id, (session, budget) -> move.apply(session));
    }

    /**
     * {@link #submitWithin}, but once a move under the request's id was answered with {@code done}, no other is applied
     * under it: the answer is {@code done} again. That it was is kept with the change itself, or not at all.
     */
    <A> CompletableFuture<Optional<A>> submitOnce(SessionId id, Once<A> once, Move<A> move);

    /** {@link #decideOnce(SessionId, Once, Move)} of a move to which it is all the same what is left. */
    default <A> Optional<A> decideOnce(SessionId id, Once<A> once, Function<Session, Decision<A>> move) {
        return decideOnce(id, once, (session, budget) -> move.apply(session));
    }

    /** {@link #submitOnce} and wait for it. */
    default <A> Optional<A> decideOnce(SessionId id, Once<A> once, Move<A> move) {
        return joined(submitOnce(id, once, move));
    }

    /** {@link #submit} and wait for it. */
    default <A> Optional<A> decide(SessionId id, Function<Session, Decision<A>> move) {
        return decideWithin(id, (session, budget) -> move.apply(session));
    }

    /** {@link #submitWithin} and wait for it. */
    default <A> Optional<A> decideWithin(SessionId id, Move<A> move) {
        return joined(submitWithin(id, move));
    }

    /** What comes of it; throws what it failed with. */
    static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Those that are counted against a budget and neither confirmed nor ended; a hundred at most. */
    List<SessionId> open(BudgetId budget);

    /** What happened to the session, the oldest first; the most talkative ones lose what came after a bound. */
    List<TimedEvent> timeline(SessionId id);

    /**
     * Takes sessions that have something due: a message whose lease is over, or a change by time. They stay with the
     * caller for {@link #LEASE}; nobody else is given them meanwhile. A move that leaves a message pending leaves its
     * {@link Lease} as it is.
     */
    List<Session> claimDue(Instant now, int limit);

    /**
     * Prolongs leases, with one statement for all: those that are the store's own to the millisecond end at {@code now}
     * + {@link #LEASE}, even ones that were over but that nobody has taken. No session changes by that, and no listener
     * is told.
     *
     * @param leases of one message there may be several, where a renewal went unanswered and either may be the store's
     * @return whose lease was prolonged; the others are no longer pending, or somebody else's
     */
    Set<DispatchId> renew(Collection<Lease> leases, Instant now);

    /** Gives leases back: messages that are still held by them are due at once, for whoever comes. */
    void release(Collection<Lease> leases);

    /**
     * Deletes sessions that were gone by then, and widget revisions that no session needs any more.
     *
     * @return how many sessions; fewer than the limit: no more are left
     */
    int deleteGone(Instant goneBefore, int limit);

    /** From now on tells the listener of every change. */
    void listen(SessionListener listener);

    /** From now on no message is asked for that the embargo holds back, where a session has a budget. */
    void heed(Embargo embargo);

    /** Whether other nodes may change what is here: then not every change is told for sure. */
    boolean isShared();

    /** A move that is told what is left. */
    @FunctionalInterface
    interface Move<A> {
        Decision<A> apply(Session session, Budget budget);
    }

    /** An event and when it happened. */
    record TimedEvent(Instant at, SessionEvent event) {}
}
