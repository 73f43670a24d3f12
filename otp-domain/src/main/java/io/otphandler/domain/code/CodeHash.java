package io.otphandler.domain.code;

import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What is kept of a code that we did not derive ourselves: a keyed hash, made outside under a key that is not kept
 * beside it. Compared in constant time.
 */
public final class CodeHash {

    private final byte[] bytes;

    private CodeHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A hash of these bytes, copied. */
    public static CodeHash of(byte[] bytes) {
        if (bytes.length < 16) {
            throw new IllegalArgumentException("A code's hash has at least 16 bytes, not " + bytes.length);
        }
        return new CodeHash(bytes.clone());
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CodeHash that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes[0] << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    }

    /** The first bytes in hexadecimal: enough to tell two apart in a test's message. */
    @Override
    public String toString() {
        return "CodeHash[" + HexFormat.of().formatHex(bytes, 0, 3) + "…]";
    }
}
