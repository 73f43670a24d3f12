package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.otphandler.application.port.AuditLog;
import io.otphandler.application.port.BlockedRecipients;
import io.otphandler.application.port.IdempotencyKeys;
import io.otphandler.application.port.Limits;
import io.otphandler.application.port.ProviderMessages;
import io.otphandler.application.port.RevokedTokens;
import io.otphandler.application.port.Rulings;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.application.port.Widgets;
import io.otphandler.domain.limit.Allowance;
import java.sql.Connection;
import java.time.Clock;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The database and the stores in it. Open it, {@link #migrate} it, then ask for the stores. Thread-safe.
 *
 * <p>Instants are kept to the millisecond: give it, and the application, a clock that ticks in milliseconds
 * ({@link Clock#tickMillis}), and what is read is equal to what was written.
 */
public final class JdbiDatabase implements AutoCloseable {

    private final Engine engine;
    private final Schema schema;
    private final HikariDataSource pool;
    private final Pool connections;
    private final BlockedRecipients blockedRecipients;
    private final Allowance allowance;
    private final Clock clock;
    private final WidgetRevisions revisions = new WidgetRevisions();
    private final Widgets widgets;
    private final ExecutorService checks = checks();
    private @Nullable JdbiSessions sessions;
    private @Nullable Announcer announcer;

    /**
     * How to reach it.
     *
     * @param url {@code jdbc:postgresql://…}; {@code jdbc:h2:file:…}, or {@code jdbc:h2:mem:…} for one that is gone with
     *     the process; settings that it names are left as they are
     * @param user empty: the database's own default
     * @param poolSize connections for reading, at least 1; writing has its own
     * @param allowance what sessions with a budget are counted against
     */
    public record Settings(String url, String user, String password, int poolSize, Allowance allowance) {

        /** Without limits. */
        public Settings(String url, String user, String password, int poolSize) {
            this(url, user, password, poolSize, Allowance.UNLIMITED);
        }

        /** Hides the password. */
        @Override
        public String toString() {
            return "Settings[" + url + ", user=" + user + ", poolSize=" + poolSize + "]";
        }
    }

    private JdbiDatabase(Engine engine, HikariDataSource pool, Allowance allowance, Clock clock) {
        this.engine = engine;
        this.schema = new Schema(engine);
        this.pool = pool;
        this.allowance = allowance;
        this.clock = clock;
        this.connections = new Pool(engine.guarding(pool));
        this.blockedRecipients = new JdbiBlockedRecipients(connections, engine.isShared());
        this.widgets = new JdbiWidgets(connections, revisions, clock, engine.isShared());
    }

    /**
     * Opens or creates a database; its schema is left as it is.
     *
     * @throws IllegalArgumentException if the URL is not one that is supported
     * @throws StoreUnavailableException if it cannot be opened: another process has it, the password is wrong …
     */
    public static JdbiDatabase open(Settings settings, Clock clock) {
        Engine engine = engine(settings);
        try {
            HikariConfig config = new HikariConfig();
            config.setPoolName("otp");
            config.setMaximumPoolSize(settings.poolSize());
            engine.configure(config);
            HikariDataSource pool = new HikariDataSource(config);
            try {
                engine.start(pool);
                return new JdbiDatabase(engine, pool, settings.allowance(), clock);
            } catch (RuntimeException e) {
                pool.close();
                throw e;
            }
        } catch (HikariPool.PoolInitializationException e) {
            engine.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StoreUnavailableException(String.valueOf(cause.getMessage()), e);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private static Engine engine(Settings settings) {
        if (H2Source.supports(settings.url())) {
            return new H2Engine(new H2Source(settings.url(), settings.user(), settings.password()).start());
        }
        if (PostgresEngine.supports(settings.url())) {
            return new PostgresEngine(settings.url(), settings.user(), settings.password());
        }
        throw new IllegalArgumentException("Expected a database URL that begins with jdbc:postgresql: or jdbc:h2:, was "
                + schemeOf(settings.url()));
    }

    /** Without what may be a password. */
    private static String schemeOf(String url) {
        int slash = url.indexOf('/');
        return slash < 0 ? "something else" : url.substring(0, slash) + "…";
    }

    /**
     * Brings the schema up to date.
     *
     * @return how many migrations that took
     */
    @CanIgnoreReturnValue
    public int migrate() {
        return schema.migrate();
    }

    /** Whether {@link #migrate} has something to do. */
    public boolean needsMigration() {
        return schema.needsMigration();
    }

    /**
     * The first call makes every message that was pending due at once, where no other process can have the database
     * open.
     */
    public Sessions sessions() {
        return jdbiSessions();
    }

    private synchronized JdbiSessions jdbiSessions() {
        if (sessions == null) {
            JdbiSessions created = new JdbiSessions(
                    connections, engine, engine.laneCount(pool.getMaximumPoolSize()), revisions, allowance, clock);
            if (engine.isShared()) {
                announcer = new Announcer(engine.source(), created::changedElsewhere);
                announcer.start();
                Announcer started = announcer;
                created.listen((session, events) -> started.announce(session.id()));
            }
            sessions = created.start();
        }
        return sessions;
    }

    /** Where providers' names of messages are; writes through the sessions' own connections. */
    public ProviderMessages providerMessages() {
        return new JdbiProviderMessages(connections, engine, jdbiSessions()::write);
    }

    /** Where requests with idempotency keys are. */
    public IdempotencyKeys idempotencyKeys() {
        return new JdbiIdempotencyKeys(connections, engine, jdbiSessions()::write);
    }

    public RevokedTokens revokedTokens() {
        return new JdbiRevokedTokens(connections, engine);
    }

    /** What was done and decided. */
    public AuditLog auditLog() {
        return new JdbiAuditLog(connections, engine, jdbiSessions()::write);
    }

    /** What is counted against limits. */
    public Limits limits() {
        JdbiSessions writing = jdbiSessions();
        return engine.isShared() ? new PostgresLimits(connections, writing) : new H2Limits(writing);
    }

    /** What the guard against pumping has ruled, and what it knows; writes through the sessions' own connections. */
    public Rulings rulings() {
        return new JdbiRulings(connections, engine, jdbiSessions()::write);
    }

    public Widgets widgets() {
        return widgets;
    }

    public BlockedRecipients blockedRecipients() {
        return blockedRecipients;
    }

    public Metadata metadata() {
        return new Metadata(connections);
    }

    /** Whether other processes may write the database as well; each request has to wait for it then. */
    public boolean isShared() {
        return engine.isShared();
    }

    /** Whether the database answers; asks it, for a second at most. */
    public boolean isReachable() {
        Future<Boolean> check;
        try {
            check = checks.submit(() -> {
                try (Connection connection = pool.getConnection()) {
                    return connection.isValid(1);
                }
            });
        } catch (RejectedExecutionException e) {
            return false; // the last ones are still waiting for an answer
        }
        try {
            return check.get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ExecutorService checks() {
        return new ThreadPoolExecutor(0, 4, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "otp-database-check");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Finishes the changes that wait and closes the database properly. */
    @Override
    public synchronized void close() {
        checks.shutdown();
        if (sessions != null) {
            sessions.close();
        }
        if (announcer != null) {
            announcer.close();
        }
        pool.close();
        engine.close();
    }
}
