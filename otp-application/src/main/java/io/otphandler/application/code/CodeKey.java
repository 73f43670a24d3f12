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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The secrets ("peppers") that codes are derived from and kept under: the first for all that is new, the others for
 * sessions that began with them. Our own codes are not kept at all: the same session and dispatch give the same code
 * again, also after a crash, and the store's reader learns none. Thread-safe.
 */
public final class CodeKey {

    /** Secrets shorter than the hash's own length would weaken it (RFC 2104 §3). */
    public static final int MIN_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte DERIVED = 1;
    private static final byte KEPT = 2;
    private static final byte FINGERPRINT = 3;
    private static final byte SEALED = 4;
    private static final byte PSEUDONYMS = 5;

    private final List<Pepper> peppers;
    /** The one that goes by 0; null: it is not there any more. */
    private final @Nullable Pepper original;
    /** Of the oldest secret there is, so that a new one makes nobody's name another. */
    private final Mac pseudonyms;

    /** @throws IllegalArgumentException when the secret is shorter than {@value #MIN_BYTES} bytes */
    public CodeKey(byte[] secret) {
        this(List.of(secret));
    }

    /**
     * Several secrets, the newest first; the last is taken for the first that there ever was.
     *
     * @throws IllegalArgumentException when there is none, or one is shorter than {@value #MIN_BYTES} bytes
     */
    public CodeKey(List<byte[]> secrets) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("There is no key to derive codes with");
        }
        this.peppers = secrets.stream().map(Pepper::new).toList();
        this.original = peppers.get(peppers.size() - 1);
        this.pseudonyms = original.derived(PSEUDONYMS);
    }

    private CodeKey(List<Pepper> peppers, @Nullable Pepper original) {
        this.peppers = peppers;
        this.original = original;
        this.pseudonyms = (original == null ? peppers.get(peppers.size() - 1) : original).derived(PSEUDONYMS);
    }

    /** The same secrets, where the first that there ever was is the one with that {@link #fingerprint}, if it is among them. */
    public CodeKey whoseOriginalIs(String fingerprint) {
        return new CodeKey(
                peppers,
                peppers.stream()
                        .filter(pepper -> pepper.fingerprint().equals(fingerprint))
                        .findFirst()
                        .orElse(null));
    }

    /** The number that the secret for new sessions goes by; never 0. */
    public int current() {
        return peppers.get(0).number;
    }

    /**
     * Our code for a dispatch. The chosen one, where there is one, cannot be had back.
     *
     * @throws IllegalStateException when the secret is not there any more
     */
    public Code derive(IssuedCode issued) {
        return derived(issued)
                .orElseThrow(() -> new IllegalStateException(
                        "The codes' key that session " + issued.session() + " began with is not configured any more"));
    }

    private Optional<Code> derived(IssuedCode issued) {
        return pepper(issued.key()).map(pepper -> {
            ByteBuffer input = ByteBuffer.allocate(1 + 16 + 4 + 1 + 1)
                    .put(DERIVED)
                    .putLong(issued.session().getMostSignificantBits())
                    .putLong(issued.session().getLeastSignificantBits())
                    .putInt(issued.dispatch())
                    .put((byte) issued.policy().length())
                    .put((byte) (issued.policy().beautify() ? 1 : 0));
            return issued.policy().code(new BigInteger(1, pepper.hmac(input.array())));
        });
    }

    private Optional<Pepper> pepper(int number) {
        return number == 0
                ? Optional.ofNullable(original)
                : peppers.stream().filter(pepper -> pepper.number == number).findFirst();
    }

    /** What may be kept of a code that somebody else chose: bound to the session, so that equal codes look different. */
    public ChosenCode keep(UUID session, Code chosen) {
        return new ChosenCode(CodeHash.of(kept(peppers.get(0), session, chosen.digits())), chosen.length());
    }

    /** What a user typed, already without spaces and hyphens. */
    public TypedCode typed(String text) {
        return issued -> {
            ChosenCode chosen = issued.chosen();
            return chosen == null
                    ? derived(issued)
                            .filter(code -> MessageDigest.isEqual(utf8(code.digits()), utf8(text)))
                            .isPresent()
                    : peppers.stream()
                            .anyMatch(
                                    pepper -> chosen.hash().equals(CodeHash.of(kept(pepper, issued.session(), text))));
        };
    }

    /**
     * What may be kept of content that holds a code, only to see whether it comes again: nobody finds it by trying. The
     * first is the one to keep, and a kept one that is any of them is of the same content.
     */
    public List<byte[]> seal(byte[] content) {
        byte[] sealed =
                ByteBuffer.allocate(1 + content.length).put(SEALED).put(content).array();
        return peppers.stream().map(pepper -> pepper.hmac(sealed)).toList();
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

    /** Tells the secret for new sessions from others without telling it. */
    public String fingerprint() {
        return peppers.get(0).fingerprint();
    }

    /** Whether one of the secrets has that fingerprint. */
    public boolean has(String fingerprint) {
        return peppers.stream().anyMatch(pepper -> pepper.fingerprint().equals(fingerprint));
    }

    private static byte[] kept(Pepper pepper, UUID session, String digits) {
        byte[] text = utf8(digits);
        return pepper.hmac(ByteBuffer.allocate(1 + 16 + text.length)
                .put(KEPT)
                .putLong(session.getMostSignificantBits())
                .putLong(session.getLeastSignificantBits())
                .put(text)
                .array());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One of the secrets. */
    private static final class Pepper {
        private final Mac prototype;
        /** Of its fingerprint, so that all nodes call it the same; never 0. */
        private final int number;

        Pepper(byte[] secret) {
            if (secret.length < MIN_BYTES) {
                throw new IllegalArgumentException(
                        "The codes' key needs at least " + MIN_BYTES + " bytes, not " + secret.length);
            }
            try {
                prototype = Mac.getInstance(ALGORITHM);
                prototype.init(new SecretKeySpec(secret, ALGORITHM));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
            }
            int first = ByteBuffer.wrap(hmac(new byte[] {FINGERPRINT})).getInt();
            number = first == 0 ? 1 : first;
        }

        String fingerprint() {
            return HexFormat.of().formatHex(hmac(new byte[] {FINGERPRINT}), 0, 16);
        }

        /** What hashes under a key that is good for this purpose alone. */
        Mac derived(byte purpose) {
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(new SecretKeySpec(hmac(new byte[] {purpose}), ALGORITHM));
                return mac;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
            }
        }

        byte[] hmac(byte[] input) {
            try {
                // a clone carries the prepared key and is much cheaper than a new one
                return ((Mac) prototype.clone()).doFinal(input);
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("The platform's " + ALGORITHM + " can be cloned", e);
            }
        }
    }
}
