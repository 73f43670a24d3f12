package io.otphandler.application.port;

import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

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

    /** Keeps a session that has just been started. Returns once it is safe. */
    void add(Decision<SessionId> started);

    /** The session as it is now; empty: never was, or deleted. */
    Optional<Session> find(SessionId id);

    /** The sessions as they are now, in one query and in no order; those that are not there are left out. */
    List<Session> findAll(Collection<SessionId> ids);

    /**
     * Applies a move atomically: state and events are kept together or not at all. A decision that changes nothing
     * writes nothing.
     *
     * <p>The move may be called several times, on another thread, and must be quick, pure but for the clock, and free
     * of I/O. What it throws, the future throws. The future completes once the change is safe, on a thread that must
     * not be held up: go on with {@code …Async}.
     *
     * @return the answer; empty: there is no such session
     */
    <A> CompletableFuture<Optional<A>> submit(SessionId id, Function<Session, Decision<A>> move);

    /** {@link #submit} and wait for it. */
    default <A> Optional<A> decide(SessionId id, Function<Session, Decision<A>> move) {
        try {
            return submit(id, move).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** What happened to the session, the oldest first; the most talkative ones lose what came after a bound. */
    List<TimedEvent> timeline(SessionId id);

    /**
     * Takes sessions that have something due: a message whose lease is over, or a change by time. They stay with the
     * caller for {@link #LEASE}; nobody else is given them meanwhile.
     */
    List<Session> claimDue(Instant now, int limit);

    /**
     * Has messages belong to this node for another {@link #LEASE} from now, those that are still waited for under that
     * number. Who calls must hold their leases: one that lapsed may be somebody else's by now.
     */
    void renew(Collection<DispatchId> pending, Instant now);

    /** Gives messages up that were not handed over: those that are still waited for are due at once, for whoever comes. */
    void release(Collection<DispatchId> pending);

    /**
     * Deletes sessions that were gone by then, and widget revisions that no session needs any more.
     *
     * @return how many sessions; fewer than the limit: no more are left
     */
    int deleteGone(Instant goneBefore, int limit);

    /** From now on tells the listener of every change. */
    void listen(SessionListener listener);

    /** Whether other nodes may change what is here: then not every change is told for sure. */
    boolean isShared();

    /** An event and when it happened. */
    record TimedEvent(Instant at, SessionEvent event) {}
}
