package io.otphandler.application.code;

import io.otphandler.domain.code.ChosenCode;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.code.CodeHash;
import io.otphandler.domain.code.IssuedCode;
import io.otphandler.domain.code.TypedCode;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret ("pepper") that codes are derived from and kept under. Our own codes are not kept at all: the same session
 * and dispatch give the same code again, also after a crash, and the store's reader learns none. Thread-safe.
 */
public final class CodeKey {

    /** Secrets shorter than the hash's own length would weaken it (RFC 2104 §3). */
    public static final int MIN_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte DERIVED = 1;
    private static final byte KEPT = 2;
    private static final byte FINGERPRINT = 3;
    private static final byte PSEUDONYMS = 4;

    private final Mac prototype;
    private final Mac pseudonyms;

    /** @throws IllegalArgumentException when the secret is shorter than {@value #MIN_BYTES} bytes */
    public CodeKey(byte[] secret) {
        if (secret.length < MIN_BYTES) {
            throw new IllegalArgumentException(
                    "The codes' key needs at least " + MIN_BYTES + " bytes, not " + secret.length);
        }
        try {
            prototype = Mac.getInstance(ALGORITHM);
            prototype.init(new SecretKeySpec(secret, ALGORITHM));
            pseudonyms = Mac.getInstance(ALGORITHM);
            pseudonyms.init(new SecretKeySpec(prototype.doFinal(new byte[] {PSEUDONYMS}), ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }

    /** Our code for a dispatch. The chosen one, where there is one, cannot be had back. */
    public Code derive(IssuedCode issued) {
        ByteBuffer input = ByteBuffer.allocate(1 + 16 + 4 + 1 + 1)
                .put(DERIVED)
                .putLong(issued.session().getMostSignificantBits())
                .putLong(issued.session().getLeastSignificantBits())
                .putInt(issued.dispatch())
                .put((byte) issued.policy().length())
                .put((byte) (issued.policy().beautify() ? 1 : 0));
        return issued.policy().code(new BigInteger(1, hmac(input.array())));
    }

    /** What may be kept of a code that somebody else chose: bound to the session, so that equal codes look different. */
    public ChosenCode keep(UUID session, Code chosen) {
        return new ChosenCode(CodeHash.of(kept(session, chosen.digits())), chosen.length());
    }

    /** What a user typed, already without spaces and hyphens. */
    public TypedCode typed(String text) {
        return issued -> {
            ChosenCode chosen = issued.chosen();
            return chosen == null
                    ? MessageDigest.isEqual(utf8(derive(issued).digits()), utf8(text))
                    : chosen.hash().equals(CodeHash.of(kept(issued.session(), text)));
        };
    }

    /**
     * A name for something that the store's reader is not to learn: 128 bits under a key derived from the secret. Equal
     * parts give equal names, and nothing else does.
     */
    public UUID pseudonym(String... parts) {
        try {
            Mac mac = (Mac) pseudonyms.clone();
            for (String part : parts) {
                byte[] text = utf8(part);
                mac.update(ByteBuffer.allocate(4).putInt(text.length).array());
                mac.update(text);
            }
            ByteBuffer name = ByteBuffer.wrap(mac.doFinal());
            return new UUID(name.getLong(), name.getLong());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The platform's " + ALGORITHM + " can be cloned", e);
        }
    }

    /** Tells this key from others without telling the key. */
    public String fingerprint() {
        return HexFormat.of().formatHex(hmac(new byte[] {FINGERPRINT}), 0, 16);
    }

    private byte[] kept(UUID session, String digits) {
        byte[] text = utf8(digits);
        return hmac(ByteBuffer.allocate(1 + 16 + text.length)
                .put(KEPT)
                .putLong(session.getMostSignificantBits())
                .putLong(session.getLeastSignificantBits())
                .put(text)
                .array());
    }

    private byte[] hmac(byte[] input) {
        try {
            // a clone carries the prepared key and is much cheaper than a new one
            return ((Mac) prototype.clone()).doFinal(input);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The platform's " + ALGORITHM + " can be cloned", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
