package io.otphandler.bootstrap.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of one request after another, without garbage. Not thread-safe. */
final class RequestBuffer {

    private byte[] bytes = new byte[2048];
    private int length;

    RequestBuffer clear() {
        length = 0;
        return this;
    }

    RequestBuffer append(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    /** @param ascii of nothing else */
    RequestBuffer append(String ascii) {
        room(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
