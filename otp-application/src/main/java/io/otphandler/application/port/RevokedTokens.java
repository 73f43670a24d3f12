package io.otphandler.application.port;

import io.otphandler.domain.widget.AccountId;
import java.time.Instant;
import java.util.List;

/** The tokens that are good no more, for all nodes. Thread-safe; throws {@link StoreUnavailableException}. */
public interface RevokedTokens {

    /** Keeps it; one that is there already is kept for as long as was said last. */
    void add(RevokedToken token, Instant now);

    /** Those that were added then or later, in any order. */
    List<RevokedToken> addedSince(Instant instant);

    /** The account's, in the order of their ids. */
    List<RevokedToken> of(AccountId account);

    /**
     * Deletes those that were over by then.
     *
     * @return how many; fewer than the limit: no more are left
     */
    int deleteExpired(Instant now, int limit);
}
