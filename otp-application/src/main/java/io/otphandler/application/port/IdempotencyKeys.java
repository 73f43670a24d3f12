package io.otphandler.application.port;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * The requests that came with an idempotency key, and what they were answered, for all nodes. What it keeps tells its
 * reader neither keys nor tokens nor codes. Thread-safe. Every method throws {@link StoreUnavailableException} while the
 * store cannot be reached; what it was asked to do may then be done or not.
 */
public interface IdempotencyKeys {

    /**
     * How long whoever claimed a request may take to answer it: several times what a request takes. One who takes longer
     * does no harm, as what is done is tied to the request's id.
     */
    Duration LEASE = Duration.ofSeconds(5);

    /** From its first claim on, how long a request is known. */
    Duration KEPT = Duration.ofHours(24);

    /**
     * Claims the request unless it is claimed, answered, or another one; atomically, among all nodes.
     *
     * @param id what the request is to be called if it is new
     */
    Standing claim(KeyedRequest request, UUID id, Instant now);

    /** Keeps the answer, unless the request has one or is not known any more. */
    void keep(Claim claim, KeptAnswer answer);

    /** Forgets the request, as if it had never come, where the claim still holds. */
    void forget(Claim claim);

    /** Lets the next one claim the request, under its id, where the claim still holds. */
    void giveBack(Claim claim);

    /**
     * Deletes requests that need not be known any more.
     *
     * @return how many; fewer than the limit: no more are left
     */
    int deleteExpired(Instant now, int limit);

    /** How a request stands. */
    sealed interface Standing {

        /** The caller has it now, and must end it by keeping an answer, forgetting it or giving it back. */
        record Claimed(Claim claim) implements Standing {}

        /** Somebody else is about to answer it. */
        record UnderWay() implements Standing {}

        record Answered(KeptAnswer answer) implements Standing {}

        /** Its key has come with another content. */
        record Reused() implements Standing {}
    }
}
