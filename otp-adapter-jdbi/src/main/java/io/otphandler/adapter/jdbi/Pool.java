package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The connections for whatever is not written where sessions are: bare for what every start or every request does, through
 * Jdbi for the rest. Jdbi is made when it is first asked for: a start spares its six hundred classes. Thread-safe.
 */
final class Pool {

    private final DataSource source;
    private volatile @Nullable Jdbi jdbi;

    Pool(DataSource source) {
        this.source = source;
    }

    /** A connection to be closed, which gives it back. */
    Connection connection() throws SQLException {
        return source.getConnection();
    }

    /** @param failure what is said where it cannot be done */
    @CanIgnoreReturnValue
    <T> T on(String failure, Lane.Work<T> work) {
        try (Connection connection = source.getConnection()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw Failures.translate(failure, e);
        }
    }

    /** Executes one statement, and answers with how many rows it has changed. */
    @CanIgnoreReturnValue
    static int execute(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }

    /** {@link #on} in a transaction, of which nothing stays where anything of it fails. */
    @CanIgnoreReturnValue
    <T> T inTransaction(String failure, Lane.Work<T> work) {
        return on(failure, connection -> {
            connection.setAutoCommit(false); // the pool sets it back
            try {
                T done = work.on(connection);
                connection.commit();
                return done;
            } catch (SQLException | RuntimeException e) {
                try {
                    connection.rollback();
                } catch (SQLException again) {
                    e.addSuppressed(again);
                }
                throw e;
            }
        });
    }

    /** {@link #on} through Jdbi, without a transaction. */
    @CanIgnoreReturnValue
    <T> T jdbi(String failure, Function<Handle, T> work) {
        try {
            return jdbi().withHandle(work::apply);
        } catch (JdbiException e) {
            throw Failures.translate(failure, e);
        }
    }

    private Jdbi jdbi() {
        Jdbi made = jdbi;
        return made == null ? make() : made;
    }

    private synchronized Jdbi make() {
        Jdbi made = jdbi;
        if (made == null) {
            made = Jdbi.create(source);
            jdbi = made;
        }
        return made;
    }
}
