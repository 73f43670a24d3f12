package io.otphandler.adapter.jdbi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.otphandler.application.port.Claim;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.IdempotencyKeys;
import io.otphandler.application.port.IdempotencyKeys.Standing;
import io.otphandler.application.port.KeyedRequest;
import io.otphandler.application.port.Lease;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/** H2 within this process, which nobody else can have open: one lane, so that nobody waits for a lock. */
final class H2Engine implements Engine {

    private static final int BATCH = 256;
    private static final long PATIENCE_MILLIS = 2_000;

    /** From 0 on: without a lower bound H2 goes through all that are never due. */
    private static final String DUE =
            SessionRow.SELECT + "WHERE due_at BETWEEN 0 AND ? ORDER BY due_at FETCH FIRST ? ROWS ONLY";

    private static final String CLAIM = "UPDATE sessions SET due_at = ? WHERE id = ANY(?)";

    /**
     * Sets the ends of leases that are still as they are said to be, three arrays side by side, and answers with their
     * sessions. The search by id alone is what H2 uses its index for.
     */
    private static final String LEASE_UNTIL = "SELECT id, dispatch FROM FINAL TABLE (UPDATE sessions SET due_at = ?"
            + " WHERE id = ANY(?) AND state = " + SessionRow.WAITING + " AND (id, dispatch, due_at) IN (SELECT * FROM"
            + " UNNEST(CAST(? AS UUID ARRAY), CAST(? AS INT ARRAY), CAST(? AS BIGINT ARRAY))))";

    private static final String FIND_KEY = "SELECT " + KeyRow.COLUMNS + " FROM idempotency_keys WHERE key_hash = ?";
    private static final String PUT_KEY = "MERGE INTO idempotency_keys"
            + " (key_hash, content_hash, request_id, lease_until, expires_at, status, body)"
            + " KEY (key_hash) VALUES (?, ?, ?, ?, ?, NULL, NULL)";

    private final H2Source source;

    H2Engine(H2Source source) {
        this.source = source;
    }

    @Override
    public DataSource source() {
        return source;
    }

    @Override
    public DataSource migrationSource() {
        return source;
    }

    @Override
    public <T> T writingOnce(Connection connection, Lane.Work<T> work) throws SQLException {
        return source.writingOnce(connection, work);
    }

    @Override
    public String migrations() {
        return "h2";
    }

    @Override
    public void configure(HikariConfig pool) {
        pool.setDataSource(source);
        pool.setConnectionTimeout(PATIENCE_MILLIS);
        pool.setValidationTimeout(PATIENCE_MILLIS / 2);
        pool.setExceptionOverride(new ClosedByH2());
    }

    @Override
    public void start(HikariDataSource pool) {
        // it is in this process, and looks after itself
    }

    @Override
    public DataSource guarding(DataSource pool) {
        return pool;
    }

