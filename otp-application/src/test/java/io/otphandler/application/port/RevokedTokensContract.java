package io.otphandler.application.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.widget.AccountId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What every store of revoked tokens keeps to. */
public interface RevokedTokensContract {

    Instant ADDED_AT = Instant.parse("2026-03-01T12:00:00Z");
    Instant OVER_AT = Instant.parse("2026-03-02T12:00:00.123Z");
    AccountId ACCOUNT = new AccountId("acme");

    /** The same, and at first empty, during a test. */
    RevokedTokens revokedTokens();

    @Test
    default void aTokenIsFoundByItsAccountAndByWhenItWasAdded() {
        RevokedToken token = token(ACCOUNT, "b", OVER_AT);
        RevokedToken other = token(ACCOUNT, "a", OVER_AT);
        RevokedToken another = token(new AccountId("other"), "b", OVER_AT);
        revokedTokens().add(token, ADDED_AT);
        revokedTokens().add(other, ADDED_AT.plusMillis(1));
        revokedTokens().add(another, ADDED_AT.plusMillis(2));

        assertThat(revokedTokens().of(ACCOUNT)).containsExactly(other, token);
        assertThat(revokedTokens().of(new AccountId("nobody"))).isEmpty();
        assertThat(revokedTokens().addedSince(Instant.EPOCH)).containsExactlyInAnyOrder(token, other, another);
        assertThat(revokedTokens().addedSince(ADDED_AT.plusMillis(1))).containsExactlyInAnyOrder(other, another);
    }

    @Test
    default void aTokenThatIsRevokedAgainIsThereOnceAndKeptForAsLongAsWasSaidLast() {
        revokedTokens().add(token(ACCOUNT, "й".repeat(RevokedToken.MAX_ID_LENGTH), OVER_AT), ADDED_AT);
        RevokedToken longer = token(ACCOUNT, "й".repeat(RevokedToken.MAX_ID_LENGTH), OVER_AT.plusSeconds(1));
        revokedTokens().add(longer, ADDED_AT.plusMillis(1));

        assertThat(revokedTokens().of(ACCOUNT)).containsExactly(longer);
        assertThat(revokedTokens().addedSince(ADDED_AT.plusMillis(1))).containsExactly(longer);
    }

    @Test
    default void thoseThatAreOverAreDeletedAFewAtATime() {
        for (String id : new String[] {"a", "b", "c"}) {
            revokedTokens().add(token(ACCOUNT, id, OVER_AT), ADDED_AT);
        }
        RevokedToken left = token(ACCOUNT, "d", OVER_AT.plusMillis(1));
        revokedTokens().add(left, ADDED_AT);

        assertThat(revokedTokens().deleteExpired(OVER_AT.minusMillis(1), 10)).isZero();
        assertThat(revokedTokens().deleteExpired(OVER_AT, 2)).isEqualTo(2);
        assertThat(revokedTokens().deleteExpired(OVER_AT, 2)).isEqualTo(1);
        assertThat(revokedTokens().of(ACCOUNT)).containsExactly(left);
    }

    private static RevokedToken token(AccountId account, String id, Instant expiresAt) {
        return new RevokedToken(account, id, expiresAt);
    }
}
