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
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeySetAddressTest {

    private static final byte[] SECRET = "a secret for tests, long enough to be one".getBytes(StandardCharsets.UTF_8);

    private final AtomicInteger fetches = new AtomicInteger();
    private HttpServer server;
    private volatile String published = "{\"keys\":[]}";
    private volatile int status = 200;
    private KeySetAddress keys;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/jwks", exchange -> {
            fetches.incrementAndGet();
            byte[] body = published.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        keys = new KeySetAddress(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aTokenIsCheckedWithThePublishedKeyThatItNames() throws Exception {
        ECKey first = key("first");
        ECKey second = key("second");
        publish(first, second);
        TokenVerifier verifier = verifier(keys);

        assertThat(verifier.verify(token(second, "second")).account().value()).isEqualTo("acme");
        assertThat(verifier.verify(token(first, null)).account().value()).isEqualTo("acme");
        assertThatThrownBy(() -> verifier.verify(token(key("other"), "second")))
                .isInstanceOf(UnauthorizedException.class);
        assertThat(fetches.get()).isEqualTo(1);
    }

    @Test
    void keysAtAnAddressMayHaveToBeWaitedFor() {
        KeySource configured = new ConfiguredKeys(List.of(VerificationKey.hmac(new byte[64])));

        assertThat(verifier(keys).isPrompt()).isFalse();
        assertThat(verifier(new SeveralKeySources(List.of(configured, keys))).isPrompt())
                .isFalse();
        assertThat(verifier(new SeveralKeySources(List.of(configured))).isPrompt())
                .isTrue();
    }

    @Test
    void aNewKeyIsFetchedWhenATokenNamesItButMadeUpIdsFetchNothing() throws Exception {
        ECKey before = key("before");
        ECKey after = key("after");
        publish(before);
        TokenVerifier verifier = verifier(keys);
        assertThat(verifier.verify(token(before, "before"))).isNotNull();

        publish(before, after);
        assertThat(verifier.verify(token(after, "after"))).isNotNull();
        for (int i = 0; i < 50; i++) {
            String id = "made up " + i;
            assertThatThrownBy(() -> verifier.verify(token(after, id))).isInstanceOf(UnauthorizedException.class);
        }

        assertThat(fetches.get()).isBetween(2, 3);
        assertThat(verifier.verify(token(before, "before"))).isNotNull();
    }

    @Test
    void whileTheAddressIsAwayTheLastKeysHoldOn() throws Exception {
        ECKey key = key("key");
        publish(key);
        assertThat(keys.candidates(JWSAlgorithm.ES256, "key")).hasSize(1);

        status = 500;

        assertThat(keys.candidates(JWSAlgorithm.ES256, "unknown")).isEmpty();
        assertThat(keys.candidates(JWSAlgorithm.ES256, "key")).hasSize(1);
    }

    @Test
    void beforeTheFirstKeysAreThereNoTokenCanBeJudged() throws Exception {
        status = 500;
        ECKey key = key("key");
        publish(key);
        TokenVerifier verifier = verifier(keys);

        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> verifier.verify(token(key, "key"))).isInstanceOf(KeysUnavailableException.class);
        }
        assertThat(fetches.get()).isLessThan(5);
    }

    @Test
    void keysThatAreNotForUsAreNotUsed() throws Exception {
        ECKey forEncryption = new ECKeyGenerator(Curve.P_256)
                .keyID("enc")
                .keyUse(KeyUse.ENCRYPTION)
                .generate();
        OctetSequenceKey secret =
                new OctetSequenceKeyGenerator(256).keyID("secret").generate();
        ECKey good = key("good");
        published = "{\"keys\":[" + forEncryption.toPublicJWK() + "," + secret.toJSONString() + "," + good.toPublicJWK()
                + "]}";

        assertThat(keys.candidates(JWSAlgorithm.ES256, "enc")).isEmpty();
        assertThat(keys.candidates(JWSAlgorithm.HS256, "secret")).isEmpty();
        assertThat(keys.candidates(JWSAlgorithm.HS256, null)).isEmpty();
        assertThat(keys.candidates(JWSAlgorithm.ES256, "good")).hasSize(1);
    }

    @Test
    void whatIsConfiguredHereIsNotLookedForElsewhere() throws Exception {
        publish(key("key"));
        TokenVerifier verifier = verifier(
                new SeveralKeySources(List.of(new ConfiguredKeys(List.of(VerificationKey.hmac(SECRET))), keys)));

        assertThat(verifier.verify(token(new MACSigner(SECRET), JWSAlgorithm.HS256, null)))
                .isNotNull();
        assertThat(fetches.get()).isZero();
    }

    // ---- steps

    private static TokenVerifier verifier(KeySource keys) {
        return new TokenVerifier(keys, null, "otp", Clock.systemUTC());
    }

    private static ECKey key(String id) throws Exception {
        return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    }

    private void publish(ECKey... all) {
        published = new JWKSet(List.of(all)).toString(true);
    }

    private static String token(ECKey key, String keyId) throws Exception {
        return token(new ECDSASigner(key), JWSAlgorithm.ES256, keyId);
    }

    private static String token(JWSSigner signer, JWSAlgorithm algorithm, String keyId) throws Exception {
        JWSObject jws = new JWSObject(
                new JWSHeader.Builder(algorithm).keyID(keyId).build(),
                new Payload(Map.of(
                        "sub",
                        "acme",
                        "aud",
                        "otp",
                        "exp",
                        Instant.now().getEpochSecond() + 600,
                        "scope",
                        "otp:backend")));
        jws.sign(signer);
        return "Bearer " + jws.serialize();
    }
}
