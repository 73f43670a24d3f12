package io.otphandler.application.port;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What was counted against limits, the same for every node, kept so that it survives the process. Thread-safe. Every
 * method throws {@link StoreUnavailableException} while the store cannot be reached.
 */
public interface Limits {

    /**
     * Counts one against each of the limits, or against none of them if one has no room: atomically, for any number of
     * simultaneous calls on any number of nodes.
     *
     * @return when there will be room for all of them if nobody else takes it; empty: there was, and it is counted
     */
    Optional<Instant> take(List<Limit> limits, Instant now);

    /** Takes back what was counted at an instant; what is not remembered any more is no error. */
    void giveBack(List<Limit> limits, Instant takenAt);

    /** Forgets what was counted. */
    void lift(Collection<Counter> counters);

    /**
     * Deletes counters whose last count no longer matters.
     *
     * @return how many; fewer than the limit: no more are left
     */
    int deleteEnded(Instant now, int limit);
}
