package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.h2.Driver;
import org.h2.api.ErrorCode;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * An H2 database within this process, opened so that what was committed survives {@code kill -9}, and kept small while
 * it runs. Thread-safe. Why each setting: {@code docs/adr}, and the constants below.
 *
 * <p>What H2 does by itself is not enough; all this was seen here:
 * <ul>
 *   <li>By default it writes up to half a second after the commit: {@code WRITE_DELAY=0} makes the commit write.
 *   <li>After a kill, 2.5.252 may all the same open the file as it was some commits earlier: its short way of looking
 *       for the last chunk can miss it where freed space is used again. That version is not used (see the pom); and a
 *       file that was not closed is first opened and closed in recovery mode, which goes the long way: it found the
 *       last commit where the short way had not.
 *   <li>Without a write delay it has no thread that tidies up, and it keeps old chunks for 45 s: the file grows by tens
 *       of megabytes a second. Hence a short {@code RETENTION_TIME} and a housekeeper of our own.
 *   <li>A thread that is interrupted while it reads closes the file under all others; the {@code retry:} file system
 *       opens it again. ({@code async:} does not mind either, but hands every read and write to another thread.)
 * </ul>
 */
final class H2Source implements DataSource, AutoCloseable {

    private static final org.slf4j.Logger log = org.slf4j.LoggerFactory.getLogger(H2Source.class);

    private static final String PREFIX = "jdbc:h2:";

    /** What we add where the user has said nothing. */
    private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

    static {
        DEFAULTS.put("WRITE_DELAY", "0");
        // how long chunks that nothing points to any more are kept; after a kill the page cache still has all
        DEFAULTS.put("RETENTION_TIME", "1000");
        // the cheapest per flow of 2048 to 16384, where thousands are written at once
        DEFAULTS.put("PAGE_SIZE", "8192");
        // a sixth more processor time for tables, and half the file
        DEFAULTS.put("COMPRESS", "TRUE");
        // H2's own hook would close the database while the last requests are still being answered
        DEFAULTS.put("DB_CLOSE_ON_EXIT", "FALSE");
        DEFAULTS.put("LOCK_TIMEOUT", "1500");
    }

    private static final int LOGIN_TIMEOUT_SECONDS = 2;
    private static final long TIDY_EVERY_MILLIS = 200;
    private static final int TIDY_BELOW_PERCENT = 60;
    /** At most so much at once: what a busy second leaves behind. */
    private static final int TIDY_BYTES = 16 << 20;
    /** Longer than any such work takes. */
    private static final int WRITING_ONCE_MILLIS = 600_000;

    private final String url;
    private final Properties credentials = new Properties();
    /** Null: in memory, or encrypted and so not ours to look into. */
    private final @Nullable Path file;

    private final boolean inMemory;

    private final @Nullable ScheduledExecutorService housekeeper;
    private @Nullable Connection anchor;
    private boolean closed;
    private long tidiedVersion;

