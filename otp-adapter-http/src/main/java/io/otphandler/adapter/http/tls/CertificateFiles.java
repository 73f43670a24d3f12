package io.otphandler.adapter.http.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that a server's certificate and private key are kept in: two of PEM, or one of PKCS12 and its password's.
 * Immutable; read anew each time.
 */
public final class CertificateFiles {
    public static final String CERTIFICATE = "http.tls.certificateFile";
    public static final String PRIVATE_KEY = "http.tls.privateKeyFile";
    public static final String KEY_STORE = "http.tls.keyStoreFile";
    public static final String KEY_STORE_PASSWORD = "http.tls.keyStorePasswordFile";

    /** RFC 7468; what stands between two of them is for people. */
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private static final Pattern ANY_PRIVATE_KEY = Pattern.compile("-----BEGIN ((?:[A-Z0-9]+ )?PRIVATE KEY)-----");

    /** Of the key store that is in memory alone: Java wants one. */
    private static final char[] IN_MEMORY = "in memory".toCharArray();

    private static final byte[] ANYTHING = "whose key is this".getBytes(StandardCharsets.US_ASCII);

    private final boolean isPem;
    private final Path first;
    private final Path second;

    private CertificateFiles(boolean isPem, Path first, Path second) {
        this.isPem = isPem;
        this.first = first;
        this.second = second;
    }

    /**
     * Of PEM.
     *
     * @param certificate the server's own first, then those that vouch for it
     * @param privateKey PKCS#8, not encrypted; may be the same file
     */
    public static CertificateFiles pem(Path certificate, Path privateKey) {
        return new CertificateFiles(true, certificate, privateKey);
    }

    /**
     * Of PKCS12.
     *
     * @param keyStore may hold several keys, for several names
     * @param password of which the line ends are no part
     */
    public static CertificateFiles pkcs12(Path keyStore, Path password) {
        return new CertificateFiles(false, keyStore, password);
    }

    /** Empty: it is PEM. */
    public Optional<Path> keyStore() {
        return isPem ? Optional.empty() : Optional.of(first);
    }

    /** Empty: it is PEM. */
    public Optional<Path> keyStorePassword() {
        return isPem ? Optional.empty() : Optional.of(second);
    }

    /** Empty: it is PKCS12. */
    public Optional<Path> certificate() {
        return isPem ? Optional.of(first) : Optional.empty();
    }

    /** Empty: it is PKCS12. */
    public Optional<Path> privateKey() {
        return isPem ? Optional.of(second) : Optional.empty();
    }

    /**
     * Reads them as they are now.
     *
     * @throws FaultyCertificateException when they cannot be served
     */
    public ServerKeys read() {
        return contents().keys();
    }

    /** Reads the files without understanding them. */
    Contents contents() {
        return new Contents(
                bytes(isPem ? CERTIFICATE : KEY_STORE, first), bytes(isPem ? PRIVATE_KEY : KEY_STORE_PASSWORD, second));
    }

