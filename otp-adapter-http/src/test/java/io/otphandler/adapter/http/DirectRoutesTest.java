package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.BASE;
import static io.otphandler.adapter.http.TestServer.PHONE;
import static io.otphandler.adapter.http.TestServer.encoded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.otphandler.application.port.Delivery;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An escape in the path leads past the direct routes, through Javalin: nobody can tell by the answer. */
final class DirectRoutesTest {
    private static final TestServer SERVER = new TestServer();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    /** Its last letter as an escape. */
    private static String escaped(String id) {
        return id.substring(0, id.length() - 1) + "%" + Integer.toHexString(id.charAt(id.length() - 1));
    }

    /** All that comes before the body, but for the time. */
    private static Map<String, List<String>> headers(TestServer.Res res) {
        Map<String, List<String>> headers =
                new TreeMap<>(res.response().headers().map());
        headers.remove("date");
        return headers;
    }

    private static void assertAlike(TestServer.Res direct, TestServer.Res other) {
        assertThat(direct.status()).isEqualTo(other.status());
        assertThat(headers(direct)).isEqualTo(headers(other));
        assertThat(direct.response().body()).isEqualTo(other.response().body());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /{id}/channel, 200",
        "GET, /{id}/channel/, 200",
        "HEAD, /{id}/channel, 200",
        "GET, /{id}/channel?x=%20, 200",
        "GET, /{id}/status?recipient={phone}, 200",
        "GET, /{id}/status, 400",
        "GET, /{id}/status?recipient=%2B79120000000, 409",
        "POST, /{id}/checkCode, 400",
        "POST, /{id}/checkStatusAndComplete?recipient={phone}, 201",
        "PATCH, /{id}/channel, 405",
        "GET, /{id}/nothing, 404",
        "GET, /{id}/channel/more, 404",
        "GET, /{id}, 405",
    })
    void sessionsAreAskedForAlike(String method, String path, int status) {
        String id = SERVER.start(SERVER.sms());
        String template = BASE + path.replace("{phone}", encoded(PHONE));
        for (String token : new String[] {SERVER.backend(), SERVER.token("otp:none"), null}) {
            TestServer.Res direct = SERVER.method(method, token, template.replace("{id}", id), null);
            TestServer.Res other = SERVER.method(method, token, template.replace("{id}", escaped(id)), null);

            if (token != null && token.equals(SERVER.backend())) {
                assertThat(direct.status()).isEqualTo(status);
            }
            assertAlike(direct, other);
        }
    }

    @Test
    void anAnswerThatHadToBeWaitedForIsWrittenAlike() {
        CompletableFuture<Delivery> delivery = new CompletableFuture<>();
        SERVER.gateway().then(message -> delivery);
        String id = SERVER.start(SERVER.sms());
        String path = BASE + "/longPolling/{id}/channel";
        CompletableFuture<TestServer.Res> direct =
                SERVER.sendAsync(SERVER.request(SERVER.backend(), path.replace("{id}", id)));
        CompletableFuture<TestServer.Res> other =
                SERVER.sendAsync(SERVER.request(SERVER.backend(), path.replace("{id}", escaped(id))));
        await().until(() -> SERVER.application.heldPolls().count() == 2);

        delivery.complete(Delivery.accepted());

        TestServer.Res answer = direct.orTimeout(10, TimeUnit.SECONDS).join();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ETag")).isNotNull();
        assertAlike(answer, other.orTimeout(10, TimeUnit.SECONDS).join());
    }

    /** With an empty base path, widgets' own files lie where the API's routes would fit as well. */
    @Test
    void filesAreNotTakenForWidgets() {
        try (TestServer server = new TestServer(HttpSettings.DEFAULT.withBasePath(""))) {
            assertThat(server.get(null, "/widget/de.json").status()).isEqualTo(200);
            assertThat(server.get(null, "/widget.js").status()).isEqualTo(200);
            assertThat(server.get(null, "/widget/de").status()).isEqualTo(401);
            assertThat(server.post(null, "/", "{}").status()).isEqualTo(401);
            assertThat(server.get(null, "/").status()).isEqualTo(405);
            assertThat(server.get(null, "//").status()).isEqualTo(404);
            assertThat(server.get(null, "/health/live").status()).isEqualTo(200);
        }
    }
}
