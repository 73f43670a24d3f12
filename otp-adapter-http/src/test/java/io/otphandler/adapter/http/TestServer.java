package io.otphandler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import io.otphandler.adapter.http.json.StrictJson;
import io.otphandler.adapter.http.metrics.Metrics;
import io.otphandler.adapter.http.token.ConfiguredKeys;
import io.otphandler.adapter.http.token.Scope;
import io.otphandler.adapter.http.token.TokenVerifier;
import io.otphandler.adapter.http.token.VerificationKey;
import io.otphandler.application.Application;
import io.otphandler.application.port.InMemorySessions;
import io.otphandler.application.port.InMemoryWidgets;
import io.otphandler.application.port.PlainRecipients;
import io.otphandler.application.port.ScriptedGateway;
import io.otphandler.application.port.TestApplication;
import io.otphandler.application.port.TestCertificate;
import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.channel.Template;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** The API on a free port, over the whole application in memory with a clock that the test moves. */
final class TestServer implements AutoCloseable {
    static final String BASE = HttpSettings.DEFAULT_BASE_PATH;
    static final byte[] SECRET = "a secret for tests, long enough to be one".getBytes(StandardCharsets.UTF_8);
    static final String PHONE = "+79123456789";
    static final String ACCOUNT = "acme";

    /** The demo's widgets, of two accounts; a test that needs them saves them. */
    static final WidgetId DEMO = new WidgetId(UUID.fromString("00000000-0000-4000-8000-000000000001"));

    static final WidgetId OTHER_DEMO = new WidgetId(UUID.fromString("00000000-0000-4000-8000-000000000002"));
    static final Map<WidgetId, AccountId> DEMOS =
            Map.of(DEMO, new AccountId("demo"), OTHER_DEMO, new AccountId("demo-scenarios"));

    final TestApplication test;
    final Application application;
    final FakeSandbox sandbox = new FakeSandbox();
    final Metrics metrics = new Metrics();
    final HttpClient client;
    private final String site;
    final OtpHttpServer server;
    volatile boolean ready = true;

    TestServer() {
        this(HttpSettings.DEFAULT);
    }

    TestServer(HttpSettings settings) {
        this(settings, UnaryOperator.identity());
    }

    TestServer(HttpSettings settings, UnaryOperator<Application> change) {
        this(new TestApplication(), settings, change);
    }

    TestServer(TestApplication test, HttpSettings settings, UnaryOperator<Application> change) {
        this(test, settings, change, true, false);
    }

    /** @param demoToEverybody rather than to this machine alone */
    TestServer(HttpSettings settings, boolean hasDemo, boolean demoToEverybody) {
        this(new TestApplication(), settings, UnaryOperator.identity(), hasDemo, demoToEverybody);
    }

