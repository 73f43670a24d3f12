package io.otphandler.adapter.jdbi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otphandler.application.port.AuditEntry;
import io.otphandler.application.port.AuditLog;
import io.otphandler.domain.widget.AccountId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * What was done and decided, each a row that is added by one statement and never changed. Thread-safe.
 *
 * <p>On PostgreSQL each is a transaction of its own on a connection of the pool; on H2 they pass through the lane, as all
 * that is written while sessions are.
 */
final class JdbiAuditLog implements AuditLog {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> DETAILS = new TypeReference<>() {};

    private static final String INSERT =
            "INSERT INTO audit_log (id, made_at, account, actor, by_token, token_id, action,"
                    + " subject, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    /** The first bound is what H2 uses its index for; PostgreSQL does so for both. None holds where there is no such row. */
    private static final String OLDER = " AND made_at <= (SELECT made_at FROM audit_log WHERE id = :before)"
            + " AND (made_at, id) < ((SELECT made_at FROM audit_log WHERE id = :before), :before)";

    /** Nothing is locked before: that would need the right to change rows, which nobody needs to have. */
    private static final String DELETE = "DELETE FROM audit_log WHERE id IN"
            + " (SELECT id FROM audit_log WHERE made_at < ? ORDER BY made_at, id LIMIT ?)";

    private final Pool pool;
    private final OwnTransactions transactions;

    JdbiAuditLog(Pool pool, Engine engine, JdbiProviderMessages.Writer writer) {
        this.pool = pool;
        this.transactions = new OwnTransactions(pool, engine, writer, "The audit log could not be written");
    }

    @Override
    public void append(AuditEntry entry) {
        transactions.write(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                statement.setObject(1, entry.id());
                statement.setLong(2, entry.at().toEpochMilli());
                statement.setString(3, entry.account().value());
                if (entry.actor() instanceof AuditEntry.Bearer bearer) {
                    statement.setString(4, bearer.account().value());
                    statement.setBoolean(5, true);
                    statement.setString(6, bearer.tokenId().orElse(null));
                } else if (entry.actor() instanceof AuditEntry.Part part) {
                    statement.setString(4, part.word());
                    statement.setBoolean(5, false);
                    statement.setString(6, null);
                }
                statement.setString(7, entry.action());
                statement.setString(8, entry.subject());
                statement.setString(9, written(entry.details()));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public List<AuditEntry> find(Query query) {
        String sql = "SELECT id, made_at, account, actor, by_token, token_id, action, subject, details FROM audit_log"
                + " WHERE TRUE"
                + (query.account().isPresent() ? " AND account = :account" : "")
                + (query.action().isPresent() ? " AND action = :action" : "")
                + (query.before().isPresent() ? OLDER : "")
                // what is equal in all of them is named so that H2 sees the order of its index in it
                + " ORDER BY "
                + (query.account().isPresent() ? "account DESC, " : "")
                + (query.action().isPresent() ? "action DESC, " : "")
                + "made_at DESC, id DESC LIMIT :limit";
        return pool.jdbi("The audit log could not be read", handle -> {
            org.jdbi.v3.core.statement.Query asked = handle.createQuery(sql).bind("limit", query.limit());
            query.account().ifPresent(account -> asked.bind("account", account.value()));
            query.action().ifPresent(action -> asked.bind("action", action));
            query.before().ifPresent(before -> asked.bind("before", before));
            return asked.map(JdbiAuditLog::entry).list();
        });
    }

    @Override
    public int deleteOlderThan(Instant instant, int limit) {
        return transactions.write(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
                statement.setLong(1, instant.toEpochMilli());
                statement.setInt(2, limit);
                return statement.executeUpdate();
            }
        });
    }

    private static AuditEntry entry(ResultSet row, StatementContext context) throws SQLException {
        String actor = row.getString("actor");
        return new AuditEntry(
                row.getObject("id", UUID.class),
                Instant.ofEpochMilli(row.getLong("made_at")),
                new AccountId(row.getString("account")),
                row.getBoolean("by_token")
                        ? new AuditEntry.Bearer(new AccountId(actor), Optional.ofNullable(row.getString("token_id")))
                        : new AuditEntry.Part(actor),
                row.getString("action"),
                row.getString("subject"),
                read(row.getString("details")));
    }

    private static String written(Map<String, String> details) {
        try {
            return JSON.writeValueAsString(details);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts can be written", e);
        }
    }

    private static Map<String, String> read(String details) {
        try {
            return JSON.readValue(details, DETAILS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An audit entry's details cannot be read", e);
        }
    }
}
