package io.otphandler.adapter.http.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.CompressionAlgorithm;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.sun.net.httpserver.HttpServer;
import io.otphandler.application.port.MovableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The attacks that RFC 8725 §2 and §3 tell of, those that {@link TokenVerifierTest} does not try already. */
class Rfc8725Test {

    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);

    private final MovableClock clock = new MovableClock();
    private final String claims = "{\"sub\":\"acme\",\"scope\":\"otp:backend\",\"exp\":"
            + (clock.instant().getEpochSecond() + 3600) + "}";

    // ---- 3.1, 3.2: algorithms

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none",
                "None",
                "NONE",
                "nOnE",
                "",
                " HS256",
                "hs256",
                "HS256 ",
                "HS1",
                "HS384",
                "HS512",
                "RS256",
                "RS384",
                "RS512",
                "PS256",
                "PS384",
                "PS512",
                "ES256",
                "ES256K",
                "ES384",
                "ES512",
                "EdDSA",
                "Ed25519",
                "Ed448",
                "dir",
                "A128KW",
                "RSA1_5",
                "RSA-OAEP-256",
                "ECDH-ES"
            })
    void aKeyServesNoAlgorithmButItsOwnWhateverTheTokenSays(String algorithm) throws Exception {
        String header = "{\"alg\":\"" + algorithm + "\"}";

        for (String signed : List.of(
                mac(header, SECRET),
                mac(header, TestKeys.RSA.getPublic().getEncoded()),
                mac(header, TestKeys.EC.getPublic().getEncoded()),
                mac(header, TestKeys.ED.getPublic().getEncoded()),
                base64(header) + "." + base64(claims) + ".")) {
            refused(ofEveryKind(), signed);
        }
    }

    @Test
    void eachKeyServesItsOwnAlgorithm() throws Exception {
        good(ofEveryKind(), mac("{\"alg\":\"HS256\"}", SECRET));
        good(ofEveryKind(), sign("{\"alg\":\"RS256\"}", "SHA256withRSA", TestKeys.RSA.getPrivate()));
        good(ofEveryKind(), sign("{\"alg\":\"ES256\"}", "SHA256withECDSAinP1363Format", TestKeys.EC.getPrivate()));
        good(ofEveryKind(), sign("{\"alg\":\"EdDSA\"}", "Ed25519", TestKeys.ED.getPrivate()));
        good(ofEveryKind(), sign("{\"alg\":\"Ed25519\"}", "Ed25519", TestKeys.ED.getPrivate()));

        refused(ofEveryKind(), sign("{\"alg\":\"RS256\"}", "SHA1withRSA", TestKeys.RSA.getPrivate()));
        refused(ofEveryKind(), sign("{\"alg\":\"RS512\"}", "SHA256withRSA", TestKeys.RSA.getPrivate()));
        refused(ofEveryKind(), sign("{\"alg\":\"ES256\"}", "SHA256withECDSA", TestKeys.EC.getPrivate()));
    }

    // ---- 3.3: every operation

    @Test
    void anEncryptedTokenIsNotDecrypted() throws Exception {
        for (CompressionAlgorithm zip : new CompressionAlgorithm[] {null, CompressionAlgorithm.DEF}) {
            refused(ofEveryKind(), encrypted(JWEAlgorithm.DIR, zip, new DirectEncrypter(SECRET)));
            refused(ofEveryKind(), encrypted(JWEAlgorithm.RSA_OAEP_256, zip, new RSAEncrypter((RSAPublicKey)
                    TestKeys.RSA.getPublic())));
        }
    }

    private String encrypted(JWEAlgorithm algorithm, CompressionAlgorithm zip, JWEEncrypter encrypter)
            throws JOSEException {
        JWEObject token = new JWEObject(
                new JWEHeader.Builder(algorithm, EncryptionMethod.A256GCM)
                        .compressionAlgorithm(zip)
                        .build(),
                new Payload(claims));
        token.encrypt(encrypter);
        return token.serialize();
    }

    @Test
    void aTokenInsideATokenIsNotTakenOut() throws Exception {
        String inner = mac("{\"alg\":\"HS256\"}", SECRET);

        refused(
                ofEveryKind(),
                mac("{\"alg\":\"HS256\",\"cty\":\"JWT\"}", inner.getBytes(StandardCharsets.UTF_8), SECRET));
        refused(ofEveryKind(), inner + "." + inner);
    }

    @Test
    void aSignatureOfNothingIsNoSignature() throws Exception {
        String es256 = base64("{\"alg\":\"ES256\"}") + "." + base64(claims) + ".";
        byte[] order =
                ((ECPublicKey) TestKeys.EC.getPublic()).getParams().getOrder().toByteArray();
        byte[] zeroModuloOrder = new byte[64];
        System.arraycopy(order, order.length - 32, zeroModuloOrder, 0, 32);
        System.arraycopy(order, order.length - 32, zeroModuloOrder, 32, 32);

        for (byte[] signature : List.of(new byte[0], new byte[1], new byte[64], zeroModuloOrder, new byte[8 * 1024])) {
            refused(ofEveryKind(), es256 + base64(signature));
            refused(ofEveryKind(), base64("{\"alg\":\"EdDSA\"}") + "." + base64(claims) + "." + base64(signature));
            refused(ofEveryKind(), base64("{\"alg\":\"RS256\"}") + "." + base64(claims) + "." + base64(signature));
            refused(ofEveryKind(), base64("{\"alg\":\"HS256\"}") + "." + base64(claims) + "." + base64(signature));
        }
    }

    // ---- 3.4: inputs

    @Test
    void aPointThatIsNotOnItsCurveIsNoKey() throws Exception {
        ECPublicKey key = (ECPublicKey) TestKeys.EC.getPublic();
        ECPoint off =
                new ECPoint(key.getW().getAffineX(), key.getW().getAffineY().add(BigInteger.ONE));
        // the JDK's factory believes any point
        PublicKey crafted = KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(off, key.getParams()));
        String jwk = new ECKey.Builder(Curve.P_256, key)
                .build()
                .toJSONString()
                .replaceAll("\"y\":\"[^\"]*\"", "\"y\":\"" + base64(unsigned(off.getAffineY())) + "\"");

        assertThatThrownBy(() -> VerificationKey.of(crafted, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected");
        assertThatThrownBy(() -> KeyFiles.parse(jwk))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected");
    }

    private static byte[] unsigned(BigInteger coordinate) {
        byte[] bytes = coordinate.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return fixed;
    }

    // ---- 3.6, 3.7: text

    @Test
    void compressedClaimsAreNotUnpacked() throws Exception {
        byte[] raw = deflated(new Deflater(Deflater.BEST_COMPRESSION, true));
        byte[] zlib = deflated(new Deflater());

        refused(ofEveryKind(), mac("{\"alg\":\"HS256\",\"zip\":\"DEF\"}", raw, SECRET));
        refused(ofEveryKind(), mac("{\"alg\":\"HS256\",\"zip\":\"DEF\"}", zlib, SECRET));
    }

    private byte[] deflated(Deflater how) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, how)) {
            out.write(claims.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void whatIsNotUtf8IsRefused() throws Exception {
        String header = "{\"alg\":\"HS256\"}";
        byte[] broken = claims.replace("acme", "ac?me").getBytes(StandardCharsets.UTF_8);
        broken[claims.indexOf("acme") + 2] = (byte) 0xff;

        good(ofEveryKind(), mac(header, claims.replace("acme", "aсme").getBytes(StandardCharsets.UTF_8), SECRET));
        refused(ofEveryKind(), mac(header, broken, SECRET));
        refused(ofEveryKind(), mac(header, claims.replace("acme", "é").getBytes(StandardCharsets.ISO_8859_1), SECRET));
        refused(ofEveryKind(), mac(header, claims.getBytes(StandardCharsets.UTF_16), SECRET));
        refused(ofEveryKind(), mac(header, claims.getBytes(StandardCharsets.UTF_16LE), SECRET));
        refused(
                ofEveryKind(),
                mac("{\"alg\":\"HS256\",\"x\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1), bytes(claims), SECRET));
    }

    @Test
    void aMemberThatComesTwiceIsRefused() throws Exception {
        for (String twice : List.of(
                "{\"alg\":\"HS256\",\"alg\":\"HS256\"}",
                "{\"alg\":\"none\",\"alg\":\"HS256\"}",
                "{\"alg\":\"HS256\",\"kid\":\"a\",\"kid\":\"b\"}",
                "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"typ\":\"secevent+jwt\"}")) {
            refused(ofEveryKind(), mac(twice, SECRET));
        }
        for (String twice :
                List.of("\"sub\":\"other\"", "\"exp\":1", "\"scope\":\"otp:root\"", "\"su\\u0062\":\"other\"")) {
            refused(ofEveryKind(), mac("{\"alg\":\"HS256\"}", bytes("{" + twice + "," + claims.substring(1)), SECRET));
        }
    }

    // ---- 3.8 to 3.12: claims, keys and uses

    @Test
    void keysThatATokenBringsOrPointsToAreNeverLookedAt() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair theirs = generator.generateKeyPair();
        String jwk = new ECKey.Builder(Curve.P_256, (ECPublicKey) theirs.getPublic())
                .keyID("ours")
                .build()
                .toJSONString();
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] body = bytes("{\"keys\":[" + jwk + "]}");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks";
            TokenVerifier verifier = verifier(VerificationKey.of(TestKeys.EC.getPublic(), "ours"));
            for (String member : List.of(
                    "\"jwk\":" + jwk,
                    "\"jku\":\"" + address + "\"",
                    "\"x5u\":\"" + address + "\"",
                    "\"x5c\":[\"MIIB\"]",
                    "\"iss\":\"" + address + "\"")) {
                String header = "{\"alg\":\"ES256\",\"kid\":\"ours\"," + member + "}";
                refused(verifier, sign(header, "SHA256withECDSAinP1363Format", theirs.getPrivate()));
            }
            good(
                    verifier,
                    sign(
                            "{\"alg\":\"ES256\",\"kid\":\"ours\",\"jku\":\"" + address + "\",\"jwk\":" + jwk + "}",
                            "SHA256withECDSAinP1363Format",
                            TestKeys.EC.getPrivate()));
        } finally {
            server.stop(0);
        }
        assertThat(asked).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../../dev/null",
                "/dev/null",
                "file:///dev/null",
                "' OR '1'='1",
                "k1'; DROP TABLE widgets; --",
                "$(id)",
                "${jndi:ldap://127.0.0.1/x}",
                "k1\\u0000",
                "K1",
                " k1",
                ""
            })
    void aKeyIdIsComparedAndNothingElse(String keyId) throws Exception {
        String header = "{\"alg\":\"ES256\",\"kid\":\"" + keyId + "\"}";
        TokenVerifier verifier =
                verifier(VerificationKey.of(TestKeys.EC.getPublic(), "k1"), VerificationKey.hmac(SECRET));

        refused(verifier, sign(header, "SHA256withECDSAinP1363Format", TestKeys.EC.getPrivate()));
        refused(verifier, mac(header.replace("ES256", "HS256"), new byte[] {0}));
        refused(verifier, mac(header.replace("ES256", "HS256"), bytes(keyId + "x")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "[\"k1\"]", "{\"k1\":1}", "true"})
    void aKeyIdThatIsNoTextIsRefused(String keyId) throws Exception {
        refused(ofEveryKind(), mac("{\"alg\":\"HS256\",\"kid\":" + keyId + "}", SECRET));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secevent+jwt",
                "logout+jwt",
                "dpop+jwt",
                "application/dpop+jwt",
                "oauth-authz-req+jwt",
                "token-introspection+jwt",
                "entity-statement+jwt",
                "kb+jwt",
                "JOSE",
                "JOSE+JSON",
                "application/",
                "application/application/jwt",
                ""
            })
    void aTokenMadeForAnotherUseIsRefused(String type) throws Exception {
        refused(ofEveryKind(), mac("{\"alg\":\"HS256\",\"typ\":\"" + type + "\"}", SECRET));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "application/jwt", "Application/JWT"})
    void anAccessTokenMaySayThatItIsOne(String type) throws Exception {
        good(ofEveryKind(), mac("{\"alg\":\"HS256\",\"typ\":\"" + type + "\"}", SECRET));
    }

    @Test
    void anIdTokenOfTheSameIssuerOpensNothing() throws Exception {
        String idToken = "{\"iss\":\"https://id.example\",\"aud\":\"client\",\"nonce\":\"n\","
                + claims.substring(1).replace("\"scope\":\"otp:backend\",", "");
        String signed = mac("{\"alg\":\"HS256\"}", bytes(idToken), SECRET);
        KeySource keys = new ConfiguredKeys(List.of(VerificationKey.hmac(SECRET)));

        refused(new TokenVerifier(keys, "https://id.example", "otp", clock), signed);
        // without an audience to compare nothing tells it apart but that it may do nothing
        assertThat(new TokenVerifier(keys, "https://id.example", null, clock)
                        .verify("Bearer " + signed)
                        .scopes())
                .isEmpty();
    }

    @Test
    void aKeyThatIsWithdrawnEndsTheTokensThatWereGood() throws Exception {
        List<VerificationKey> keys = new ArrayList<>(List.of(VerificationKey.hmac(SECRET)));
        TokenVerifier verifier = new TokenVerifier((algorithm, keyId) -> List.copyOf(keys), null, null, clock);
        String token = mac("{\"alg\":\"HS256\"}", SECRET);
        good(verifier, token);

        keys.clear();
        clock.advance(TokenVerifier.REMEMBERED_FOR.minus(Duration.ofSeconds(1)));
        good(verifier, token);
        clock.advance(Duration.ofSeconds(1));
        refused(verifier, token);
        refused(verifier, token);

        keys.add(VerificationKey.hmac(SECRET));
        good(verifier, token);
    }

    // ---- steps

    private TokenVerifier verifier(VerificationKey... keys) {
        return new TokenVerifier(new ConfiguredKeys(List.of(keys)), null, null, clock);
    }

    private TokenVerifier ofEveryKind() {
        return verifier(Stream.concat(
                        Stream.of(VerificationKey.hmac(SECRET)),
                        Stream.of(TestKeys.RSA, TestKeys.EC, TestKeys.ED)
                                .map(pair -> VerificationKey.of(pair.getPublic(), null)))
                .toArray(VerificationKey[]::new));
    }

    private static void good(TokenVerifier verifier, String token) {
        assertThat(verifier.verify("Bearer " + token).scopes()).containsExactly(Scope.BACKEND);
    }

    private static void refused(TokenVerifier verifier, String token) {
        assertThatThrownBy(() -> verifier.verify("Bearer " + token)).isInstanceOf(UnauthorizedException.class);
    }

    private String mac(String header, byte[] secret) throws GeneralSecurityException {
        return mac(header, bytes(claims), secret);
    }

    private static String mac(String header, byte[] payload, byte[] secret) throws GeneralSecurityException {
        return mac(bytes(header), payload, secret);
    }

    private static String mac(byte[] header, byte[] payload, byte[] secret) throws GeneralSecurityException {
        String signed = base64(header) + "." + base64(payload);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return signed + "." + base64(mac.doFinal(bytes(signed)));
    }

    private String sign(String header, String algorithm, PrivateKey key) throws GeneralSecurityException {
        String signed = base64(header) + "." + base64(claims);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(bytes(signed));
        return signed + "." + base64(signature.sign());
    }

    private static String base64(String text) {
        return base64(bytes(text));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
