package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.port.RevokedToken;
import io.otphandler.application.port.RevokedTokens;
import io.otphandler.domain.widget.AccountId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Revoked tokens, each a row. Thread-safe. */
final class JdbiRevokedTokens implements RevokedTokens {

    private static final String UNREACHABLE = "The revoked tokens could not be reached";
    private static final String SELECT = "SELECT account, token_id, expires_at FROM revoked_tokens ";

    private final Pool pool;
    private final Engine engine;

    JdbiRevokedTokens(Pool pool, Engine engine) {
        this.pool = pool;
        this.engine = engine;
    }

    @Override
    public void add(RevokedToken token, Instant now) {
        with(handle -> handle.execute(
                engine.addRevokedToken(),
                token.account().value(),
                token.id(),
                token.expiresAt().toEpochMilli(),
                now.toEpochMilli()));
    }

    /** Asked by every start, and every other second: past Jdbi. */
    @Override
    public List<RevokedToken> addedSince(Instant instant) {
        return pool.on(UNREACHABLE, connection -> {
            List<RevokedToken> tokens = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(SELECT + "WHERE added_at >= ?")) {
                statement.setLong(1, instant.toEpochMilli());
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        tokens.add(token(rows));
                    }
                }
            }
            return tokens;
        });
    }

    @Override
    public List<RevokedToken> of(AccountId account) {
        // sorted here: a database may order by the customs of a language
        return with(
                handle -> handle
                        .createQuery(SELECT + "WHERE account = ?")
                        .bind(0, account.value())
                        .map((row, context) -> token(row))
                        .stream()
                        .sorted(Comparator.comparing(RevokedToken::id))
                        .toList());
    }

    @Override
    public int deleteExpired(Instant now, int limit) {
        return with(handle -> handle.execute(engine.deleteExpiredRevokedTokens(), now.toEpochMilli(), limit));
    }

    private static RevokedToken token(ResultSet row) throws SQLException {
        return new RevokedToken(
                new AccountId(row.getString("account")),
                row.getString("token_id"),
                Instant.ofEpochMilli(row.getLong("expires_at")));
    }

    @CanIgnoreReturnValue
    private <T> T with(Function<Handle, T> work) {
        return pool.jdbi(UNREACHABLE, work);
    }
}
