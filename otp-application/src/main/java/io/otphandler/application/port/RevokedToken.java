package io.otphandler.application.port;

import io.otphandler.domain.widget.AccountId;
import java.time.Instant;

/**
 * A token that is good no more.
 *
 * @param account whose token it is: its {@code sub}
 * @param id its {@code jti}
 * @param expiresAt when it is over by itself: until then it must be known
 */
public record RevokedToken(AccountId account, String id, Instant expiresAt) {

    /** The longest id that a token may have to be revoked. */
    public static final int MAX_ID_LENGTH = 255;
}
