package io.otphandler.adapter.jdbi;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection of somebody's own, and what is prepared on it. Used by one thread at a time. */
abstract class PreparedConnection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PreparedConnection.class);

    final Connection connection;

    PreparedConnection(DataSource source, boolean autoCommit) throws SQLException {
        connection = source.getConnection();
        try {
            connection.setAutoCommit(autoCommit);
        } catch (SQLException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** For those who are being made: where it fails, the connection is let go. */
    final PreparedStatement prepare(String sql) throws SQLException {
        try {
            return connection.prepareStatement(sql);
        } catch (SQLException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Forgets what was being written. Whether the connection can go on. */
    final boolean undo() {
        try {
            rollback();
            return connection.isValid(1);
        } catch (SQLException e) {
            log.debug("Nothing to roll back any more", e);
            return false;
        }
    }

    void rollback() throws SQLException {
        connection.rollback();
    }

    /** What was not committed is not kept. */
    @Override
    public final void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            log.debug("The connection was closed already", e);
        }
    }
}
