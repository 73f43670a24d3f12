package io.otphandler.application.port;

import java.util.List;

/**
 * A request that came with an idempotency key, as far as it may be kept.
 *
 * @param key of the idempotency key together with whose it is and what it is for
 * @param contents of what was asked: the first is the one that is kept; a kept one that is any of them is of the same
 *     request
 */
public record KeyedRequest(Digest key, List<Digest> contents) {

    public KeyedRequest {
        contents = List.copyOf(contents);
        if (contents.isEmpty()) {
            throw new IllegalArgumentException("A request without contents");
        }
    }
}
