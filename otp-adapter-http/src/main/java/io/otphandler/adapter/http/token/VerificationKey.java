package io.otphandler.adapter.http.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key that tokens are checked with, and the algorithms that it may be used with: the key decides, never the token
 * (RFC 8725 §3.1). Thread-safe.
 *
 * @param keyId a token that names another {@code kid} is not this key's; null: it may serve any token
 */
public record VerificationKey(@Nullable String keyId, Set<JWSAlgorithm> algorithms, JWSVerifier verifier) {
    /** Shorter secrets are weaker than the weakest algorithm's hash (RFC 7518 §3.2). */
    public static final int MIN_SECRET_BYTES = 32;

    /** RFC 7518 §3.3. */
    public static final int MIN_RSA_BITS = 2048;

    public VerificationKey {
        algorithms = Set.copyOf(algorithms);
    }

    /**
     * A secret shared with whoever makes the tokens, for as many of HS256, HS384 and HS512 as it is long enough for.
     *
     * @throws IllegalArgumentException when it is shorter than {@value #MIN_SECRET_BYTES} bytes
     */
    public static VerificationKey hmac(byte[] secret) {
        if (secret.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "expected a secret of at least " + MIN_SECRET_BYTES + " bytes, was " + secret.length);
        }
        Set<JWSAlgorithm> algorithms = new LinkedHashSet<>();
        algorithms.add(JWSAlgorithm.HS256);
        if (secret.length >= 48) {
            algorithms.add(JWSAlgorithm.HS384);
        }
        if (secret.length >= 64) {
            algorithms.add(JWSAlgorithm.HS512);
        }
        try {
            return new VerificationKey(null, algorithms, new MACVerifier(secret));
        } catch (JOSEException e) {
            throw new IllegalArgumentException("expected a secret for HMAC", e);
        }
    }

    /**
     * A public key.
     *
     * @throws IllegalArgumentException when it is of a kind or size that is not good enough
     */
    public static VerificationKey of(PublicKey key, @Nullable String keyId) {
        try {
            if (key instanceof RSAPublicKey rsa) {
                int bits = rsa.getModulus().bitLength();
                if (bits < MIN_RSA_BITS) {
                    throw new IllegalArgumentException(
                            "expected an RSA key of at least " + MIN_RSA_BITS + " bits, was " + bits);
                }
                return new VerificationKey(
                        keyId,
                        Set.of(
                                JWSAlgorithm.RS256,
                                JWSAlgorithm.RS384,
                                JWSAlgorithm.RS512,
                                JWSAlgorithm.PS256,
                                JWSAlgorithm.PS384,
                                JWSAlgorithm.PS512),
                        new RSASSAVerifier(rsa));
            }
            if (key instanceof ECPublicKey ec) {
                return new VerificationKey(keyId, Set.of(algorithm(ec)), new ECDSAVerifier(ec));
            }
            if (key instanceof EdECPublicKey ed && ed.getParams().getName().equalsIgnoreCase("Ed25519")) {
                return new VerificationKey(keyId, Ed25519Verifier.ALGORITHMS, new Ed25519Verifier(ed));
            }
        } catch (JOSEException e) {
            throw new IllegalArgumentException("expected a key to check signatures with", e);
        }
        throw new IllegalArgumentException(
                "expected an RSA, EC (P-256, P-384, P-521) or Ed25519 key, was " + key.getAlgorithm());
    }

    /** The same key for one of its algorithms only. */
    VerificationKey only(JWSAlgorithm algorithm) {
        if (!algorithms.contains(algorithm)) {
            throw new IllegalArgumentException("expected an alg that suits the key, was " + algorithm);
        }
        return new VerificationKey(keyId, Set.of(algorithm), verifier);
    }

    boolean serves(@Nullable String tokensKeyId) {
        return keyId == null || tokensKeyId == null || Objects.equals(keyId, tokensKeyId);
    }

    private static JWSAlgorithm algorithm(ECPublicKey key) {
        Curve curve = Curve.forECParameterSpec(key.getParams());
        if (Curve.P_256.equals(curve)) {
            return JWSAlgorithm.ES256;
        }
        if (Curve.P_384.equals(curve)) {
            return JWSAlgorithm.ES384;
        }
        if (Curve.P_521.equals(curve)) {
            return JWSAlgorithm.ES512;
        }
        throw new IllegalArgumentException("expected an EC key on P-256, P-384 or P-521, was on " + curve);
    }
}
