package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.BASE;
import static io.otphandler.adapter.http.TestServer.PHONE;
import static io.otphandler.adapter.http.TestServer.encoded;
import static io.otphandler.adapter.http.TestServer.sendBody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.IdempotencyKeys;
import io.otphandler.domain.widget.Widget;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Idempotency-Key}, on every POST of the wire contract. */
class IdempotencyKeyTest {
    private static final String KEY = "Idempotency-Key";

    private final TestServer server = new TestServer();
    private final Widget widget = server.sms();
    /** Tokens are told apart: the same one each time. */
    private final String token = server.backend();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aSendThatComesAgainIsAnsweredTheSameAndNothingIsSentTwice() {
        TestServer.Res first = send("one");
        TestServer.Res again = send("one");

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(again.header("Cache-Control")).isEqualTo("no-store");
        assertThat(server.gateway().messages()).hasSize(1);

        assertThat(send("two").json()).isNotEqualTo(first.json());
        assertThat(server.gateway().messages()).hasSize(2);
    }

    @Test
    void aLostTrueCanBeAskedForAgainByWhoeverWasToldItAndByNobodyElse() {
        String confirmed = server.confirmed(widget);
        String path = BASE + "/" + confirmed + "/checkStatusAndComplete?recipient=" + encoded(PHONE);

        assertThat(success(server.post(token, path, null, KEY, "k"))).isTrue();
        assertThat(success(server.post(token, path, null, KEY, "k"))).isTrue();
        assertThat(success(server.post(token, path, null))).isFalse();
        assertThat(success(server.post(token, path, null, KEY, "another"))).isFalse();
        String otherToken = server.token("otp:backend otp:widget");
        assertThat(success(server.post(otherToken, path, null, KEY, "k"))).isFalse();
    }

    @Test
    void completeCheckCodeAndResendAreDoneOnce() {
        String id = server.start(widget);
        String code = server.code();

        server.test.clock().advance(Duration.ofSeconds(31));
        assertThat(success(server.post(token, BASE + "/" + id + "/resend", null, KEY, "r")))
                .isTrue();
        assertThat(success(server.post(token, BASE + "/" + id + "/resend", null, KEY, "r")))
                .isTrue();
        assertThat(server.gateway().messages()).hasSize(2);
        assertThat(server.code()).isNotEqualTo(code);

        String body = "{\"code\":\"" + server.code() + "\"}";
        assertThat(success(server.post(token, BASE + "/" + id + "/checkCode", body, KEY, "c")))
                .isTrue();
        assertThat(success(server.post(token, BASE + "/" + id + "/checkCode", body, KEY, "c")))
                .isTrue();
        assertThat(server.post(token, BASE + "/" + id + "/checkCode", body).type())
                .isEqualTo("SessionClosedException");

        assertThat(success(server.post(token, BASE + "/" + id + "/complete", null, KEY, "d")))
                .isTrue();
        assertThat(success(server.post(token, BASE + "/" + id + "/complete/", null, KEY, "d")))
                .isTrue();
        assertThat(success(server.post(token, BASE + "/" + id + "/complete", null)))
                .isFalse();
    }

    @Test
    void oneKeyServesOnceForEachPath() {
        String one = server.confirmed(widget);
        String other = server.confirmed(widget);

        assertThat(success(server.post(token, BASE + "/" + one + "/complete", null, KEY, "k")))
                .isTrue();
        assertThat(success(server.post(token, BASE + "/" + other + "/complete", null, KEY, "k")))
                .isTrue();
    }

