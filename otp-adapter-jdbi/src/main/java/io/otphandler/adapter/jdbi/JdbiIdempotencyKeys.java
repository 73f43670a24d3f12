package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Claim;
import io.otphandler.application.port.IdempotencyKeys;
import io.otphandler.application.port.KeptAnswer;
import io.otphandler.application.port.KeyedRequest;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Requests with idempotency keys, each a row; whatever is done to one is a statement. Thread-safe.
 *
 * <p>On PostgreSQL each is a transaction of its own on a connection of the pool: the server has those that come at the
 * same time share a sync. On H2 they pass through the lane, as all that writes.
 */
final class JdbiIdempotencyKeys implements IdempotencyKeys {

    /** Whether the claim still has the lease of a row without an answer; three parameters. */
    private static final String HELD = " WHERE key_hash = ? AND request_id = ? AND lease_until = ? AND status IS NULL";

    private final Engine engine;
    private final OwnTransactions transactions;

    JdbiIdempotencyKeys(Pool pool, Engine engine, JdbiProviderMessages.Writer writer) {
        this.engine = engine;
        this.transactions = new OwnTransactions(pool, engine, writer, "The database could not be written");
    }

    @Override
    public Standing claim(KeyedRequest request, UUID id, Instant now) {
        while (true) {
            Optional<Standing> standing =
                    transactions.write(connection -> engine.claimKey(connection, request, id, now));
            if (standing.isPresent()) {
                return standing.get();
            }
        }
    }

    @Override
    public void keep(Claim claim, KeptAnswer answer) {
        transactions.write(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("UPDATE idempotency_keys SET status = ?,"
                    + " body = ? WHERE key_hash = ? AND request_id = ? AND status IS NULL")) {
                statement.setInt(1, answer.status());
                statement.setString(2, answer.body());
                statement.setBytes(3, claim.key().bytes());
                statement.setObject(4, claim.request());
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void forget(Claim claim) {
        whileHeld("DELETE FROM idempotency_keys", claim);
    }

    @Override
    public void giveBack(Claim claim) {
        whileHeld("UPDATE idempotency_keys SET lease_until = 0", claim);
    }

    private void whileHeld(String action, Claim claim) {
        transactions.write(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(action + HELD)) {
                statement.setBytes(1, claim.key().bytes());
                statement.setObject(2, claim.request());
                statement.setLong(3, claim.leaseUntil().toEpochMilli());
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public int deleteExpired(Instant now, int limit) {
        return transactions.write(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(engine.deleteExpiredKeys())) {
                statement.setLong(1, now.toEpochMilli());
                statement.setInt(2, limit);
                return statement.executeUpdate();
            }
        });
    }
}
