package io.otphandler.adapter.jdbi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import javax.sql.DataSource;
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

    private static final int MOST_LANES = 4;
    private static final int CONNECT_SECONDS = 1;
    /** No statement of ours takes as long; whoever waits is told after {@link Lane#PATIENCE}. */
    private static final int ANSWER_SECONDS = 2;

    private static final String CLAIM = "WITH due AS (SELECT id, due_at FROM sessions WHERE due_at <= ?"
            + " ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED),"
            + " claimed AS (UPDATE sessions AS s SET due_at = ? FROM due WHERE s.id = due.id RETURNING "
            + SessionRow.columnsOf("s") + ", due.due_at AS was_due_at)"
            + " SELECT * FROM claimed ORDER BY was_due_at";

    private static final String LEASE_UNTIL = "UPDATE sessions AS s SET due_at = ?"
            + " FROM unnest(?::uuid[], ?::int[], ?::bigint[]) AS l (id, dispatch, until)"
            + " WHERE s.id = l.id AND s.dispatch = l.dispatch AND s.due_at = l.until AND s.state = "
            + SessionRow.WAITING + " RETURNING s.id, s.dispatch";

    private final PGSimpleDataSource direct;
    private final PGSimpleDataSource patient;
    private final Gate gate;

    PostgresEngine(String url, String user, String password) {
        this.patient = source(url, user, password);
        this.direct = source(url, user, password);
        if (direct.getSocketTimeout() == 0) {
            direct.setSocketTimeout(ANSWER_SECONDS);
        }
        this.gate = new Gate(direct);
    }

    private static PGSimpleDataSource source(String url, String user, String password) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        // before the URL: what that names is what the user wants
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(ANSWER_SECONDS);
        source.setTcpKeepAlive(true);
        source.setApplicationName("otp-handler");
        source.setUrl(url);
        if (!user.isEmpty()) {
            source.setUser(user);
        }
        if (!password.isEmpty()) {
            source.setPassword(password);
        }
        return source;
    }

    static boolean supports(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public DataSource source() {
        return gate.guarding(direct);
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
        pool.setDataSource(direct);
        pool.setConnectionTimeout(1_000);
        pool.setValidationTimeout(500);
    }

    @Override
    public void start(HikariDataSource pool) {
        // what the pool holds is dead by then: none of it must fail a request after the database is back
        gate.start(() -> pool.getHikariPoolMXBean().softEvictConnections());
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
    public int laneCount(int poolSize) {
        return Math.min(MOST_LANES, poolSize);
    }

    @Override
    public int batchSize() {
        return BATCH;
    }

    @Override
    public boolean commitsBatches() {
        return true;
    }

    @Override
    public String appendedTimeline() {
        return "timeline || ?";
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
            statement.setLong(1, until.toEpochMilli());
            statement.setArray(2, LeaseArrays.ids(connection, leases));
            statement.setArray(3, LeaseArrays.numbers(connection, leases));
            statement.setArray(4, LeaseArrays.ends(connection, leases));
            return LeaseArrays.held(statement);
        }
    }

    @Override
    public String deleteGoneSessions() {
        return "DELETE FROM sessions WHERE id IN"
                + " (SELECT id FROM sessions WHERE expires_at < ? LIMIT ? FOR UPDATE SKIP LOCKED)";
    }

    @Override
    public String deleteOldRevisions() {
        return "DELETE FROM widget_revisions WHERE (widget_id, revision) IN (SELECT widget_id, revision"
                + " FROM widget_revisions WHERE needed_until < ? LIMIT ? FOR UPDATE SKIP LOCKED)";
    }

    @Override
    public void close() {
        gate.close();
    }
}
