package io.otphandler.adapter.http.token;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that somebody publishes at an address (JWKS, RFC 7517): kept in memory, fetched again ahead of time and when a
 * token names an unknown one, but not more often than every few seconds; while the address cannot be reached the last keys
 * hold on. Thread-safe.
 */
public final class KeySetAddress implements KeySource {

    /** As long as keys are believed without a look; those who rotate them publish new ones before. */
    static final Duration KEPT = Duration.ofMinutes(5);

    private static final Duration AHEAD = Duration.ofSeconds(30);
    private static final Duration REFRESH_TIMEOUT = Duration.ofSeconds(5);
    /** Whoever makes up key ids must not make us fetch. */
    private static final Duration NOT_MORE_OFTEN = Duration.ofSeconds(10);

    private static final Duration OUTAGE = Duration.ofDays(1);
    private static final int TIMEOUT_MILLIS = 1_500;
    private static final int MAX_BYTES = 256 * 1024;

    private static final Logger log = LoggerFactory.getLogger(KeySetAddress.class);

    private final URI address;
    private final JWKSource<SecurityContext> source;
    /** Why the keys could not be had when they were last asked for; null: they could. */
    private volatile @Nullable KeySourceException outage;

    /** @throws IllegalArgumentException when the address is no URL */
    public KeySetAddress(URI address) {
        this.address = address;
        try {
            this.source = JWKSourceBuilder.create(
                            address.toURL(), new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MAX_BYTES))
                    .cache(KEPT.toMillis(), REFRESH_TIMEOUT.toMillis())
                    .refreshAheadCache(
                            AHEAD.toMillis(),
                            null,
                            Executors.newSingleThreadExecutor(KeySetAddress::thread),
                            true,
                            Executors.newSingleThreadScheduledExecutor(KeySetAddress::thread),
                            true)
                    .rateLimited(NOT_MORE_OFTEN.toMillis())
                    .outageTolerant(OUTAGE.toMillis())
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("expected a URL, was " + address, e);
        }
    }

    /** nimbus' own would keep the process alive. */
    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "otp-jwks");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public List<VerificationKey> candidates(JWSAlgorithm algorithm, @Nullable String keyId) {
        List<VerificationKey> keys = new ArrayList<>();
        for (JWK key : published(keyId)) {
            try {
                VerificationKey usable = KeyFiles.of(key);
                if (usable.algorithms().contains(algorithm) && usable.serves(keyId)) {
                    keys.add(usable);
                }
            } catch (IllegalArgumentException e) {
                // theirs, but not for us: for encryption, too short, of a kind that we do not know
                log.debug("A key of {} is not used: {}", address, e.getMessage());
            }
        }
        return keys;
    }

    @Override
    public boolean isNear() {
        return false;
    }

    private List<JWK> published(@Nullable String keyId) {
        JWKMatcher.Builder wanted = new JWKMatcher.Builder();
        if (keyId != null) {
            wanted.keyID(keyId);
        }
        try {
            List<JWK> keys = source.get(new JWKSelector(wanted.build()), null);
            outage = null;
            return keys;
        } catch (RateLimitReachedException e) {
            KeySourceException before = outage;
            if (before != null) {
                throw unavailable(before);
            }
            // it was looked for a moment ago, and was not there
            return List.of();
        } catch (KeySourceException e) {
            outage = e;
            throw unavailable(e);
        }
    }

    private KeysUnavailableException unavailable(KeySourceException why) {
        return new KeysUnavailableException("The keys at " + address + " cannot be had: " + why.getMessage(), why);
    }
}
