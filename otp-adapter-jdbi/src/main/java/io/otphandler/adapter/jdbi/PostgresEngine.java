package io.otphandler.adapter.jdbi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.otphandler.application.port.Claim;
import io.otphandler.application.port.Digest;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.IdempotencyKeys;
import io.otphandler.application.port.IdempotencyKeys.Standing;
import io.otphandler.application.port.KeyedRequest;
import io.otphandler.application.port.Lease;
import io.otphandler.application.port.StoreUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * PostgreSQL, which any number of nodes may share: several lanes, a round trip for each batch, and rows that somebody
 * else has locked are left to them.
 */
final class PostgresEngine implements Engine {

    private static final String PREFIX = "jdbc:postgresql:";

    /**
     * Below the 256 statements up to which the driver sends a batch at once: beyond it, one batch becomes several
     * transactions.
     */
    private static final int BATCH = 128;

    /** Two, so that one can go on while the other is waited for; the fewer they are, the more share a round trip. */
    private static final int MOST_LANES = 2;

    /** With fewer of them to a lane, its batches get smaller, and no processor busier. Measured with two: docs/performance.md. */
    private static final int PROCESSORS_OF_A_LANE = 2;

    /** The oldest version of the server that is promised (SPEC §8). */
    private static final int OLDEST = 14;

    private static final int CONNECT_SECONDS = 1;
    /** With the wait for a connection of the pool, a read fails within 2 s. */
    private static final int READ_SECONDS = 1;

    private static final int POOL_MILLIS = 750;
    /** Whoever waits for a write is told after {@link Lane#PATIENCE}, before this. */
    private static final int WRITE_SECONDS = 2;

    /**
     * What a statement that was prepared while the table was empty does not know: every one of ours has an index to go
     * by, and a plan that was made without one would be kept while the table grows. And so no plan has to be made again
     * for what a statement is asked with: of those that take arrays PostgreSQL would make one each time, as it takes arrays
     * to be longer than they are.
     */
    private static final String OPTIONS = "-c enable_seqscan=off -c plan_cache_mode=force_generic_plan";

    private static final String CLAIM = "WITH due AS (SELECT id, due_at FROM sessions WHERE due_at <= ?"
            + " ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED),"
            + " claimed AS (UPDATE sessions AS s SET due_at = ? FROM due WHERE s.id = due.id RETURNING "
            + SessionRow.columnsOf("s") + ", due.due_at AS was_due_at)"
            + " SELECT * FROM claimed ORDER BY was_due_at";

    /** Locks in the order in which lanes write, so that neither waits for the other for ever. */
    private static final String LEASE_UNTIL = "WITH held AS (SELECT s.id FROM sessions AS s"
            + " JOIN unnest(?::uuid[], ?::int[], ?::bigint[]) AS l (id, dispatch, until)"
            + " ON s.id = l.id AND s.dispatch = l.dispatch AND s.due_at = l.until WHERE s.state = " + SessionRow.WAITING
            + " ORDER BY s.id FOR UPDATE OF s)"
            + " UPDATE sessions AS s SET due_at = ? FROM held WHERE s.id = held.id RETURNING s.id, s.dispatch";

    /**
     * Puts a row where there is none or an expired one, or takes over one whose lease has ended; else answers with the
     * row that is there. With none at all when somebody else's was put after this began.
     */
    private static final String CLAIM_KEY = "WITH claimed AS (INSERT INTO idempotency_keys AS k"
            + " (key_hash, content_hash, request_id, lease_until, expires_at) VALUES (?, ?, ?, ?, ?)"
            + " ON CONFLICT (key_hash) DO UPDATE SET lease_until = excluded.lease_until, status = NULL, body = NULL,"
            + " content_hash = CASE WHEN k.expires_at <= ? THEN excluded.content_hash ELSE k.content_hash END,"
            + " request_id = CASE WHEN k.expires_at <= ? THEN excluded.request_id ELSE k.request_id END,"
            + " expires_at = CASE WHEN k.expires_at <= ? THEN excluded.expires_at ELSE k.expires_at END"
            + " WHERE k.expires_at <= ? OR (k.status IS NULL AND k.lease_until <= ? AND k.content_hash = ANY (?))"
            + " RETURNING " + KeyRow.COLUMNS + ")"
            + " SELECT TRUE AS claimed, " + KeyRow.COLUMNS + " FROM claimed UNION ALL SELECT FALSE, " + KeyRow.COLUMNS
            + " FROM idempotency_keys WHERE key_hash = ? AND NOT EXISTS (SELECT 1 FROM claimed)";

