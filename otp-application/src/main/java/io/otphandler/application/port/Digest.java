package io.otphandler.application.port;

import java.security.MessageDigest;
import java.util.HexFormat;

/** What tells contents apart without telling them: 32 bytes of SHA-256, plain or keyed. Compared in constant time. */
public final class Digest {

    private static final int LENGTH = 32;

    private final byte[] bytes;

    private Digest(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The digest that these bytes are, copied. */
    public static Digest of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("A digest has " + LENGTH + " bytes, not " + bytes.length);
        }
        return new Digest(bytes.clone());
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes[0] << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    }

    /** The first bytes in hexadecimal: enough to tell two apart in a test's message. */
    @Override
    public String toString() {
        return "Digest[" + HexFormat.of().formatHex(bytes, 0, 3) + "…]";
    }
}
