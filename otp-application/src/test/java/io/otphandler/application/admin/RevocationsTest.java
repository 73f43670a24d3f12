package io.otphandler.application.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.InMemoryAuditLog;
import io.otphandler.application.port.InMemoryRevokedTokens;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.RevokedToken;
import io.otphandler.domain.widget.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RevocationsTest {

    private static final AccountId ACME = new AccountId("acme");

    private final MovableClock clock = new MovableClock();
    private final InMemoryRevokedTokens tokens = new InMemoryRevokedTokens();
    private final Revocations here = new Revocations(tokens, clock);
    private final Revocations there = new Revocations(tokens, clock);
    private final RevokeToken revoke =
            new RevokeToken(tokens, here, new Audit(new InMemoryAuditLog(), UUID::randomUUID, clock), clock);

    @Test
    void aRevokedTokenIsKnownHereAtOnceAndElsewhereAfterTheNextLook() {
        revoke("a", Duration.ofHours(1));

        assertThat(here.contains(ACME, "a")).isTrue();
        assertThat(there.contains(ACME, "a")).isFalse();
        there.refresh();
        assertThat(there.contains(ACME, "a")).isTrue();
        assertThat(there.contains(ACME, "b")).isFalse();
        assertThat(there.contains(new AccountId("other"), "a")).isFalse();
    }

    @Test
    void whatAClockThatIsBehindHasAddedIsSeenToo() {
        there.refresh();
        clock.advance(Duration.ofMinutes(5));
        there.refresh();
        clock.advance(Duration.ofSeconds(-20));
        revoke("a", Duration.ofHours(1));
        clock.advance(Duration.ofSeconds(22));

        there.refresh();

        assertThat(there.contains(ACME, "a")).isTrue();
    }

    @Test
    void anExpiredTokenIsForgottenWhenNoClockTakesItForGoodAnyMore() {
        revoke("a", Duration.ofHours(1));
        clock.advance(Duration.ofHours(1));
        here.refresh();
        assertThat(here.contains(ACME, "a")).isTrue();

        clock.advance(Revocations.LEEWAY);
        here.refresh();

        assertThat(here.contains(ACME, "a")).isFalse();
        there.refresh();
        assertThat(there.contains(ACME, "a")).isFalse();
    }

    private void revoke(String id, Duration lifetime) {
        Instant expiresAt = clock.instant().plus(lifetime);
        revoke.revoke(new Admin(ACME, false), new RevokedToken(ACME, id, expiresAt));
    }
}
