package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.sql.SQLException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Writes that stand alone: on PostgreSQL each is a transaction of its own on a connection of the pool, and the server has
 * those that come at the same time share a sync. On H2 they pass through the lane, as all that writes. Thread-safe.
 */
final class OwnTransactions {

    private final Jdbi jdbi;
    private final Engine engine;
    private final JdbiProviderMessages.Writer lane;
    private final String failure;

    /** @param failure what is said of one that fails on a connection of its own */
    OwnTransactions(Jdbi jdbi, Engine engine, JdbiProviderMessages.Writer lane, String failure) {
        this.jdbi = jdbi;
        this.engine = engine;
        this.lane = lane;
        this.failure = failure;
    }

    /** Answers once it is safe. */
    @CanIgnoreReturnValue
    <T> T write(Lane.Work<T> work) {
        if (!engine.commitsBatches()) {
            return Failures.joined(lane.write(work));
        }
        try {
            return jdbi.withHandle(handle -> work.on(handle.getConnection()));
        } catch (SQLException | JdbiException e) {
            throw Failures.translate(failure, e);
        }
    }
}
