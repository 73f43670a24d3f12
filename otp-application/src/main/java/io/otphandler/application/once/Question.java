package io.otphandler.application.once;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A request with an idempotency key, all that tells it from others.
 *
 * <p>Of these the first four name it; with the same names, query and body must be the same, too. Not to be logged.
 */
public final class Question {

    private final byte[] name;
    private final byte[] content;

    /** @param token of the caller: nobody else's key is the same */
    public Question(String key, String token, String method, String path, String query, byte[] body) {
        this.name = sha256(joined(utf8(token), utf8(method), utf8(path), utf8(key)));
        this.content = joined(name, utf8(query), body);
    }

    /** SHA-256 of what names it: the token in it is what nobody guesses. */
    byte[] name() {
        return name;
    }

    /** All of it that matters, each part behind its length, bound to the name. */
    byte[] content() {
        return content;
    }

    private static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += Integer.BYTES + part.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.putInt(part.length).put(part);
        }
        return joined.array();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
