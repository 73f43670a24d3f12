package io.otphandler.adapter.http.token;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads public keys in the forms that people keep them in: PEM ({@code PUBLIC KEY}, {@code CERTIFICATE}; several in one
 * text), a JWK or a JWK set. What cannot be used is an {@link IllegalArgumentException} that says what was expected and
 * shows nothing of the key.
 */
public final class KeyFiles {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private KeyFiles() {}

    /** All keys of a file's text. */
    public static List<VerificationKey> parse(String text) {
        List<VerificationKey> keys = text.stripLeading().startsWith("{") ? jwks(text) : pem(text);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("expected public keys in PEM or JWK form, found none");
        }
        return keys;
    }

    private static List<VerificationKey> pem(String text) {
        List<VerificationKey> keys = new ArrayList<>();
        Matcher matcher = PEM.matcher(text);
        while (matcher.find()) {
            keys.add(VerificationKey.of(pem(matcher.group(1), matcher.group(2)), null));
        }
        return keys;
    }

    private static PublicKey pem(String label, String base64) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            return switch (label) {
                case "PUBLIC KEY" -> subjectPublicKey(der);
                case "CERTIFICATE" ->
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der))
                            .getPublicKey();
                default ->
                    throw new IllegalArgumentException("expected PUBLIC KEY or CERTIFICATE in PEM, found " + label);
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("expected a well-formed " + label + " in PEM", e);
        }
    }

    /** The DER form names its algorithm inside, but no factory of the JDK takes it from there. */
    private static PublicKey subjectPublicKey(byte[] der) throws GeneralSecurityException {
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
            } catch (java.security.spec.InvalidKeySpecException e) {
                // another kind of key
            }
        }
        throw new IllegalArgumentException("expected an RSA, EC (P-256, P-384, P-521) or Ed25519 key");
    }

    private static List<VerificationKey> jwks(String text) {
        try {
            Map<String, Object> json = com.nimbusds.jose.util.JSONObjectUtils.parse(text);
            List<JWK> keys = json.containsKey("keys") ? JWKSet.parse(json).getKeys() : List.of(JWK.parse(json));
            return keys.stream().map(KeyFiles::of).toList();
        } catch (ParseException e) {
            // its message may quote the file
            throw new IllegalArgumentException("expected a well-formed JWK or JWK set");
        }
    }

    static VerificationKey of(JWK jwk) {
        if (jwk.isPrivate()) {
            throw new IllegalArgumentException("expected public keys, found a private or secret one");
        }
        if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
            throw new IllegalArgumentException("expected keys for signatures, found use " + jwk.getKeyUse());
        }
        VerificationKey key = VerificationKey.of(publicKey(jwk), jwk.getKeyID());
        @Nullable Algorithm algorithm = jwk.getAlgorithm();
        return algorithm == null ? key : key.only(JWSAlgorithm.parse(algorithm.getName()));
    }

    private static PublicKey publicKey(JWK jwk) {
        try {
            if (jwk instanceof RSAKey rsa) {
                return rsa.toPublicKey();
            }
            if (jwk instanceof ECKey ec) {
                return ec.toPublicKey();
            }
            if (jwk instanceof OctetKeyPair pair && pair.getCurve().getName().equals("Ed25519")) {
                return ed25519(pair.getDecodedX());
            }
        } catch (JOSEException | GeneralSecurityException e) {
            throw new IllegalArgumentException("expected a well-formed JWK", e);
        }
        throw new IllegalArgumentException("expected an RSA, EC or Ed25519 key, found kty " + jwk.getKeyType());
    }

    /** RFC 8032 §5.1.2: the y coordinate, little-endian, with the sign of x in the highest bit. */
    private static PublicKey ed25519(byte[] encoded) throws GeneralSecurityException {
        if (encoded.length != 32) {
            throw new IllegalArgumentException("expected 32 bytes in the x of an Ed25519 key, was " + encoded.length);
        }
        byte[] y = new byte[32];
        for (int i = 0; i < y.length; i++) {
            y[i] = encoded[y.length - 1 - i];
        }
        boolean odd = y[0] < 0;
        y[0] &= 0x7f;
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(
                        new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
    }
}
