package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Digest;
import io.otphandler.application.port.IdempotencyKeys.Standing;
import io.otphandler.application.port.KeptAnswer;
import io.otphandler.application.port.KeyedRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A request that came with an idempotency key, as a row of its table. Immutable. */
record KeyRow(
        Digest content,
        UUID request,
        Instant leaseUntil,
        @Nullable KeptAnswer answer,
        Instant expiresAt) {

    static final String COLUMNS = "content_hash, request_id, lease_until, status, body, expires_at";

    static KeyRow read(ResultSet row) throws SQLException {
        int status = row.getInt("status");
        return new KeyRow(
                Digest.of(row.getBytes("content_hash")),
                row.getObject("request_id", UUID.class),
                Instant.ofEpochMilli(row.getLong("lease_until")),
                status == 0 ? null : new KeptAnswer(status, row.getString("body")),
                Instant.ofEpochMilli(row.getLong("expires_at")));
    }

    boolean isExpired(Instant now) {
        return !expiresAt.isAfter(now);
    }

    /** How the request stands; empty: it can be claimed. */
    Optional<Standing> standing(KeyedRequest asked, Instant now) {
        if (isExpired(now)) {
            return Optional.empty();
        }
        if (!asked.contents().contains(content)) {
            return Optional.of(new Standing.Reused());
        }
        if (answer != null) {
            return Optional.of(new Standing.Answered(answer));
        }
        return leaseUntil.isAfter(now) ? Optional.of(new Standing.UnderWay()) : Optional.empty();
    }
}