    private static byte[] bytes(String key, Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new FaultyCertificateException(key, "expected a file that can be read, there is no " + file);
        } catch (IOException e) {
            throw new FaultyCertificateException(key, "expected a file that can be read, was " + file);
        }
    }

    /** What was in the files at one moment. */
    final class Contents {
        private final byte[] one;
        private final byte[] other;

        private Contents(byte[] one, byte[] other) {
            this.one = one;
            this.other = other;
        }

        /** Tells contents apart; says nothing of them. */
        byte[] fingerprint() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(digest.digest(one));
                return digest.digest(other);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("Every Java has SHA-256", e);
            }
        }

        /** @throws FaultyCertificateException when they cannot be served */
        ServerKeys keys() {
            return isPem ? pem(one, other) : pkcs12(one, other);
        }
    }

    private ServerKeys pem(byte[] certificateText, byte[] keyText) {
        List<X509Certificate> chain = new ArrayList<>();
        for (byte[] encoded : blocks(certificateText, "CERTIFICATE")) {
            try {
                chain.add((X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded)));
            } catch (CertificateException e) {
                throw new FaultyCertificateException(CERTIFICATE, "expected X.509 certificates in PEM in " + first);
            }
        }
        if (chain.isEmpty()) {
            throw new FaultyCertificateException(CERTIFICATE, "expected a certificate in PEM in " + first);
        }
        X509Certificate own = chain.get(0);
        PrivateKey key = privateKey(keyText, own.getPublicKey());
        if (!belongTogether(key, own.getPublicKey())) {
            throw new FaultyCertificateException(
                    PRIVATE_KEY,
                    "expected the key of the first certificate in " + first + ", there is another in " + second);
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, IN_MEMORY);
            store.setKeyEntry("server", key, IN_MEMORY, chain.toArray(new Certificate[0]));
            return new ServerKeys(store, IN_MEMORY, own.getNotAfter().toInstant());
        } catch (GeneralSecurityException | IOException e) {
            throw new FaultyCertificateException(
                    CERTIFICATE, "expected each certificate in " + first + " to be issued by the one after it");
        }
    }

    private static List<byte[]> blocks(byte[] text, String label) {
        List<byte[]> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(new String(text, StandardCharsets.ISO_8859_1));
        while (block.find()) {
            if (block.group(1).equals(label)) {
                blocks.add(Base64.getMimeDecoder().decode(block.group(2)));
            }
        }
        return blocks;
    }

    private PrivateKey privateKey(byte[] text, PublicKey publicKey) {
        List<byte[]> keys = blocks(text, "PRIVATE KEY");
        if (keys.size() != 1) {
            Matcher another = ANY_PRIVATE_KEY.matcher(new String(text, StandardCharsets.ISO_8859_1));
            throw new FaultyCertificateException(
                    PRIVATE_KEY,
                    "expected one PRIVATE KEY (PKCS#8, not encrypted) in PEM in " + second
                            + (keys.isEmpty() && another.find()
                                    ? ", found " + another.group(1) + ": openssl pkcs8 -topk8 -nocrypt converts it"
                                    : ""));
        }
        try {
            return KeyFactory.getInstance(publicKey.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(keys.get(0)));
        } catch (InvalidKeySpecException e) {
            throw new FaultyCertificateException(
                    PRIVATE_KEY,
                    "expected a key for " + publicKey.getAlgorithm() + ", as the certificate has, in " + second);
        } catch (GeneralSecurityException e) {
            throw new FaultyCertificateException(
                    CERTIFICATE,
                    "expected a certificate for a kind of key that this Java knows, was " + publicKey.getAlgorithm());
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        if (key instanceof RSAKey own && publicKey instanceof RSAKey published) {
            return own.getModulus().equals(published.getModulus());
        }
        try {
            Signature signature =
                    Signature.getInstance(publicKey.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "EdDSA");
            signature.initSign(key);
            signature.update(ANYTHING);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(ANYTHING);
            return signature.verify(signed);
        } catch (InvalidKeyException e) {
            return false;
        } catch (GeneralSecurityException e) {
            // of another curve than the certificate's, it makes signatures that are none there
            return false;
        }
    }

    private ServerKeys pkcs12(byte[] content, byte[] passwordText) {
        char[] password = new String(passwordText, StandardCharsets.UTF_8)
                .replaceAll("[\\r\\n]+$", "")
                .toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), password);
            Instant ends = Instant.MAX;
            for (String alias : Collections.list(store.aliases())) {
                Key key = store.isKeyEntry(alias) ? store.getKey(alias, password) : null;
                if (key instanceof PrivateKey && store.getCertificate(alias) instanceof X509Certificate own) {
                    Instant end = own.getNotAfter().toInstant();
                    ends = end.isBefore(ends) ? end : ends;
                }
            }
            if (ends.equals(Instant.MAX)) {
                throw new FaultyCertificateException(
                        KEY_STORE, "expected a private key with its certificate in " + first);
            }
            return new ServerKeys(store, password, ends);
        } catch (IOException e) {
            if (e.getCause() instanceof UnrecoverableKeyException) {
                throw wrongPassword();
            }
            throw new FaultyCertificateException(KEY_STORE, "expected a PKCS12 file, was " + first);
        } catch (UnrecoverableKeyException e) {
            throw wrongPassword();
        } catch (GeneralSecurityException e) {
            throw new FaultyCertificateException(
                    KEY_STORE, "expected a PKCS12 file that this Java reads, was " + first);
        }
    }

    private FaultyCertificateException wrongPassword() {
        return new FaultyCertificateException(
                KEY_STORE_PASSWORD, "expected the password of " + first + " in " + second);
    }
}
