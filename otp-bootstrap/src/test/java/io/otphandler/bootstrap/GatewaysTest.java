package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole program with providers that work, that are down, and that call back. */
class GatewaysTest {

    private static final String WIDGET = "00000000-0000-4000-8000-000000000004";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private FakeProvider first;
    private FakeProvider second;

    @BeforeEach
    void start() throws IOException {
        first = new FakeProvider();
        second = new FakeProvider();
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    @Test
    void whileTheFirstGatewayIsDownTheSecondDeliversAtOnce() throws Exception {
        first.status = 500;
        try (RunningService service = serve()) {
            Api api = service.api();
            widget(api, channel("sms", "first", "second"));
            for (int i = 0; i < 5; i++) {
                sent(api, "+7912000010" + i);
            }
            await().until(() -> health(api, "first").equals("down"));
            int attempts = first.messages.size();

            long start = System.nanoTime();
            String request = sent(api, "+79120000199");

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
            assertThat(first.messages).hasSize(attempts);
            assertThat(api.channel(request).body().path("status").asText()).isEqualTo("sent");
            assertThat(second.messages).hasSize(6);
            assertThat(second.last().path("code").asText()).hasSize(6);
            assertThat(api.checkCode(request, second.last().path("code").asText())
                            .success())
                    .isTrue();
            assertThat(api.text("/metrics")).contains("otp_gateway_health{gateway=\"first\"} 0.0");
            // what was handed over again by the second was the same message
            assertThat(second.messages.get(0).path("dispatchId"))
                    .isEqualTo(first.messages.get(0).path("dispatchId"));
        }
    }

    @Test
    void whileAllGatewaysOfAChannelAreDownTheNextOneStartsAtOnceAndAResendUsesNothingUp() throws Exception {
        first.close();
        try (RunningService service = serve()) {
            Api api = service.api();
            widget(api, channel("sms", "first"));
            String failed =
                    api.send(WIDGET, "+79120000201").body().path("requestId").asText();
            // the last channel is tried on until dispatch.timeout
            await().until(() -> api.channel(failed).type().equals("ResendChannelException"));
            assertThat(health(api, "first")).isEqualTo("down");

            Api.Answer resend = api.post("/" + failed + "/resend", null);

            assertThat(resend.status()).isEqualTo(400);
            assertThat(resend.type()).isEqualTo("ResendChannelException");

            widget(api, channel("sms", "first"), channel("voice", "second"));
            long start = System.nanoTime();
            String request = sent(api, "+79120000202");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
            assertThat(api.channel(request).body().path("type").asText()).isEqualTo("voice");
        }
    }

    @Test
    void whatAProviderReportsDecidesHoweverEarlyOrOftenItComes() throws Exception {
        try (RunningService service = serve()) {
            Api api = service.api();
            widget(api, channel("sms", "first"), channel("voice", "second"));
            HttpClient client = HttpClient.newHttpClient();
            // the report overtakes the answer that it is about
            first.before = message -> {
                callback(client, service, "first", "{\"id\":\"m1\",\"status\":\"undelivered\"}", "hush");
                return "{\"id\":\"m1\"}";
            };

            String request =
                    api.send(WIDGET, "+79120000301").body().path("requestId").asText();

            await().until(() -> second.messages.size() == 1);
            await().until(() ->
                    api.channel(request).body().path("status").asText().equals("sent"));
            assertThat(api.channel(request).body().path("type").asText()).isEqualTo("voice");
            assertThat(callback(client, service, "first", "{\"id\":\"m1\",\"status\":\"undelivered\"}", "hush"))
                    .isEqualTo(200);
            assertThat(callback(client, service, "first", "{\"id\":\"nobody's\",\"status\":\"delivered\"}", "hush"))
                    .isEqualTo(200);
            assertThat(callback(client, service, "first", "{\"id\":\"m1\",\"status\":\"read\"}", "wrong"))
                    .isEqualTo(401);
            assertThat(callback(client, service, "second", "{}", "hush")).isEqualTo(404);
            assertThat(api.channel(request).body().path("type").asText()).isEqualTo("voice");
            assertThat(second.messages).hasSize(1);
            assertThat(api.text("/metrics"))
                    .contains("otp_gateway_reports_total{fate=\"taken\",gateway=\"first\"} 2.0")
                    .contains("otp_gateway_reports_total{fate=\"unauthorized\",gateway=\"first\"} 1.0");
            service.kill();
            assertThat(service.logged())
                    .doesNotContain("+79120000301", second.last().path("code").asText(), "hush");
        }
    }

    @Test
    void aMessageThatWasReportedOfBeforeARestartIsStillKnownAfterIt() throws Exception {
        first.before = message -> "{\"id\":\"m7\"}";
        String request;
        try (RunningService service = serve()) {
            widget(service.api(), channel("sms", "first"), channel("voice", "second"));
            request = sent(service.api(), "+79120000401");
            service.kill();
        }
        try (RunningService again = serve()) {
            assertThat(callback(
                            HttpClient.newHttpClient(),
                            again,
                            "first",
                            "{\"id\":\"m7\",\"status\":\"undelivered\"}",
                            "hush"))
                    .isEqualTo(200);

            Api api = again.api();
            await().until(() ->
                    api.channel(request).body().path("type").asText().equals("voice"));
        }
    }

    @Test
    void faultsInTheSettingsOfGatewaysAreToldTogether() throws Exception {
        Path file = Files.writeString(folder.resolve("faulty.yaml"), """
                gateways:
                  a: {kind: smpp, host: smsc.example, prot: 2775}
                  b: {kind: twilio, accountSid: x}
                  c: {kind: pigeon}
                """);
        Process process = RunningService.process(
                        folder, Map.of(), List.of(), List.of("serve", "--config", file.toString()))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(said)
                .contains(
                        "gateways.a.systemId: ", "gateways.a.passwordFile: ", "gateways.a.prot: unknown key", "line 2")
                .contains("gateways.b.accountSid: ", "gateways.b.authTokenFile: ", "line 3")
                .contains("gateways.c.kind: expected one of ");
    }

    // ---- steps

    private RunningService serve() throws IOException {
        Path file = Files.writeString(folder.resolve("otp.yaml"), """
                dispatch: {timeout: 3}
                gateways:
                  first:
                    kind: http
                    url: %s
                    token: quiet
                    messageId: /id
                    callback: {id: /id, signature: {kind: hmac, header: X-Signature, secret: hush}}
                  second: {kind: http, url: "%s", token: quiet}
                """.formatted(first.url(), second.url()));
        return RunningService.start(
                folder, Map.of(), List.of(), List.of("serve", "--config", file.toString(), "--port", "0"));
    }

    private static void widget(Api api, String... channels) {
        assertThat(api.site(
                                "PUT",
                                "/admin/widgets/" + WIDGET,
                                "{\"name\":\"Login\",\"channels\":[" + String.join(",", channels) + "]}")
                        .status())
                .isIn(200, 201);
    }

    private static String channel(String type, String... gateways) {
        return "{\"type\":\"" + type + "\",\"gateways\":[\"" + String.join("\",\"", gateways)
                + "\"],\"templates\":[{\"text\":\"Code {{code}}\",\"locale\":\"en\"}]}";
    }

    private static String sent(Api api, String recipient) {
        Api.Answer answer = api.send(WIDGET, recipient);
        assertThat(answer.status()).isEqualTo(201);
        String request = answer.body().path("requestId").asText();
        assertThat(api.channelPoll(request).body().path("status").asText()).isEqualTo("sent");
        return request;
    }

    private static String health(Api api, String gateway) {
        return api.site("GET", "/health/ready", null)
                .body()
                .path("gateways")
                .path(gateway)
                .asText();
    }

    private static int callback(HttpClient client, RunningService service, String gateway, String body, String key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return client.send(
                            HttpRequest.newBuilder(URI.create(service.site() + "/callbacks/" + gateway))
                                    .header("Content-Type", "application/json")
                                    .header(
                                            "X-Signature",
                                            HexFormat.of()
                                                    .formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8))))
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes messages as JSON. */
    private static final class FakeProvider implements AutoCloseable {
        final List<JsonNode> messages = new CopyOnWriteArrayList<>();
        volatile int status = 200;
        volatile Function<JsonNode, String> before =
                message -> "{\"id\":\"" + message.path("dispatchId").asText() + "\"}";
        private final HttpServer server;

        FakeProvider() throws IOException {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
            server.setExecutor(Executors.newCachedThreadPool());
            server.createContext("/", this::answer);
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/send";
        }

        JsonNode last() {
            return messages.get(messages.size() - 1);
        }

        private void answer(HttpExchange exchange) throws IOException {
            JsonNode message = JSON.readTree(exchange.getRequestBody().readAllBytes());
            messages.add(message);
            byte[] answer = before.apply(message).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
