package io.otphandler.adapter.gateways.http;

import io.otphandler.adapter.gateways.call.Signatures;
import io.otphandler.adapter.gateways.kind.Keys;
import io.otphandler.adapter.gateways.kind.Secret;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Stream;

/**
 * Signatures after the Standard Webhooks specification 1.0: {@code v1,} and the Base64 of the HMAC-SHA-256 over id, time
 * and body, with dots between. Immutable.
 */
final class StandardWebhooks {

    static final String ID = "webhook-id";
    static final String TIMESTAMP = "webhook-timestamp";
    static final String SIGNATURE = "webhook-signature";

    private static final String VERSION = "v1,";
    private static final String SECRET_PREFIX = "whsec_";

    private final byte[] key;

    private StandardWebhooks(byte[] key) {
        this.key = key;
    }

    /** A secret that begins with {@code whsec_} is Base64 behind that, any other is taken as it is. */
    static StandardWebhooks of(Keys keys, String name, Secret secret) {
        String value = secret.value();
        if (!value.startsWith(SECRET_PREFIX)) {
            return new StandardWebhooks(value.isEmpty() ? new byte[] {0} : secret.bytes());
        }
        try {
            byte[] key = Base64.getDecoder().decode(value.substring(SECRET_PREFIX.length()));
            if (key.length > 0) {
                return new StandardWebhooks(key);
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        keys.fault(name, "expected Base64 behind " + SECRET_PREFIX);
        return new StandardWebhooks(new byte[] {0});
    }

    String sign(String id, Instant at, byte[] body) {
        return signature(id, Long.toString(at.getEpochSecond()), body);
    }

    private String signature(String id, String timestamp, byte[] body) {
        byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
        byte[] signed = new byte[head.length + body.length];
        System.arraycopy(head, 0, signed, 0, head.length);
        System.arraycopy(body, 0, signed, head.length, body.length);
        return VERSION + Base64.getEncoder().encodeToString(Signatures.hmac("HmacSHA256", key, signed));
    }

    /**
     * Whether one of the signatures, of which there may be several with blanks between, is ours.
     *
     * @param timestamp in seconds since 1970
     */
    boolean isSignedBy(String signatures, String id, String timestamp, byte[] body) {
        String expected = signature(id, timestamp, body);
        return Stream.of(signatures.split(" ", 20)).anyMatch(each -> Signatures.areEqual(each, expected));
    }

    static boolean isFresh(String timestamp, Instant now) {
        try {
            return Signatures.isFresh(Instant.ofEpochSecond(Long.parseLong(timestamp)), now);
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            return false;
        }
    }
}
