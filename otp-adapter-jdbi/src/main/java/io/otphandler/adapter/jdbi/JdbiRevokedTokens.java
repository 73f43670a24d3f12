package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.port.RevokedToken;
import io.otphandler.application.port.RevokedTokens;
import io.otphandler.domain.widget.AccountId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;

/** Revoked tokens, each a row. Thread-safe. */
final class JdbiRevokedTokens implements RevokedTokens {

    private static final String SELECT = "SELECT account, token_id, expires_at FROM revoked_tokens ";

    private final Jdbi jdbi;
    private final Engine engine;

    JdbiRevokedTokens(Jdbi jdbi, Engine engine) {
        this.jdbi = jdbi;
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

    @Override
    public List<RevokedToken> addedSince(Instant instant) {
        return with(handle -> handle.createQuery(SELECT + "WHERE added_at >= ?")
                .bind(0, instant.toEpochMilli())
                .map(JdbiRevokedTokens::token)
                .list());
    }

    @Override
    public List<RevokedToken> of(AccountId account) {
        // sorted here: a database may order by the customs of a language
        return with(
                handle -> handle
                        .createQuery(SELECT + "WHERE account = ?")
                        .bind(0, account.value())
                        .map(JdbiRevokedTokens::token)
                        .stream()
                        .sorted(Comparator.comparing(RevokedToken::id))
                        .toList());
    }

    @Override
    public int deleteExpired(Instant now, int limit) {
        return with(handle -> handle.execute(engine.deleteExpiredRevokedTokens(), now.toEpochMilli(), limit));
    }

    private static RevokedToken token(ResultSet row, StatementContext context) throws SQLException {
        return new RevokedToken(
                new AccountId(row.getString("account")),
                row.getString("token_id"),
                Instant.ofEpochMilli(row.getLong("expires_at")));
    }

    @CanIgnoreReturnValue
    private <T> T with(Function<Handle, T> work) {
        try {
            return jdbi.withHandle(work::apply);
        } catch (JdbiException e) {
            throw Failures.translate("The revoked tokens could not be reached", e);
        }
    }
}
