package io.otphandler.adapter.jdbi;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Stands before a database that is somewhere else: closed while that does not answer, so that whoever wants a
 * connection is refused at once instead of waiting in line for one. It asks the database itself, over a connection of
 * its own, and opens again as soon as there is an answer. Thread-safe.
 */
final class Gate implements AutoCloseable {

    private static final org.slf4j.Logger log = LoggerFactory.getLogger(Gate.class);

    private static final long PROBE_EVERY_MILLIS = 300;
    private static final int PROBE_SECONDS = 1;

    private final DataSource database;
    private final ScheduledExecutorService prober = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "otp-database-probe");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean open = true;
    private Runnable whenClosed = () -> {};
    private @Nullable Connection connection;

    Gate(DataSource database) {
        this.database = database;
    }

    /** @param whenClosed is called each time that the database has gone away */
    void start(Runnable whenClosed) {
        this.whenClosed = whenClosed;
        prober.scheduleWithFixedDelay(this::probe, PROBE_EVERY_MILLIS, PROBE_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The same connections, for as long as the gate is open. */
    DataSource guarding(DataSource source) {
        return new Guarded(source);
    }

    private void probe() {
        boolean answers = false;
        try {
            // twice: the first time after a loss only finds that its connection is gone
            for (int i = 0; i < 2 && !answers; i++) {
                answers = answers();
            }
        } catch (RuntimeException e) {
            log.error("The database could not be probed", e);
        }
        if (open && !answers) {
            open = false;
            log.warn("The database does not answer; whatever needs it is refused until it does");
            whenClosed.run();
        } else if (!open && answers) {
            open = true;
            log.info("The database answers again");
        }
    }

    private boolean answers() {
        try {
            if (connection == null) {
                connection = database.getConnection();
            }
            if (connection.isValid(PROBE_SECONDS)) {
                return true;
            }
        } catch (SQLException e) {
            log.debug("No answer from the database", e);
        }
        disconnect();
        return false;
    }

    private void disconnect() {
        Connection lost = connection;
        connection = null;
        if (lost != null) {
            try {
                lost.close();
            } catch (SQLException e) {
                log.debug("The connection was closed already", e);
            }
        }
    }

    @Override
    public void close() {
        prober.shutdown();
        try {
            if (prober.awaitTermination(2 * PROBE_SECONDS, TimeUnit.SECONDS)) {
                disconnect();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Guarded implements DataSource {
        private final DataSource source;

        Guarded(DataSource source) {
            this.source = source;
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (!open) {
                throw new SQLException("The database cannot be reached", "08001");
            }
            return source.getConnection();
        }

        @Override
        public Connection getConnection(String username, String password) throws SQLException {
            throw new SQLFeatureNotSupportedException("The user is configured once");
        }

        @Override
        public @Nullable PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(@Nullable PrintWriter out) {
            throw new UnsupportedOperationException("Logs go to SLF4J");
        }

        @Override
        public void setLoginTimeout(int seconds) {
            throw new UnsupportedOperationException("The timeout is the source's own");
        }

        @Override
        public int getLoginTimeout() throws SQLException {
            return source.getLoginTimeout();
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException("Logs go to SLF4J");
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            return source.unwrap(type);
        }

        @Override
        public boolean isWrapperFor(Class<?> type) throws SQLException {
            return source.isWrapperFor(type);
        }
    }
}
