package io.otphandler.adapter.http.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.otphandler.application.port.MovableClock;
import io.otphandler.domain.widget.WidgetId;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenVerifierTest {
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);

    private final MovableClock clock = new MovableClock();
    private final long now = clock.instant().getEpochSecond();

    private TokenVerifier verifier(VerificationKey... keys) {
        return new TokenVerifier(new ConfiguredKeys(List.of(keys)), null, null, clock);
    }

    private TokenVerifier hmac() {
        return verifier(VerificationKey.hmac(SECRET));
    }

    private Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", "acme");
        claims.put("scope", "otp:widget other otp:admin");
        claims.put("exp", now + 60);
        return claims;
    }

    private String hs256(Consumer<Map<String, Object>> change) {
        Map<String, Object> claims = claims();
        change.accept(claims);
        return sign(new JWSHeader(JWSAlgorithm.HS256), claims, SECRET);
    }

    private static String sign(JWSHeader header, Map<String, Object> claims, byte[] secret) {
        try {
            return sign(header, claims, new MACSigner(secret));
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sign(JWSHeader header, Map<String, Object> claims, JWSSigner signer) {
        try {
            JWSObject jws = new JWSObject(header, new Payload(claims));
            jws.sign(signer);
            return jws.serialize();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token with any header at all, signed by any function. */
    private String raw(String header, byte[] secret) {
        return raw(header, new Payload(claims()).toString(), secret);
    }

    private static String raw(String header, String payload, byte[] secret) {
        try {
            String signed = base64(header) + "." + base64(payload);
            javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
            mac.init(new javax.crypto.spec.SecretKeySpec(secret, "HmacSHA256"));
            return signed + "."
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String pem(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static void refused(TokenVerifier verifier, String token) {
        assertThatThrownBy(() -> verifier.verify("Bearer " + token))
                .isInstanceOfSatisfying(
                        UnauthorizedException.class,
                        e -> assertThat(e.tokenGiven()).isTrue())
                .hasMessageNotContaining(token.isEmpty() ? "\0" : token);
    }

    @Test
    void aGoodTokenSaysWhoIsCalling() {
        Identity identity = hmac().verify("bearer  " + hs256(c -> {}));

        assertThat(identity.account().value()).isEqualTo("acme");
        assertThat(identity.scopes()).containsExactlyInAnyOrder(Scope.WIDGET, Scope.ADMIN);
        assertThat(identity.widgets()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic YTpi", "Bearer", "Bearer ", "bearer:x"})
    void whatIsNoBearerTokenIsNoToken(String header) {
        assertThatThrownBy(() -> hmac().verify(header))
                .isInstanceOfSatisfying(
                        UnauthorizedException.class,
                        e -> assertThat(e.tokenGiven()).isFalse());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badClaims")
    void aTokenWithBadClaimsIsRefused(String what, Consumer<Map<String, Object>> change) {
        refused(hmac(), hs256(change));
    }

    static Stream<Arguments> badClaims() {
        long now = new MovableClock().instant().getEpochSecond();
        return Stream.of(
                bad("no exp", c -> c.remove("exp")),
                bad("exp a text", c -> c.put("exp", Long.toString(now + 60))),
                bad("exp null", c -> c.put("exp", null)),
                bad("expired", c -> c.put("exp", now - 30)),
                bad("exp far below", c -> c.put("exp", Long.MIN_VALUE)),
                bad("not yet", c -> c.put("nbf", now + 31)),
                bad("nbf a text", c -> c.put("nbf", "0")),
                bad("no sub", c -> c.remove("sub")),
                bad("sub empty", c -> c.put("sub", "")),
                bad("sub a number", c -> c.put("sub", 7)),
                bad("sub too long", c -> c.put("sub", "a".repeat(129))),
                bad("sub with NUL", c -> c.put("sub", "a\0b")));
    }

    private static Arguments bad(String what, Consumer<Map<String, Object>> change) {
        return Arguments.of(what, change);
    }

    @Test
    void clocksMayBeOffByHalfAMinute() {
        assertThat(hmac().verify("Bearer " + hs256(c -> c.put("exp", now - 29))))
                .isNotNull();
        assertThat(hmac().verify("Bearer " + hs256(c -> c.put("nbf", now + 30))))
                .isNotNull();
        assertThat(hmac().verify("Bearer " + hs256(c -> c.put("exp", now + 0.5))))
                .isNotNull();
        assertThat(hmac().verify("Bearer " + hs256(c -> c.put("exp", Long.MAX_VALUE))))
                .isNotNull();
    }

    @Test
    void issuerAndAudienceAreAskedForWhereTheyAreConfigured() {
        TokenVerifier strict = new TokenVerifier(
                new ConfiguredKeys(List.of(VerificationKey.hmac(SECRET))), "https://id.example", "otp", clock);

        refused(strict, hs256(c -> {}));
        refused(strict, hs256(c -> c.put("iss", "https://id.example")));
        refused(strict, hs256(c -> c.putAll(Map.of("iss", "https://id.example/", "aud", "otp"))));
        refused(strict, hs256(c -> c.putAll(Map.of("iss", "https://id.example", "aud", List.of("a", "otp2")))));
        assertThat(strict.verify("Bearer "
                        + hs256(c -> c.putAll(Map.of("iss", "https://id.example", "aud", List.of("a", "otp"))))))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "a.b",
                "a.b.c",
                "...",
                "..",
                "a.b.c.d.e",
                "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhY21lIiwiZXhwIjo5OTk5OTk5OTk5fQ.",
                "eyJhbGciOiJOb25lIn0.eyJzdWIiOiJhY21lIiwiZXhwIjo5OTk5OTk5OTk5fQ.",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhY21lIiwiZXhwIjo5OTk5OTk5OTk5fQ.",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhY21lIiwiZXhwIjo5OTk5OTk5OTk5fQ",
                "\u0000\u0000.\u0000.\u0000",
                "é.é.é"
            })
    void whatIsNoSignedJwtIsRefused(String token) {
        refused(hmac(), token);
    }

    @Test
    void aHugeTokenIsRefused() {
        refused(hmac(), "a".repeat(100_000));
        refused(hmac(), base64("{\"alg\":\"HS256\",\"x\":" + "[".repeat(20_000) + "}") + ".e30.AA");
        refused(hmac(), hs256(c -> {}) + "AAAA".repeat(10_000));
    }

    @Test
    void aTokenSignedByAnotherSecretIsRefused() {
        refused(
                hmac(),
                sign(
                        new JWSHeader(JWSAlgorithm.HS256),
                        claims(),
                        "another secret, long enough......".getBytes(StandardCharsets.UTF_8)));
        refused(hmac(), raw("{\"alg\":\"HS256\"}", new byte[1]));
        String good = hs256(c -> {});
        refused(hmac(), good.substring(0, good.length() - 4) + "AAAA");
    }

    @Test
    void aPublicKeyIsNoSecret() {
        TokenVerifier verifier = verifier(VerificationKey.of(TestKeys.RSA.getPublic(), null));

        refused(verifier, raw("{\"alg\":\"HS256\"}", TestKeys.RSA.getPublic().getEncoded()));
        refused(
                verifier,
                raw("{\"alg\":\"HS256\"}", pem(TestKeys.RSA.getPublic()).getBytes(StandardCharsets.US_ASCII)));
        refused(verifier, raw("{\"alg\":\"RS256\"}", TestKeys.RSA.getPublic().getEncoded()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}",
                "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":true}",
                "{\"alg\":\"HS256\",\"crit\":[]}",
                "{\"alg\":\"HS256\",\"b64\":false}",
                "{\"alg\":\"HS256\",\"typ\":\"secevent+jwt\"}",
                "{\"alg\":\"HS384\"}",
                "{\"alg\":\"hs256\"}",
                "{\"alg\":\"HS256\",\"alg\":\"none\"}",
                "{\"alg\":null}",
                "{\"alg\":[\"HS256\"]}",
                "[]",
                "{}",
                "null",
                "7",
                "\"x\"",
                ""
            })
    void aTokenWithSuchAHeaderIsRefused(String header) {
        refused(hmac(), raw(header, SECRET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "[]", "\"x\"", "", "{", "{}", "{\"sub\":null,\"exp\":null}"})
    void aTokenOfSuchClaimsIsRefused(String claims) {
        refused(hmac(), raw("{\"alg\":\"HS256\"}", claims, SECRET));
    }

    @Test
    void theSecretServesOnlyTheAlgorithmsThatItIsLongEnoughFor() {
        assertThat(VerificationKey.hmac(SECRET).algorithms()).containsExactly(JWSAlgorithm.HS256);
        assertThat(VerificationKey.hmac(new byte[64]).algorithms())
                .containsExactlyInAnyOrder(JWSAlgorithm.HS256, JWSAlgorithm.HS384, JWSAlgorithm.HS512);
        assertThatThrownBy(() -> VerificationKey.hmac(new byte[31])).hasMessageContaining("32");
        assertThatThrownBy(() -> VerificationKey.hmac(new byte[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKeyWithAnIdServesOnlyTokensThatNameItOrNone() throws Exception {
        VerificationKey named = VerificationKey.of(TestKeys.RSA.getPublic(), "k1");
        RSASSASigner signer = new RSASSASigner(TestKeys.RSA.getPrivate());

        assertThat(verifier(named).verify("Bearer " + sign(header(JWSAlgorithm.RS256, "k1"), claims(), signer)))
                .isNotNull();
        assertThat(verifier(named).verify("Bearer " + sign(header(JWSAlgorithm.PS512, null), claims(), signer)))
                .isNotNull();
        refused(verifier(named), sign(header(JWSAlgorithm.RS256, "../../k1"), claims(), signer));
        assertThat(verifier(VerificationKey.of(TestKeys.RSA.getPublic(), null))
                        .verify("Bearer " + sign(header(JWSAlgorithm.RS256, "any"), claims(), signer)))
                .isNotNull();
    }

    private static JWSHeader header(JWSAlgorithm algorithm, String keyId) {
        return new JWSHeader.Builder(algorithm).keyID(keyId).build();
    }

    @Test
    void keysAreReadFromPem() throws Exception {
        List<VerificationKey> keys = KeyFiles.parse("# ours\n" + pem(TestKeys.RSA.getPublic())
                + pem(TestKeys.EC.getPublic()) + pem(TestKeys.ED.getPublic()));
        TokenVerifier verifier = verifier(keys.toArray(VerificationKey[]::new));

        assertThat(verifier.verify("Bearer "
                        + sign(
                                header(JWSAlgorithm.RS384, null),
                                claims(),
                                new RSASSASigner(TestKeys.RSA.getPrivate()))))
                .isNotNull();
        assertThat(verifier.verify("Bearer "
                        + sign(header(JWSAlgorithm.ES256, null), claims(), new ECDSASigner((ECPrivateKey)
                                TestKeys.EC.getPrivate()))))
                .isNotNull();
        assertThat(verifier.verify("Bearer " + eddsa())).isNotNull();
        refused(verifier, eddsa().replaceAll("\\.[^.]{4}([^.]*)$", ".AAAA$1"));
        refused(verifier, eddsa().replaceAll("\\.[^.]*$", ".AAAA"));
        refused(verifier, raw("{\"alg\":\"ES256\"}", SECRET));
    }

    private String eddsa() throws Exception {
        String signed = base64("{\"alg\":\"EdDSA\"}") + "." + base64(new Payload(claims()).toString());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(TestKeys.ED.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    @Test
    void keysAreReadFromJwkAndJwkSets() throws Exception {
        String set = new JWKSet(List.of(
                        new RSAKey.Builder((RSAPublicKey) TestKeys.RSA.getPublic())
                                .keyID("r")
                                .algorithm(JWSAlgorithm.RS256)
                                .build(),
                        new ECKey.Builder(Curve.P_256, (ECPublicKey) TestKeys.EC.getPublic())
                                .keyID("e")
                                .build()))
                .toString();
        byte[] encoded = TestKeys.ED.getPublic().getEncoded();
        String x = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        TokenVerifier verifier = verifier(Stream.concat(
                        KeyFiles.parse(set).stream(),
                        KeyFiles.parse("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + x + "\"}").stream())
                .toArray(VerificationKey[]::new));
        RSASSASigner signer = new RSASSASigner(TestKeys.RSA.getPrivate());

        assertThat(verifier.verify("Bearer " + sign(header(JWSAlgorithm.RS256, "r"), claims(), signer)))
                .isNotNull();
        assertThat(verifier.verify("Bearer " + eddsa())).isNotNull();
        refused(verifier, sign(header(JWSAlgorithm.RS512, "r"), claims(), signer));
        refused(verifier, sign(header(JWSAlgorithm.RS256, "e"), claims(), signer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no key",
                "{}",
                "{\"keys\":[]}",
                "{\"kty\":\"oct\",\"k\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\"}",
                "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AAAA\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
            })
    void whatIsNoPublicKeyIsToldAtTheStart(String text) {
        assertThatThrownBy(() -> KeyFiles.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected");
    }

    @Test
    void aShortRsaKeyIsToldAtTheStart() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);

        assertThatThrownBy(() -> KeyFiles.parse(pem(generator.generateKeyPair().getPublic())))
                .hasMessage("expected an RSA key of at least 2048 bits, was 1024");
    }

    @Test
    void theWidgetsClaimLimitsTheToken() {
        UUID id = UUID.randomUUID();

        assertThat(widgets(List.of(id.toString()))).containsExactly(new WidgetId(id));
        assertThat(widgets(List.of())).isEmpty();
        assertThat(widgets(Collections.singletonList(null))).isEmpty();
        assertThat(widgets(List.of(id.toString(), "1-1-1-1-1"))).isEmpty();
        assertThat(widgets(id.toString())).isEmpty();
        assertThat(widgets(Map.of("a", id.toString()))).isEmpty();
    }

    private Set<WidgetId> widgets(Object claim) {
        return hmac().verify("Bearer " + hs256(c -> c.put("widgets", claim))).widgets();
    }

    @Test
    void aScopeThatIsNoTextIsNoScope() {
        assertThat(hmac().verify("Bearer " + hs256(c -> c.put("scope", List.of("otp:root"))))
                        .scopes())
                .isEmpty();
        assertThat(hmac().verify("Bearer " + hs256(c -> c.put("scope", "otp:roototp:admin OTP:ROOT")))
                        .scopes())
                .isEmpty();
    }

    @Test
    void aTokenIsVerifiedOnceAndItsTimeEveryTime() {
        AtomicInteger asked = new AtomicInteger();
        ConfiguredKeys keys = new ConfiguredKeys(List.of(VerificationKey.hmac(SECRET)));
        TokenVerifier verifier = new TokenVerifier(
                (algorithm, keyId) -> {
                    asked.incrementAndGet();
                    return keys.candidates(algorithm, keyId);
                },
                null,
                null,
                clock);
        String token = hs256(c -> {});

        verifier.verify("Bearer " + token);
        verifier.verify("Bearer " + token);
        assertThat(asked).hasValue(1);

        clock.advance(Duration.ofSeconds(90));
        refused(verifier, token);
    }

    @Test
    void aTokenIsAskedForEveryTimeWhetherItWasRevoked() {
        Set<String> revoked = new HashSet<>();
        TokenVerifier verifier = new TokenVerifier(
                new ConfiguredKeys(List.of(VerificationKey.hmac(SECRET))),
                null,
                null,
                (account, id) -> revoked.contains(account.value() + " " + id),
                clock);
        String token = hs256(c -> c.put("jti", "one"));
        String other = hs256(c -> c.put("jti", "other"));
        String without = hs256(c -> {});
        for (String each : List.of(token, other, without)) {
            assertThat(verifier.verify("Bearer " + each)).isNotNull();
        }

        revoked.add("acme one");

        refused(verifier, token);
        refused(verifier, token);
        assertThat(verifier.verify("Bearer " + other)).isNotNull();
        assertThat(verifier.verify("Bearer " + without)).isNotNull();
    }
}
