package io.otphandler.application.port;

import java.time.Instant;
import java.util.UUID;

/**
 * The right to answer a request that came with an idempotency key. It is a lease: once that is over, another may claim
 * the same request, under the same id.
 *
 * @param key of the {@link KeyedRequest}
 * @param request the request's id, the same for all who claim it one after the other: what they do is tied to it, so that
 *     it is done once
 * @param leaseUntil when the lease ends; with it, whose it is
 * @param again whether it was claimed before, so that it may be done already
 */
public record Claim(Digest key, UUID request, Instant leaseUntil, boolean again) {}
