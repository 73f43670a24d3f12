package io.otphandler.application.admin;

import io.otphandler.application.port.RevokedToken;
import io.otphandler.application.port.RevokedTokens;
import io.otphandler.domain.widget.AccountId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which tokens are good no more, as this node knows it, in memory: to ask costs no statement. Others' revocations are seen
 * by {@link #refresh}, which is to be run every now and then; its own at once. Thread-safe.
 */
public final class Revocations {

    /** How long a token that has expired may still be taken for good, where clocks differ; and more. */
    public static final Duration LEEWAY = Duration.ofMinutes(1);

    /** Several times as far as clocks of nodes may differ, and as a statement may take. */
    private static final Duration OVERLAP = Duration.ofSeconds(30);

    private final RevokedTokens tokens;
    private final Clock clock;
    private final Map<Name, Instant> known = new ConcurrentHashMap<>();
    private volatile Instant seenUntil = Instant.EPOCH;

    private record Name(AccountId account, String id) {}

    public Revocations(RevokedTokens tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Whether a token with that {@code sub} and {@code jti} is good no more. */
    public boolean contains(AccountId account, String id) {
        return !known.isEmpty() && known.containsKey(new Name(account, id));
    }

    /** Learns what has been revoked since the last time, by one statement, and forgets what has expired. */
    public void refresh() {
        Instant now = clock.instant();
        List<RevokedToken> added = tokens.addedSince(seenUntil);
        added.forEach(this::learn);
        seenUntil = now.minus(OVERLAP).isAfter(seenUntil) ? now.minus(OVERLAP) : seenUntil;
        known.values().removeIf(expiresAt -> !expiresAt.plus(LEEWAY).isAfter(now));
    }

    void learn(RevokedToken token) {
        known.put(new Name(token.account(), token.id()), token.expiresAt());
    }
}
