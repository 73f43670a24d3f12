package io.otphandler.adapter.http.token;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sources of keys that are asked one after another: the later ones only where the earlier have none. Thread-safe. */
public final class SeveralKeySources implements KeySource {
    private final List<KeySource> sources;

    /** @param sources the nearest first */
    public SeveralKeySources(List<? extends KeySource> sources) {
        this.sources = List.copyOf(sources);
    }

    @Override
    public List<VerificationKey> candidates(JWSAlgorithm algorithm, @Nullable String keyId) {
        for (KeySource source : sources) {
            List<VerificationKey> keys = source.candidates(algorithm, keyId);
            if (!keys.isEmpty()) {
                return keys;
            }
        }
        return List.of();
    }

    @Override
    public boolean isNear() {
        return sources.stream().allMatch(KeySource::isNear);
    }
}