    @Test
    void anotherBodyOrQueryWithTheSameKeyIsRefusedInBothLanguages() {
        send("k");
        String other = "{\"widgetId\":\"" + widget.id() + "\",\"recipient\":\"+79120000000\"}";

        TestServer.Res refused = server.post(token, BASE, other, KEY, "k");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.type()).isEqualTo("IdempotencyKeyReusedException");
        assertThat(refused.message()).isEqualTo("Ключ идемпотентности уже использован для другого запроса");
        assertThat(server.post(token, BASE, other, KEY, "k", "Accept-Language", "en")
                        .message())
                .isEqualTo("The idempotency key was already used for another request");
        assertThat(server.post(token, BASE + "?a=b", sendBody(widget.id()), KEY, "k")
                        .status())
                .isEqualTo(422);
        assertThat(server.gateway().messages()).hasSize(1);
    }

    @Test
    void aRefusedRequestIsForgottenAndItsKeyMayBeUsedAgain() {
        assertThat(server.post(token, BASE, sendBody(UUID.randomUUID()), KEY, "k")
                        .type())
                .isEqualTo("WidgetNotFoundException");
        assertThat(server.test.idempotencyKeys().count()).isZero();

        assertThat(send("k").status()).isEqualTo(201);
    }

    @Test
    void anAnswerThatSaysThatNothingWasDoneIsForgottenToo() {
        String id = server.start(widget);
        String path = BASE + "/" + id + "/checkStatusAndComplete?recipient=" + encoded(PHONE);

        assertThat(success(server.post(token, path, null, KEY, "k"))).isFalse();
        assertThat(server.test.idempotencyKeys().count()).isZero();
        server.check(id, server.code());

        assertThat(success(server.post(token, path, null, KEY, "k"))).isTrue();
    }

    @Test
    void aWrongCodeUnderAKeyCostsATryEachTime() {
        String id = server.start(widget);
        String body = "{\"code\":\"" + server.wrongCode() + "\"}";

        for (int left = 2; left >= 0; left--) {
            TestServer.Res res = server.post(token, BASE + "/" + id + "/checkCode", body, KEY, "k");
            assertThat(res.type()).isEqualTo("InvalidCodeException");
            assertThat(res.json().path("payload").path("remainingCodeAttempts").asInt())
                    .isEqualTo(left);
        }
    }

    @Test
    void whoMayNotAskAtAllIsToldSoFirstAndNothingIsKept() {
        assertThat(server.post(null, BASE, sendBody(widget.id()), KEY, "").status())
                .isEqualTo(401);
        assertThat(server.post(server.token("otp:admin"), BASE, sendBody(widget.id()), KEY, "")
                        .status())
                .isEqualTo(403);
        assertThat(server.post(token, BASE, " ".repeat(17_000), KEY, "k").status())
                .isEqualTo(413);
        assertThat(server.post(token, BASE, "{", KEY, "k").type()).isEqualTo("ValidateError");
        assertThat(server.post(token, BASE + "/nonsense/complete", null, KEY, "k")
                        .type())
                .isEqualTo("SessionNotFoundException");
        assertThat(server.test.idempotencyKeys().count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a\tb",
                "\"",
                "\"a",
                "\"a\"b\"",
                "\"a\\\"",
                "\"a\\b\"",
                "\"\"",
                "\"a\";b=1",
                "\"a\", \"b\""
            })
    void aMalformedKeyIsNamed(String key) {
        TestServer.Res res = server.post(token, BASE, sendBody(widget.id()), KEY, key);

        assertThat(res.type()).isEqualTo("ValidateError");
        assertThat(res.faults()).containsExactly(KEY);
        assertThat(server.gateway().messages()).isEmpty();
    }

    @Test
    void aKeyMayHave255CharactersAndNotOneMore() {
        assertThat(send("k".repeat(255)).status()).isEqualTo(201);
        assertThat(send("k".repeat(256)).faults()).containsExactly(KEY);
    }

    @Test
    void severalKeysAreNone() {
        HttpRequest.Builder request = server.request(token, BASE, "Content-Type", "application/json")
                .header(KEY, "one")
                .header(KEY, "one")
                .POST(HttpRequest.BodyPublishers.ofString(sendBody(widget.id())));

        assertThat(server.send(request).faults()).containsExactly(KEY);
    }

    @Test
    void quotedAndBareFormsOfAKeyAreTheSame() {
        TestServer.Res first = send("a\"b\\c");

        assertThat(send("\"a\\\"b\\\\c\"").json()).isEqualTo(first.json());
        assertThat(send("\"other\"").json()).isEqualTo(send("other").json()).isNotEqualTo(first.json());
    }

    @Test
    void ofManyAtOnceOneSendsAndAllAreAnsweredTheSame() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        server.gateway().then(message -> {
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return CompletableFuture.completedFuture(Delivery.accepted());
        });
        List<CompletableFuture<TestServer.Res>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(server.sendAsync(server.request(token, BASE, "Content-Type", "application/json", KEY, "k")
                    .POST(HttpRequest.BodyPublishers.ofString(sendBody(widget.id())))));
        }
        await().until(() -> server.gateway().messages().size() == 1);
        held.countDown();

        for (CompletableFuture<TestServer.Res> answer : answers) {
            assertThat(answer.get().status()).isEqualTo(201);
            assertThat(answer.get().json()).isEqualTo(answers.get(0).get().json());
        }
        assertThat(server.gateway().messages()).hasSize(1);
    }

    @Test
    void otherRoutesDoNotHeedTheHeader() {
        String path = "/admin/widgets";
        String body = "{\"name\":\"W\",\"channels\":[]}";

        assertThat(server.post(server.token("otp:admin"), path, body, KEY, "k").json())
                .isNotEqualTo(server.post(server.token("otp:admin"), path, body, KEY, "k")
                        .json());
    }

    @Test
    void aRequestWhoseAnswerWasNeverGivenIsAnsweredUnderItsOldNameOnceItsLeaseIsOver() {
        // the session is there, but the node died before it could say so
        server.test.idempotencyKeys().losingAnswers(true);
        TestServer.Res lost = send("k");
        server.test.idempotencyKeys().losingAnswers(false);
        server.test.clock().advance(IdempotencyKeys.LEASE);

        assertThat(send("k").json()).isEqualTo(lost.json());
        assertThat(server.gateway().messages()).hasSize(1);
    }

    private TestServer.Res send(String key) {
        return server.post(token, BASE, sendBody(widget.id()), KEY, key);
    }

    private static boolean success(TestServer.Res res) {
        assertThat(res.status()).isEqualTo(201);
        return res.json().get("success").asBoolean();
    }
}