    private TestServer(
            TestApplication test,
            HttpSettings settings,
            UnaryOperator<Application> change,
            boolean hasDemo,
            boolean demoToEverybody) {
        this.test = test;
        application = test.application();
        test.sessions().listen(metrics);
        metrics.gauge("otp_held_polls", "Polls held", application.heldPolls()::count);
        server = new OtpHttpServer(
                settings,
                new OtpHttpServer.Parts(
                        change.apply(application),
                        new PlainRecipients(),
                        test.gateways(),
                        sandbox,
                        hasDemo ? new Demo(DEMO, DEMOS, demoToEverybody, this::demoToken) : null,
                        new TokenVerifier(
                                new ConfiguredKeys(List.of(VerificationKey.hmac(SECRET))),
                                null,
                                null,
                                application.revocations()::contains,
                                test.clock()),
                        metrics,
                        () -> ready,
                        UUID::randomUUID));
        server.start();
        boolean secure = settings.tls() != null;
        site = (secure ? "https" : "http") + "://127.0.0.1:" + server.port();
        client = secure
                ? TestCertificate.client(HttpClient.Version.HTTP_2)
                : HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @Override
    public void close() {
        application.heldPolls().stop();
        try {
            server.stop(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    ScriptedGateway gateway() {
        return test.gateway();
    }

    InMemorySessions sessions() {
        return test.sessions();
    }

    InMemoryWidgets widgets() {
        return test.widgets();
    }

    // ---- tokens

    String token(String scope) {
        return token(ACCOUNT, scope, null);
    }

    String token(String account, String scope, List<String> widgets) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", account);
        claims.put("scope", scope);
        claims.put("exp", test.clock().instant().getEpochSecond() + 86_400);
        if (widgets != null) {
            claims.put("widgets", widgets);
        }
        return signed(claims);
    }

    private String demoToken(AccountId account, Scope scope, WidgetId widget, Duration timeToLive) {
        return signed(Map.of(
                "sub", account.value(),
                "scope", scope.wireName(),
                "exp", test.clock().instant().plus(timeToLive).getEpochSecond(),
                "widgets", List.of(widget.toString())));
    }

    static String signed(Map<String, Object> claims) {
        try {
            JWSObject jws = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(claims));
            jws.sign(new MACSigner(SECRET));
            return jws.serialize();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String backend() {
        return token("otp:backend");
    }

    // ---- requests

    record Res(int status, JsonNode json, HttpResponse<byte[]> response) {
        String type() {
            return json == null ? null : json.path("type").asText(null);
        }

        String message() {
            return json.path("message").asText();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        List<String> faults() {
            return json.path("payload").path("errors").findValuesAsText("field");
        }
    }

    HttpRequest.Builder request(String token, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(site + path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.timeout(Duration.ofSeconds(20));
    }

    Res send(HttpRequest.Builder request) {
        try {
            return res(client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    CompletableFuture<Res> sendAsync(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(TestServer::res);
    }

    /** Whatever a test is about, what it is answered is as it is described. */
    private static Res res(HttpResponse<byte[]> response) {
        assertThat(OpenApi.faults(response, response.body())).isEmpty();
        return new Res(response.statusCode(), StrictJson.read(response.body()).orElse(null), response);
    }

    Res get(String token, String path, String... headers) {
        return send(request(token, path, headers).GET());
    }

    Res post(String token, String path, String body, String... headers) {
        return method("POST", token, path, body, headers);
    }

    Res method(String method, String token, String path, String body, String... headers) {
        HttpRequest.Builder request = request(token, path, headers);
        if (body != null && !Arrays.asList(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        return send(request.method(
                method,
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body)));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    // ---- widgets and sessions

    Widget widget(Channel... channels) {
        return widgets()
                .save(new Widget(
                        new WidgetId(UUID.randomUUID()),
                        0,
                        new AccountId(ACCOUNT),
                        "Login",
                        true,
                        false,
                        "RU",
                        Widget.DEFAULT_SESSION_LIFETIME,
                        null,
                        List.of(channels),
                        Map.of()));
    }

    static Channel channel(ChannelType type, ChannelSettings settings) {
        return new Channel(
                type,
                type.wireName(),
                type.defaultCodeType(),
                true,
                List.of("sandbox"),
                settings,
                List.of(new Template(
                        List.of(), "ru", null, null, type.defaultCodeType() == CodeType.CODE ? "{{code}}" : "?")));
    }

    static ChannelSettings settings(int tries, int restarts) {
        ChannelSettings defaults = ChannelSettings.DEFAULT;
        return new ChannelSettings(
                defaults.lifetime(), tries, restarts, defaults.restartCooldown(), null, defaults.code());
    }

    Widget sms() {
        return widget(channel(ChannelType.SMS, ChannelSettings.DEFAULT));
    }

    static String sendBody(Object widgetId) {
        return "{\"widgetId\":\"" + widgetId + "\",\"recipient\":\"" + PHONE + "\"}";
    }

    /** Starts a session; the gateway accepts unless it has been told otherwise. */
    String start(Widget widget) {
        Res res = post(backend(), BASE, sendBody(widget.id()));
        if (res.status() != 201) {
            throw new AssertionError(res.status() + " " + res.json());
        }
        return res.json().get("requestId").asText();
    }

    String code() {
        return gateway().last().code().digits();
    }

    String wrongCode() {
        return code().startsWith("0") ? "111111" : "000000";
    }

    Res check(String requestId, String code) {
        return post(backend(), BASE + "/" + requestId + "/checkCode", "{\"code\":\"" + code + "\"}");
    }

    String confirmed(Widget widget) {
        String id = start(widget);
        if (check(id, code()).status() != 201) {
            throw new AssertionError("not confirmed");
        }
        return id;
    }
}
