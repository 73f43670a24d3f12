package io.otphandler.application.port;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Keyed requests that live as long as this object. Thread-safe. */
public final class InMemoryIdempotencyKeys implements IdempotencyKeys {

    private final Map<Digest, Row> rows = new HashMap<>();
    private boolean failing;
    private boolean losingAnswers;

    private record Row(Digest content, UUID request, Instant leaseUntil, KeptAnswer answer, Instant expiresAt) {}

    /** As a store that cannot be reached. */
    public synchronized void failing(boolean now) {
        failing = now;
    }

    /** As a node that dies before it keeps what it was about to answer. */
    public synchronized void losingAnswers(boolean now) {
        losingAnswers = now;
    }

    /** How many requests are known. */
    public synchronized int count() {
        return rows.size();
    }

    @Override
    public synchronized Standing claim(KeyedRequest request, UUID id, Instant now) {
        check();
        Row row = rows.get(request.key());
        Instant until = now.plus(LEASE);
        if (row == null || !row.expiresAt.isAfter(now)) {
            rows.put(request.key(), new Row(request.contents().get(0), id, until, null, now.plus(KEPT)));
            return new Standing.Claimed(new Claim(request.key(), id, until, false));
        }
        if (!request.contents().contains(row.content)) {
            return new Standing.Reused();
        }
        if (row.answer != null) {
            return new Standing.Answered(row.answer);
        }
        if (row.leaseUntil.isAfter(now)) {
            return new Standing.UnderWay();
        }
        rows.put(request.key(), new Row(row.content, row.request, until, null, row.expiresAt));
        return new Standing.Claimed(new Claim(request.key(), row.request, until, true));
    }

    @Override
    public synchronized void keep(Claim claim, KeptAnswer answer) {
        check();
        if (losingAnswers) {
            return;
        }
        rows.computeIfPresent(
                claim.key(),
                (key, row) -> row.request.equals(claim.request()) && row.answer == null
                        ? new Row(row.content, row.request, row.leaseUntil, answer, row.expiresAt)
                        : row);
    }

    @Override
    public synchronized void forget(Claim claim) {
        check();
        rows.computeIfPresent(claim.key(), (key, row) -> holds(claim, row) ? null : row);
    }

    @Override
    public synchronized void giveBack(Claim claim) {
        check();
        rows.computeIfPresent(
                claim.key(),
                (key, row) -> holds(claim, row)
                        ? new Row(row.content, row.request, Instant.EPOCH, null, row.expiresAt)
                        : row);
    }

    private static boolean holds(Claim claim, Row row) {
        return row.answer == null && row.request.equals(claim.request()) && row.leaseUntil.equals(claim.leaseUntil());
    }

    @Override
    public synchronized int deleteExpired(Instant now, int limit) {
        check();
        List<Digest> expired = rows.entrySet().stream()
                .filter(row -> !row.getValue().expiresAt.isAfter(now))
                .map(Map.Entry::getKey)
                .limit(limit)
                .toList();
        expired.forEach(rows::remove);
        return expired.size();
    }

    private void check() {
        if (failing) {
            throw new StoreUnavailableException("down", null);
        }
    }
}