    /** Nothing is opened yet. */
    H2Source(String url, String user, String password) {
        Url parsed = Url.parse(url);
        this.url = parsed.forDriver();
        this.file = parsed.file();
        this.inMemory = parsed.inMemory();
        credentials.put("user", user.isEmpty() ? "sa" : user);
        credentials.put("password", password);
        housekeeper = file == null
                ? null
                : Executors.newSingleThreadScheduledExecutor(task -> {
                    Thread thread = new Thread(task, "otp-h2-housekeeper");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    static boolean supports(String url) {
        return url.startsWith(PREFIX);
    }

    /** What the database is kept in; null: in memory, or encrypted. */
    @Nullable
    Path file() {
        return file;
    }

    /** Whether it is gone with the process. */
    boolean isInMemory() {
        return inMemory;
    }

    H2Source start() {
        try {
            getConnection().close();
        } catch (SQLException e) {
            throw cannotOpen(e);
        }
        if (housekeeper != null) {
            housekeeper.scheduleWithFixedDelay(this::tidy, TIDY_EVERY_MILLIS, TIDY_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
        return this;
    }

    private StoreUnavailableException cannotOpen(SQLException e) {
        String where = file == null ? url : file.toString();
        String why = switch (e.getErrorCode()) {
            case ErrorCode.DATABASE_ALREADY_OPEN_1 -> "it is in use by another process (H2 serves one process only)";
            case ErrorCode.WRONG_USER_OR_PASSWORD -> "user or password is wrong";
            default -> e.getMessage();
        };
        return new StoreUnavailableException("The database " + where + " cannot be opened: " + why, e);
    }

    @Override
    public synchronized Connection getConnection() throws SQLException {
        if (closed) {
            throw new SQLException("The database is closed", "08003");
        }
        Connection known = anchor;
        if (known == null || store(known).isClosed()) {
            // for the first time, or again after an I/O error, upon which H2 closes the database
            if (known != null) {
                log.warn("H2 closed the database; opening it again");
                known.close();
                anchor = null;
            }
            if (file != null) {
                recover(file);
            }
            anchor = connect();
        }
        return connect();
    }

    private Connection connect() throws SQLException {
        Connection connection = Driver.load().connect(url, credentials);
        if (connection == null) {
            throw new SQLException("H2 does not know " + url, "08001");
        }
        return connection;
    }

    /** Makes H2 find the last commit of a file that was not closed. */
    private static void recover(Path file) throws SQLException {
        try {
            if (!Files.exists(file) || wasClosed(file)) {
                return;
            }
            long start = System.nanoTime();
            new MVStore.Builder()
                    .fileName(file.toString())
                    .autoCommitDisabled()
                    .recoveryMode()
                    .open()
                    .close();
            log.info(
                    "The database was not closed properly last time; recovered in {} ms",
                    (System.nanoTime() - start) / 1_000_000);
        } catch (MVStoreException e) {
            if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
                throw new SQLException("The file is locked", "90020", ErrorCode.DATABASE_ALREADY_OPEN_1, e);
            }
            throw new SQLException("The file cannot be recovered: " + e.getMessage(), "90030", e);
        } catch (IOException e) {
            throw new SQLException("The file cannot be read", "90031", e);
        }
    }

    /** Both copies of the file's header have to say so, as H2 would have it. */
    private static boolean wasClosed(Path file) throws IOException {
        int block = 4096;
        byte[] header;
        try (InputStream in = Files.newInputStream(file)) {
            header = in.readNBytes(2 * block);
        }
        String text = new String(header, StandardCharsets.ISO_8859_1);
        return text.length() == 2 * block
                && text.substring(0, block).contains(",clean:1")
                && text.substring(block).contains(",clean:1");
    }

    /** Moves what is still used out of old chunks, so that they can be used again. */
    private void tidy() {
        try {
            MVStore store;
            synchronized (this) {
                Connection known = anchor;
                if (known == null || closed) {
                    return;
                }
                store = store(known);
            }
            long version = store.getCurrentVersion();
            if (version != tidiedVersion && !store.isClosed()) {
                boolean more = store.compact(TIDY_BELOW_PERCENT, TIDY_BYTES);
                tidiedVersion = more ? -1 : store.getCurrentVersion();
            }
        } catch (SQLException | RuntimeException e) {
            log.debug("The database could not be tidied up this time", e);
        }
    }

    /**
     * Has what the work commits written to the file at its end, and not commit by commit. Nobody connects meanwhile, as each
     * connection brings the settings with it.
     */
    synchronized <T> T writingOnce(Connection connection, Lane.Work<T> work) throws SQLException {
        MVStore store = store(connection);
        int delay = store.getAutoCommitDelay();
        store.setAutoCommitDelay(WRITING_ONCE_MILLIS);
        T done;
        try {
            done = work.on(connection);
        } finally {
            store.setAutoCommitDelay(delay);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT");
        }
        return done;
    }

    private static MVStore store(Connection connection) throws SQLException {
        JdbcConnection h2 = connection.unwrap(JdbcConnection.class);
        return ((SessionLocal) h2.getSession()).getDatabase().getStore().getMvStore();
    }

    /** Closes the database properly: with the last connection. Those of the pool must be closed before. */
    @Override
    public void close() {
        if (housekeeper != null) {
            housekeeper.shutdown();
            try {
                if (!housekeeper.awaitTermination(5, TimeUnit.SECONDS)) {
                    log.warn("Still tidying up while the database is closed");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        synchronized (this) {
            closed = true;
            try {
                if (anchor != null) {
                    anchor.close();
                }
            } catch (SQLException e) {
                log.warn("The database could not be closed properly", e);
            }
        }
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("The user is set once");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // there is none
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // an embedded database is there or is not
    }

    /** What Hikari waits for a connection it is still opening when it is closed; 0 makes it complain at once. */
    @Override
    public int getLoginTimeout() {
        return LOGIN_TIMEOUT_SECONDS;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("H2 logs through SLF4J");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("Not a wrapper of " + type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    /**
     * What a database URL says.
     *
     * @param forDriver with our settings beside those of the user
     * @param file that the database is kept in; null: none that we may touch
     * @param inMemory whether it is gone with the process
     */
    record Url(String forDriver, @Nullable Path file, boolean inMemory) {

        static Url parse(String url) {
            int semicolon = url.indexOf(';');
            String place = semicolon < 0 ? url : url.substring(0, semicolon);
            String settings = semicolon < 0 ? "" : url.substring(semicolon);
            String name = place.substring(PREFIX.length());
            if (name.startsWith("mem:")) {
                // one without a name would be another database for every connection
                String named = name.equals("mem:") ? "mem:otp-" + UUID.randomUUID() : name;
                return new Url(PREFIX + named + settings + missing(settings, List.of("PAGE_SIZE")), null, true);
            }
            String path = name.startsWith("file:") ? name.substring("file:".length()) : name;
            if (path.isEmpty() || path.matches("[A-Za-z0-9]{2,}:.*")) {
                throw new IllegalArgumentException("Expected jdbc:h2:file:<path> or jdbc:h2:mem:<name>, was " + place);
            }
            String home = path.startsWith("~") ? System.getProperty("user.home") + path.substring(1) : path;
            Path absolute = Path.of(home).toAbsolutePath().normalize();
            boolean encrypted = settings.toUpperCase(Locale.ROOT).contains(";CIPHER=");
            return new Url(
                    // H2 encrypts pages of its own size only
                    PREFIX + "retry:" + absolute + settings
                            + missing(settings, encrypted ? List.of("PAGE_SIZE") : List.of()),
                    encrypted ? null : absolute.resolveSibling(absolute.getFileName() + ".mv.db"),
                    false);
        }

        private static String missing(String settings, List<String> except) {
            String upper = settings.toUpperCase(Locale.ROOT);
            List<String> added = new ArrayList<>();
            DEFAULTS.forEach((key, value) -> {
                int at = upper.indexOf(";" + key + "=");
                if (at < 0 && !except.contains(key)) {
                    added.add(";" + key + "=" + value);
                } else if (key.equals("WRITE_DELAY") && !upper.startsWith("0", at + key.length() + 2)) {
                    log.warn("WRITE_DELAY is set in the database URL: what is acknowledged may not survive a kill");
                }
            });
            return String.join("", added);
        }
    }
}