    private final PGSimpleDataSource writing;
    private final PGSimpleDataSource reading;
    private final PGSimpleDataSource patient;
    private final Gate gate;
    private final AtomicInteger outages = new AtomicInteger();

    PostgresEngine(String url, String user, String password) {
        this.patient = source(url, user, password, 0);
        this.writing = source(url, user, password, WRITE_SECONDS);
        this.reading = source(url, user, password, READ_SECONDS);
        this.gate = new Gate(reading);
    }

    private static PGSimpleDataSource source(String url, String user, String password, int answerSeconds) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        try {
            source.setUrl(url);
        } catch (IllegalArgumentException e) {
            // whose message has the URL, and with it perhaps the password
            throw new IllegalArgumentException("Expected a URL like jdbc:postgresql://host:5432/database", e);
        }
        Set<String> named = settingsOf(url);
        if (!named.contains("connectTimeout")) {
            source.setConnectTimeout(CONNECT_SECONDS);
        }
        if (!named.contains("loginTimeout")) {
            source.setLoginTimeout(WRITE_SECONDS);
        }
        if (!named.contains("socketTimeout")) {
            source.setSocketTimeout(answerSeconds);
        }
        if (!named.contains("tcpKeepAlive")) {
            source.setTcpKeepAlive(true);
        }
        if (!named.contains("ApplicationName")) {
            source.setApplicationName("otp-handler");
        }
        source.setOptions(named.contains("options") ? source.getOptions() + " " + OPTIONS : OPTIONS);
        if (!user.isEmpty()) {
            source.setUser(user);
        }
        if (!password.isEmpty()) {
            source.setPassword(password);
        }
        return source;
    }

    /** The names of the settings that the user has written into the URL. */
    private static Set<String> settingsOf(String url) {
        return Stream.of(url.substring(url.indexOf('?') + 1).split("&"))
                .map(setting -> setting.replaceFirst("=.*", ""))
                .collect(Collectors.toSet());
    }

    PGSimpleDataSource forReading() {
        return reading;
    }

    static boolean supports(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public DataSource source() {
        return gate.guarding(writing);
    }

    @Override
    public DataSource migrationSource() {
        return patient;
    }

    @Override
    public String migrations() {
        return "postgresql";
    }

    @Override
    public void configure(HikariConfig pool) {
        pool.setDataSource(reading);
        pool.setConnectionTimeout(POOL_MILLIS);
        pool.setValidationTimeout(POOL_MILLIS - 250);
    }

    @Override
    public void start(HikariDataSource pool) {
        refuseOlderServer(pool);
        // what is connected is dead by then: none of it must fail a request after the database is back
        gate.start(() -> {
            outages.incrementAndGet();
            pool.getHikariPoolMXBean().softEvictConnections();
        });
    }

    private static void refuseOlderServer(DataSource pool) {
        try (Connection connection = pool.getConnection()) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < OLDEST) {
                throw new IllegalArgumentException(
                        "Expected PostgreSQL " + OLDEST + " or newer, was PostgreSQL " + version);
            }
        } catch (SQLException e) {
            throw new StoreUnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public int outages() {
        return outages.get();
    }

    @Override
    public DataSource guarding(DataSource pool) {
        return gate.guarding(pool);
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public @Nullable OwnRows ownRows(WidgetRevisions revisions) {
        return null;
    }

    @Override
    public int laneCount(int poolSize) {
        int worthwhile = Math.max(1, Runtime.getRuntime().availableProcessors() / PROCESSORS_OF_A_LANE);
        return Math.min(Math.min(MOST_LANES, worthwhile), poolSize);
    }

    @Override
    public int batchSize() {
        return BATCH;
    }

    @Override
    public void claim(Connection connection, Instant now, int limit, Instant until, SessionRow.Consumer due)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setLong(1, now.toEpochMilli());
            statement.setInt(2, limit);
            statement.setLong(3, until.toEpochMilli());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    due.accept(rows);
                }
            }
        }
    }

    @Override
    public Set<DispatchId> leaseUntil(Connection connection, Instant until, Collection<Lease> leases)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LEASE_UNTIL)) {
            statement.setArray(1, LeaseArrays.ids(connection, leases));
            statement.setArray(2, LeaseArrays.numbers(connection, leases));
            statement.setArray(3, LeaseArrays.ends(connection, leases));
            statement.setLong(4, until.toEpochMilli());
            return LeaseArrays.held(statement);
        }
    }

    @Override
    public String deleteOldRevisions() {
        return "DELETE FROM widget_revisions WHERE (widget_id, revision) IN (SELECT widget_id, revision"
                + " FROM widget_revisions WHERE needed_until < ? LIMIT ? FOR UPDATE SKIP LOCKED)";
    }

    @Override
    public String keepProviderMessage() {
        return "INSERT INTO provider_messages (gateway, message_id, session_id, dispatch, kept_at)"
                + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (gateway, message_id) DO UPDATE"
                + " SET session_id = excluded.session_id, dispatch = excluded.dispatch, kept_at = excluded.kept_at";
    }

    @Override
    public String deleteOldProviderMessages() {
        return "DELETE FROM provider_messages WHERE (gateway, message_id) IN (SELECT gateway, message_id"
                + " FROM provider_messages WHERE kept_at < ? LIMIT ? FOR UPDATE SKIP LOCKED)";
    }

    @Override
    public Optional<Standing> claimKey(Connection connection, KeyedRequest request, UUID id, Instant now)
            throws SQLException {
        long millis = now.toEpochMilli();
        Instant until = now.plus(IdempotencyKeys.LEASE);
        try (PreparedStatement statement = connection.prepareStatement(CLAIM_KEY)) {
            statement.setBytes(1, request.key().bytes());
            statement.setBytes(2, request.contents().get(0).bytes());
            statement.setObject(3, id);
            statement.setLong(4, until.toEpochMilli());
            statement.setLong(5, now.plus(IdempotencyKeys.KEPT).toEpochMilli());
            statement.setLong(6, millis);
            statement.setLong(7, millis);
            statement.setLong(8, millis);
            statement.setLong(9, millis);
            statement.setLong(10, millis);
            statement.setArray(
                    11,
                    connection.createArrayOf(
                            "bytea",
                            request.contents().stream().map(Digest::bytes).toArray(byte[][]::new)));
            statement.setBytes(12, request.key().bytes());
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                KeyRow row = KeyRow.read(rows);
                return rows.getBoolean("claimed")
                        ? Optional.of(new Standing.Claimed(new Claim(
                                request.key(),
                                row.request(),
                                until,
                                !row.request().equals(id))))
                        : row.standing(request, now);
            }
        }
    }

    @Override
    public String deleteExpiredKeys() {
        return "DELETE FROM idempotency_keys WHERE key_hash = ANY (ARRAY"
                + " (SELECT key_hash FROM idempotency_keys WHERE expires_at <= ? LIMIT ? FOR UPDATE SKIP LOCKED))";
    }

    @Override
    public String addRevokedToken() {
        return "INSERT INTO revoked_tokens (account, token_id, expires_at, added_at) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (account, token_id)"
                + " DO UPDATE SET expires_at = excluded.expires_at, added_at = excluded.added_at";
    }

    @Override
    public String deleteExpiredRevokedTokens() {
        return "DELETE FROM revoked_tokens WHERE (account, token_id) IN (SELECT account, token_id"
                + " FROM revoked_tokens WHERE expires_at <= ? LIMIT ? FOR UPDATE SKIP LOCKED)";
    }

    @Override
    public String putRuling() {
        return "INSERT INTO guard_rulings (widget, prefix, state, strikes, since, until_at, kept_until, reason)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (widget, prefix) DO UPDATE SET state = excluded.state,"
                + " strikes = excluded.strikes, since = excluded.since, until_at = excluded.until_at,"
                + " kept_until = excluded.kept_until, reason = excluded.reason";
    }

    @Override
    public String putTale() {
        return "INSERT INTO guard_tales (node, widget, prefix, traffic, told_at) VALUES (?, ?, ?, ?, ?)"
                + " ON CONFLICT (node, widget, prefix)"
                + " DO UPDATE SET traffic = excluded.traffic, told_at = excluded.told_at";
    }

    @Override
    public String deleteEndedRulings() {
        return "DELETE FROM guard_rulings WHERE (widget, prefix) IN (SELECT widget, prefix FROM guard_rulings"
                + " WHERE kept_until <= ? LIMIT ? FOR UPDATE SKIP LOCKED)";
    }

    @Override
    public String deleteOldTales() {
        return "DELETE FROM guard_tales WHERE (node, widget, prefix) IN (SELECT node, widget, prefix FROM guard_tales"
                + " WHERE told_at <= ? LIMIT ? FOR UPDATE SKIP LOCKED)";
    }

    @Override
    public void close() {
        gate.close();
    }
}