    @Override
    public int outages() {
        return 0;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public OwnRows ownRows(WidgetRevisions revisions) {
        Path file = source.file();
        return new OwnRows(source, revisions, file == null ? null : new Journal(file), source.isInMemory());
    }

    @Override
    public int laneCount(int poolSize) {
        return 1;
    }

    @Override
    public int batchSize() {
        return BATCH;
    }

    @Override
    public void claim(Connection connection, Instant now, int limit, Instant until, SessionRow.Consumer due)
            throws SQLException {
        List<UUID> ids = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(DUE)) {
            statement.setLong(1, now.toEpochMilli());
            statement.setInt(2, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    ids.add(SessionRow.id(rows).value());
                    due.accept(rows);
                }
            }
        }
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setLong(1, until.toEpochMilli());
            statement.setArray(2, connection.createArrayOf("uuid", ids.toArray()));
            statement.executeUpdate();
        }
    }

    @Override
    public Set<DispatchId> leaseUntil(Connection connection, Instant until, Collection<Lease> leases)
            throws SQLException {
        Array ids = LeaseArrays.ids(connection, leases);
        try (PreparedStatement statement = connection.prepareStatement(LEASE_UNTIL)) {
            statement.setLong(1, until.toEpochMilli());
            statement.setArray(2, ids);
            statement.setArray(3, ids);
            statement.setArray(4, LeaseArrays.numbers(connection, leases));
            statement.setArray(5, LeaseArrays.ends(connection, leases));
            return LeaseArrays.held(statement);
        }
    }

    @Override
    public String deleteOldRevisions() {
        return "DELETE FROM widget_revisions WHERE needed_until < ? FETCH FIRST ? ROWS ONLY";
    }

    @Override
    public String keepProviderMessage() {
        return "MERGE INTO provider_messages (gateway, message_id, session_id, dispatch, kept_at)"
                + " KEY (gateway, message_id) VALUES (?, ?, ?, ?, ?)";
    }

    @Override
    public String deleteOldProviderMessages() {
        return "DELETE FROM provider_messages WHERE kept_at < ? FETCH FIRST ? ROWS ONLY";
    }

    @Override
    public Optional<Standing> claimKey(Connection connection, KeyedRequest request, UUID id, Instant now)
            throws SQLException {
        Optional<KeyRow> there;
        try (PreparedStatement statement = connection.prepareStatement(FIND_KEY)) {
            statement.setBytes(1, request.key().bytes());
            try (ResultSet row = statement.executeQuery()) {
                there = row.next() ? Optional.of(KeyRow.read(row)) : Optional.empty();
            }
        }
        Optional<KeyRow> known = there.filter(row -> !row.isExpired(now));
        Optional<Standing> standing = known.flatMap(row -> row.standing(request, now));
        if (standing.isPresent()) {
            return standing;
        }
        Claim claim = new Claim(
                request.key(),
                known.map(KeyRow::request).orElse(id),
                now.plus(IdempotencyKeys.LEASE),
                known.isPresent());
        try (PreparedStatement statement = connection.prepareStatement(PUT_KEY)) {
            statement.setBytes(1, claim.key().bytes());
            statement.setBytes(
                    2,
                    known.map(KeyRow::content).orElse(request.contents().get(0)).bytes());
            statement.setObject(3, claim.request());
            statement.setLong(4, claim.leaseUntil().toEpochMilli());
            statement.setLong(
                    5,
                    known.map(KeyRow::expiresAt)
                            .orElse(now.plus(IdempotencyKeys.KEPT))
                            .toEpochMilli());
            statement.executeUpdate();
        }
        return Optional.of(new Standing.Claimed(claim));
    }

    @Override
    public String deleteExpiredKeys() {
        return "DELETE FROM idempotency_keys WHERE expires_at <= ? FETCH FIRST ? ROWS ONLY";
    }

    @Override
    public String addRevokedToken() {
        return "MERGE INTO revoked_tokens (account, token_id, expires_at, added_at) KEY (account, token_id)"
                + " VALUES (?, ?, ?, ?)";
    }

    @Override
    public String deleteExpiredRevokedTokens() {
        return "DELETE FROM revoked_tokens WHERE expires_at <= ? FETCH FIRST ? ROWS ONLY";
    }

    @Override
    public String putRuling() {
        return "MERGE INTO guard_rulings (widget, prefix, state, strikes, since, until_at, kept_until, reason)"
                + " KEY (widget, prefix) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    }

    @Override
    public String putTale() {
        return "MERGE INTO guard_tales (node, widget, prefix, traffic, told_at) KEY (node, widget, prefix)"
                + " VALUES (?, ?, ?, ?, ?)";
    }

    @Override
    public String deleteEndedRulings() {
        return "DELETE FROM guard_rulings WHERE kept_until <= ? FETCH FIRST ? ROWS ONLY";
    }

    @Override
    public String deleteOldTales() {
        return "DELETE FROM guard_tales WHERE told_at <= ? FETCH FIRST ? ROWS ONLY";
    }

    @Override
    public void close() {
        source.close();
    }
}
