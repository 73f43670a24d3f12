package io.otphandler.adapter.gateways.call;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How providers sign what they send, and we what we send. Stateless. */
public final class Signatures {

    /** How far a signed time may be from ours: what was recorded cannot be replayed later (Standard Webhooks: five minutes). */
    public static final Duration TOLERANCE = Duration.ofMinutes(5);

    private Signatures() {}

    /**
     * A keyed hash.
     *
     * @param algorithm such as {@code HmacSHA256}
     */
    public static byte[] hmac(String algorithm, byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("No signature with " + algorithm, e);
        }
    }

    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** In a time that does not tell how much of it is right. */
    public static boolean areEqual(String given, String expected) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a signed time is near enough, before or after. */
    public static boolean isFresh(Instant signed, Instant now) {
        return Duration.between(signed, now).abs().compareTo(TOLERANCE) <= 0;
    }
}
