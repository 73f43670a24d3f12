package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * Writes that stand alone: on PostgreSQL each is a transaction of its own on a connection of the pool, and the server has
 * those that come at the same time share a sync. On H2 they pass through the lane, as nearly all that writes. Thread-safe.
 */
final class OwnTransactions {

    private final Pool pool;
    private final Engine engine;
    private final JdbiProviderMessages.Writer lane;
    private final String failure;

    /** @param failure what is said of one that fails on a connection of its own */
    OwnTransactions(Pool pool, Engine engine, JdbiProviderMessages.Writer lane, String failure) {
        this.pool = pool;
        this.engine = engine;
        this.lane = lane;
        this.failure = failure;
    }

    /** Answers once it is safe. */
    @CanIgnoreReturnValue
    <T> T write(Lane.Work<T> work) {
        return engine.isShared() ? pool.on(failure, work) : Failures.joined(lane.write(work));
    }
}
