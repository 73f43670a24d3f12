package io.otphandler.application.port;

import io.otphandler.domain.widget.AccountId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Revoked tokens that are remembered as long as this object lives. Thread-safe. */
public final class InMemoryRevokedTokens implements RevokedTokens {

    private final List<Row> rows = new ArrayList<>();

    private record Row(RevokedToken token, Instant addedAt) {}

    @Override
    public synchronized void add(RevokedToken token, Instant now) {
        rows.removeIf(row ->
                row.token.account().equals(token.account()) && row.token.id().equals(token.id()));
        rows.add(new Row(token, now));
    }

    @Override
    public synchronized List<RevokedToken> addedSince(Instant instant) {
        return rows.stream()
                .filter(row -> !row.addedAt.isBefore(instant))
                .map(Row::token)
                .toList();
    }

    @Override
    public synchronized List<RevokedToken> of(AccountId account) {
        return rows.stream()
                .map(Row::token)
                .filter(token -> token.account().equals(account))
                .sorted(Comparator.comparing(RevokedToken::id))
                .toList();
    }

    @Override
    public synchronized int deleteExpired(Instant now, int limit) {
        List<Row> expired = rows.stream()
                .filter(row -> !row.token.expiresAt().isAfter(now))
                .limit(limit)
                .toList();
        rows.removeAll(expired);
        return expired.size();
    }
}
