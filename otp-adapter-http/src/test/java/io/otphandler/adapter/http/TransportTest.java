package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.BASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.otphandler.adapter.http.json.StrictJson;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens below the routes: requests that are none, methods, origins, ports, half-sent requests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TransportTest {
    /** The rest of a request that is the last of its connection. */
    private static final String LAST = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private TestServer server;

    @BeforeAll
    void start() {
        server = new TestServer(HttpSettings.DEFAULT
                .withAllowedOrigins(List.of("https://shop.example"))
                .withTimeouts(Duration.ofSeconds(30), Duration.ofMillis(700)));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String raw(String request) {
        return RawHttp.exchange(server.server.port(), request);
    }

    static Stream<Arguments> noRequests() {
        return Stream.of(
                Arguments.of("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400, "ValidateError"),
                Arguments.of("GET " + BASE + "/%zz/channel" + LAST, 400, "ValidateError"),
                Arguments.of("GET " + BASE + "/%ff%fe/channel" + LAST, 400, "ValidateError"),
                Arguments.of("GET " + BASE + "/;a%.0/channel" + LAST, 400, "ValidateError"),
                Arguments.of("GET " + BASE + "/%00/channel HTTP/1.1\r\nHost: x\r\n\r\n", 400, "ValidateError"),
                Arguments.of("GET /%u0041" + LAST, 400, "ValidateError"),
                Arguments.of("GET / HTTP/1.1\r\n\r\n", 400, "ValidateError"),
                Arguments.of("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, "ValidateError"),
                Arguments.of("GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505, "HttpVersionNotSupportedException"),
                Arguments.of("BLAH\r\n\r\n", 400, "ValidateError"),
                Arguments.of("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 414, "UriTooLongException"),
                Arguments.of(
                        "GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(9_000) + "\r\n\r\n",
                        431,
                        "RequestHeaderFieldsTooLargeException"),
                Arguments.of(
                        "POST " + BASE + " HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400, "ValidateError"),
                Arguments.of(
                        "POST " + BASE + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                        400,
                        "ValidateError"),
                Arguments.of(
                        "POST " + BASE + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                        400,
                        "ValidateError"),
                Arguments.of(
                        "POST " + BASE + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf",
                        408,
                        "RequestTimeoutException"),
                Arguments.of("OPTIONS *" + LAST, 404, "NotFoundException"),
                Arguments.of("BEFORE /" + LAST, 404, "NotFoundException"),
                Arguments.of("TRACE " + BASE + LAST, 405, "MethodNotAllowedException"),
                Arguments.of(
                        "GET " + BASE
                                + " HTTP/1.1\r\nHost: x\r\nX-HTTP-Method-Override: POST\r\nConnection: close\r\n\r\n",
                        405,
                        "MethodNotAllowedException"),
                Arguments.of("GET " + BASE + "//x//channel" + LAST, 404, "NotFoundException"));
    }

    @ParameterizedTest
    @MethodSource("noRequests")
    void whatNoRouteEverSeesIsAnsweredInJson(String request, int status, String type) {
        String answer = raw(request);

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").containsIgnoringCase("cache-control: no-store");
        // this server has hung up: a client that keeps connections must know that before it asks again
        assertThat(answer).containsIgnoringCase("connection: close");
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        var json = StrictJson.read(body.getBytes(StandardCharsets.UTF_8)).orElseThrow();
        assertThat(json.get("type").asText()).isEqualTo(type);
        assertThat(json.get("httpStatus").asInt()).isEqualTo(status);
        assertThat(json.get("message").asText()).isNotEmpty();
    }

    @Test
    void aBodyThatIsTooLargeIsAnsweredAlsoWhenItComesInChunksOrAfterAQuestion() {
        String head = "POST " + BASE + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + server.backend() + "\r\n";
        String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";

        assertThat(raw(head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + "0\r\n\r\n"))
                .startsWith("HTTP/1.1 413")
                .contains("PayloadTooLargeException");
        assertThat(raw(head + "Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
        assertThat(raw(head + "Content-Length: 100000\r\n\r\n" + "x".repeat(100_000)))
                .startsWith("HTTP/1.1 413")
                .contains("Connection: close");
    }

    @Test
    void unknownPathsAndMethodsAreToldApart() {
        TestServer.Res nowhere = server.get(null, "/nowhere", "Accept-Language", "en");
        assertThat(nowhere.type()).isEqualTo("NotFoundException");
        assertThat(nowhere.message()).isEqualTo("Not found");
        TestServer.Res wrong = server.method("PUT", null, BASE + "/x/channel", null);
        assertThat(wrong.type()).isEqualTo("MethodNotAllowedException");
        assertThat(wrong.header("Allow")).contains("GET").doesNotContain("PUT");
        assertThat(server.method("GET", null, BASE, null, "Accept", "text/html").header("Allow"))
                .isEqualTo("POST");
    }

    @Test
    void headIsAnsweredLikeGetWithoutABody() {
        TestServer.Res live = server.method("HEAD", null, "/health/live", null);
        assertThat(live.status()).isEqualTo(200);
        assertThat(live.response().body()).isEmpty();
        assertThat(server.method("HEAD", null, BASE + "/" + UUID.randomUUID() + "/channel", null)
                        .status())
                .isEqualTo(401);
    }

    @Test
    void noTunnelIsMade() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.server.port())) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
            byte[] answer = new byte[4096];

            assertThat(new String(answer, 0, socket.getInputStream().read(answer), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 404")
                    .contains("NotFoundException");
        }
    }

    @Test
    void everyAnswerSaysThatItsTypeIsNotToBeGuessedAndNoneSpeaksOfTls() {
        for (String path : List.of("/health/live", "/nowhere", "/docs", "/openapi.yaml", BASE + "/x/channel", "/%zz")) {
            assertThat(raw("GET " + path + LAST))
                    .containsOnlyOnce("X-Content-Type-Options: nosniff\r\n")
                    .doesNotContain("Strict-Transport-Security");
        }
    }

    // ---- origins

    @Test
    void aListedOriginMayAskAndReadErrors() {
        String preflight = raw("OPTIONS " + BASE + " HTTP/1.1\r\nHost: x\r\nOrigin: https://shop.example\r\n"
                + "Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n");
        assertThat(preflight)
                .startsWith("HTTP/1.1 204")
                .contains("Access-Control-Allow-Origin: https://shop.example")
                .contains("Authorization, Content-Type, If-None-Match, Idempotency-Key")
                .contains("Vary: Origin")
                .doesNotContain("Allow-Credentials");

        TestServer.Res res = server.get(null, BASE + "/x/channel", "Origin", "https://shop.example");
        assertThat(res.status()).isEqualTo(401);
        assertThat(res.header("Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
        assertThat(res.header("Access-Control-Expose-Headers")).isEqualTo("ETag, Retry-After");
        assertThat(server.post(server.backend(), BASE, "x".repeat(20_000), "Origin", "https://shop.example")
                        .header("Access-Control-Allow-Origin"))
                .isEqualTo("https://shop.example");
    }

    @Test
    void anotherOriginIsToldNothing() {
        String preflight = raw("OPTIONS " + BASE + " HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n"
                + "Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n");

        assertThat(preflight).startsWith("HTTP/1.1 405").doesNotContain("Access-Control");
        assertThat(server.get(null, "/health/live", "Origin", "null").header("Access-Control-Allow-Origin"))
                .isNull();
    }

    @Test
    void everyOriginMayAskWhereTheListSaysSo() {
        try (TestServer open = new TestServer(HttpSettings.DEFAULT.withAllowedOrigins(List.of("*")))) {
            TestServer.Res res = open.get(null, "/health/live", "Origin", "https://any.example");
            assertThat(res.header("Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(res.header("Vary")).isNull();
        }
        try (TestServer closed = new TestServer()) {
            assertThat(closed.get(null, "/health/live", "Origin", "https://any.example")
                            .header("Access-Control-Allow-Origin"))
                    .isNull();
        }
    }

    // ---- ports and paths

    @Test
    void withAManagementPortMetricsAreOnlyThere() {
        try (TestServer two =
                new TestServer(HttpSettings.DEFAULT.withManagementPort(0).withBasePath(""))) {
            int management = two.server.managementPort().orElseThrow();
            assertThat(two.get(null, "/metrics").type()).isEqualTo("NotFoundException");
            assertThat(two.get(null, "/health/live").status()).isEqualTo(200);
            assertThat(RawHttp.exchange(management, "GET /metrics HTTP/1.0\r\n\r\n"))
                    .contains("HTTP/1.1 200");
            assertThat(RawHttp.exchange(management, "GET /health/ready HTTP/1.0\r\n\r\n"))
                    .contains("HTTP/1.1 200");
            assertThat(RawHttp.exchange(management, "GET /x/channel HTTP/1.0\r\n\r\n"))
                    .contains("NotFoundException");
            assertThat(two.get(null, "/x/channel").status()).isEqualTo(401);
            assertThat(two.post(null, "/", "{}").status()).isEqualTo(401);
        }
    }

    @Test
    void metricsCarryRoutesNeverPaths() {
        String id = UUID.randomUUID().toString();
        server.get(server.backend(), BASE + "/" + id + "/channel");
        server.get(null, "/secret-path");
        server.start(server.sms());

        TestServer.Res res = server.get(null, "/metrics");
        assertThat(res.header("Content-Type")).startsWith("text/plain");
        String text = new String(res.response().body(), StandardCharsets.UTF_8);
        assertThat(text)
                .contains("otp_http_requests_total{method=\"GET\",route=\"/{requestId}/channel\",status=\"404\"}")
                .contains("otp_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"}")
                .contains("otp_session_events_total{kind=\"accepted\"}")
                .contains("otp_http_request_duration_seconds_bucket{method=\"GET\",route=\"/{requestId}/channel\"")
                .contains("jvm_threads")
                .doesNotContain(id)
                .doesNotContain("secret-path")
                .doesNotContain(TestServer.PHONE);
    }

    @Test
    void aPortThatIsTakenIsToldAtOnce() {
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> new TestServer(HttpSettings.DEFAULT.withPort("127.0.0.1", server.server.port())))
                .isInstanceOf(java.io.UncheckedIOException.class);
    }

    @Test
    void readinessIsWhatTheServiceSays() {
        server.ready = false;
        try {
            assertThat(server.get(null, "/health/ready").status()).isEqualTo(503);
        } finally {
            server.ready = true;
        }
        assertThat(server.get(null, "/health/ready").json().path("status").asText())
                .isEqualTo("up");
    }

    @ParameterizedTest
    @CsvSource({
        "api/x, http.basePath",
        "/a b, http.basePath",
        "/{x}, http.basePath",
    })
    void settingsThatCannotBeAreToldByTheirKey(String basePath, String key) {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> HttpSettings.DEFAULT.withBasePath(basePath))
                .hasMessageStartingWith(key);
    }

    // ---- many

    @Test
    void twoHundredHalfSentRequestsDoNotSlowTheOthers() throws Exception {
        server.get(null, "/health/live");
        int threads = Thread.activeCount();
        String head = "POST " + BASE + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + server.backend()
                + "\r\nContent-Length: 100\r\n\r\n{\"wid";
        List<Socket> half = new ArrayList<>();
        try (TestServer slow =
                new TestServer(HttpSettings.DEFAULT.withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30)))) {
            for (int i = 0; i < 200; i++) {
                Socket socket = new Socket("127.0.0.1", slow.server.port());
                socket.getOutputStream()
                        .write((i % 2 == 0 ? head : "GET /health/li").getBytes(StandardCharsets.ISO_8859_1));
                half.add(socket);
            }
            for (int i = 0; i < 50; i++) {
                assertThat(slow.get(null, "/health/live").status()).isEqualTo(200);
            }
            assertThat(Thread.activeCount()).isLessThan(threads + 60);
        } finally {
            for (Socket socket : half) {
                socket.close();
            }
        }
    }

    @Test
    void whoTricklesHeadersIsHungUpOnAndWhoOnlyWaitsBetweenRequestsIsNot() throws Exception {
        byte[] request = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (TestServer strict = new TestServer(HttpSettings.DEFAULT.withHeadTimeout(Duration.ofMillis(300)));
                Socket patient = new Socket("127.0.0.1", strict.server.port());
                Socket slow = new Socket("127.0.0.1", strict.server.port());
                Socket slowAgain = new Socket("127.0.0.1", strict.server.port())) {
            patient.getOutputStream().write(request);
            assertThat(patient.getInputStream().read(new byte[4096])).isPositive();
            slow.getOutputStream().write("GET /health/live HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));

            assertThat(RawHttp.bytesUntilHungUp(slow)).isPositive();

            // not the first request alone
            slowAgain.getOutputStream().write(request);
            assertThat(slowAgain.getInputStream().read(new byte[4096])).isPositive();
            slowAgain.getOutputStream().write("G".getBytes(StandardCharsets.US_ASCII));
            assertThat(RawHttp.bytesUntilHungUp(slowAgain)).isPositive();

            patient.getOutputStream().write(request);
            assertThat(patient.getInputStream().read(new byte[4096])).isPositive();
        }
    }

    @Test
    void aHeadThatComesInPiecesButInTimeLeavesNoDeadlineBehind() throws Exception {
        try (TestServer strict = new TestServer(HttpSettings.DEFAULT.withHeadTimeout(Duration.ofMillis(300)));
                Socket socket = new Socket("127.0.0.1", strict.server.port())) {
            socket.setSoTimeout(15_000);
            String id = strict.start(strict.sms());
            String request = "GET " + BASE + "/longPolling/" + id + "/status?recipient=%2B79123456789 HTTP/1.1\r\n"
                    + "Host: x\r\nConnection: close\r\nAuthorization: Bearer " + strict.backend() + "\r\n\r\n";
            for (int i = 0; i < request.length(); i += 100) {
                socket.getOutputStream()
                        .write(request.substring(i, Math.min(i + 100, request.length()))
                                .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }
            await().until(() -> strict.application.heldPolls().count() == 1);

            await().during(Duration.ofMillis(600))
                    .until(() -> strict.application.heldPolls().count() == 1);
            strict.check(id, strict.code());

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void beyondTheMostConnectionsTwoThousandWaitInTheQueueAndNoneIsTurnedAwayByTheSystem() throws Exception {
        assumeThat(Integer.parseInt(Files.readAllLines(Path.of("/proc/sys/net/core/somaxconn"))
                        .get(0)))
                .as("what the system lets a queue have")
                .isGreaterThan(2_001);
        List<Socket> sockets = new ArrayList<>();
        try (TestServer narrow = new TestServer(HttpSettings.DEFAULT.withMaxConnections(1))) {
            Socket holder = new Socket("127.0.0.1", narrow.server.port());
            sockets.add(holder);
            holder.setSoTimeout(15_000);
            holder.getOutputStream().write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
            assertThat(holder.getInputStream().read(new byte[4096])).isPositive();
            for (int i = 0; i < 2_000; i++) {
                Socket waiting = new Socket();
                sockets.add(waiting);
                // a queue that is full lets them wait for a second at least, and for ever as nobody leaves
                waiting.connect(new InetSocketAddress("127.0.0.1", narrow.server.port()), 10_000);
            }
            assertThat(new String(metrics(holder), StandardCharsets.UTF_8)).contains("otp_http_connections 1.0");

            for (Socket socket : sockets) {
                socket.close();
            }
            assertThat(narrow.get(null, "/health/live").status()).isEqualTo(200);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static byte[] metrics(Socket over) throws IOException {
        over.getOutputStream().write(("GET /metrics" + LAST).getBytes(StandardCharsets.US_ASCII));
        return over.getInputStream().readAllBytes();
    }

    @Test
    void clientsThatGoAwayLeaveNothingBehind() {
        String id = server.start(server.sms());
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket("127.0.0.1", server.server.port())) {
                socket.setSoLinger(true, 0);
                socket.getOutputStream()
                        .write(("GET " + BASE + "/longPolling/" + id
                                        + "/status?recipient=%2B79123456789 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                        + server.backend() + "\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        server.method("DELETE", server.backend(), BASE + "/" + id, null);

        await().until(() -> server.application.heldPolls().count() == 0);
        assertThat(server.get(null, "/health/live").status()).isEqualTo(200);
    }
}
