package io.otphandler.adapter.http.token;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys that the configuration names. Immutable. */
public final class ConfiguredKeys implements KeySource {
    private final List<VerificationKey> keys;

    /** @throws IllegalArgumentException when there is none: then no token could ever be good */
    public ConfiguredKeys(List<VerificationKey> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("There is no key to check tokens with");
        }
        this.keys = List.copyOf(keys);
    }

    @Override
    public List<VerificationKey> candidates(JWSAlgorithm algorithm, @Nullable String keyId) {
        return keys.stream()
                .filter(key -> key.algorithms().contains(algorithm) && key.serves(keyId))
                .sorted(Comparator.comparing(key -> key.keyId() == null))
                .toList();
    }
}
