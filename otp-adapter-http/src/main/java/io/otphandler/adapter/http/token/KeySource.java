package io.otphandler.adapter.http.token;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where keys to check tokens with come from: configured ones, or those that somebody publishes. Thread-safe. */
@FunctionalInterface
public interface KeySource {
    /**
     * The keys that may have signed such a token, the likeliest first; empty: none. Must not take longer than a request
     * may wait.
     *
     * @param keyId the token's {@code kid}; null: it names none
     */
    List<VerificationKey> candidates(JWSAlgorithm algorithm, @Nullable String keyId);

    /** Whether it never waits for anything outside this process. */
    default boolean isNear() {
        return true;
    }
}
