package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.BASE;
import static io.otphandler.adapter.http.TestServer.DEMO;
import static io.otphandler.adapter.http.TestServer.OTHER_DEMO;
import static io.otphandler.adapter.http.TestServer.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoApiTest {

    private static final AccountId DEMO_ACCOUNT = new AccountId("demo");
    private static final AccountId SCENARIOS = new AccountId("demo-scenarios");
    private static final UUID NONE = new UUID(0, 7);

    private final TestServer server = new TestServer();

    @BeforeAll
    void saveWidgets() {
        save(server, DEMO, DEMO_ACCOUNT);
        save(server, OTHER_DEMO, SCENARIOS);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static void save(TestServer server, WidgetId id, AccountId owner) {
        server.widgets()
                .save(new Widget(
                        id,
                        0,
                        owner,
                        "Demo",
                        true,
                        false,
                        "RU",
                        Widget.DEFAULT_SESSION_LIFETIME,
                        null,
                        List.of(TestServer.channel(ChannelType.SMS, ChannelSettings.DEFAULT)),
                        Map.of()));
    }

    private String tokenFor(WidgetId widget) {
        return server.get(null, "/demo/token?widget=" + widget)
                .json()
                .get("token")
                .asText();
    }

    /** A session, begun as the page's form begins one. */
    private String started(WidgetId widget) {
        TestServer.Res res = server.post(tokenFor(widget), BASE, TestServer.sendBody(widget));
        assertThat(res.status()).isEqualTo(201);
        return res.json().get("requestId").asText();
    }

    // ---- the page

    @ParameterizedTest
    @CsvSource({
        "/demo, text/html",
        "/demo/demo.css, text/css",
        "/demo/demo.js, text/javascript",
        "/demo/icon.svg, image/svg+xml"
    })
    void thePageIsServedFromHereAlone(String path, String type) {
        TestServer.Res res = server.get(null, path);

        assertThat(res.status()).isEqualTo(200);
        assertThat(res.header("Content-Type")).startsWith(type);
        assertThat(res.header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                        + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        assertThat(res.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(res.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(res.header("Cache-Control")).isEqualTo("no-cache");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/demo/index.html", "/demo/..%2fopenapi.yaml", "/demo/sessions", "/demo/x"})
    void nothingElseOfTheJarIs(String path) {
        assertThat(server.get(null, path).status()).isIn(400, 404);
    }

    // ---- tokens

    @Test
    void aTokenIsForOneWidgetAndForWhatAFormNeeds() {
        TestServer.Res res = server.get(null, "/demo/token");

        assertThat(res.status()).isEqualTo(200);
        assertThat(res.header("Cache-Control")).isEqualTo("no-store");
        assertThat(res.json().get("expiresIn").asInt()).isEqualTo(300);
        String token = res.json().get("token").asText();
        TestServer.Res sent = server.post(token, BASE, TestServer.sendBody(DEMO));
        assertThat(sent.status()).isEqualTo(201);
        String id = sent.json().get("requestId").asText();
        assertThat(server.get(token, BASE + "/" + id + "/channel").status()).isEqualTo(200);
        // neither another widget of the demo, nor what a backend, an admin or the sandbox may
        assertThat(server.post(token, BASE, TestServer.sendBody(OTHER_DEMO)).type())
                .isEqualTo("ForbiddenException");
        assertThat(server.get(token, BASE + "/widget/" + OTHER_DEMO).status()).isEqualTo(403);
        assertThat(server.post(token, BASE + "/" + id + "/complete", null).status())
                .isEqualTo(403);
        assertThat(server.get(token, "/admin/sessions/" + id).status()).isEqualTo(403);
        assertThat(server.get(token, "/sandbox/messages").status()).isEqualTo(403);
        assertThat(server.get(tokenFor(OTHER_DEMO), BASE + "/" + id + "/channel")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aTokenIsGoodForFiveMinutes() {
        try (TestServer own = new TestServer()) {
            save(own, DEMO, DEMO_ACCOUNT);
            String token = own.get(null, "/demo/token").json().get("token").asText();
            String widget = BASE + "/widget/" + DEMO;

            own.test.clock().advance(Duration.ofSeconds(299));
            assertThat(own.get(token, widget).status()).isEqualTo(200);
            // and the leeway that clocks have
            own.test.clock().advance(Duration.ofSeconds(32));
            assertThat(own.get(token, widget).status()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-0000-4000-8000-000000000009", "x", "", "%00"})
    void thereAreNoTokensForOtherWidgets(String widget) {
        TestServer.Res res = server.get(null, "/demo/token?widget=" + widget);

        assertThat(res.type()).isEqualTo(widget.equals("%00") ? "ValidateError" : "WidgetNotFoundException");
        assertThat(server.get(null, "/demo/token?widget=" + server.sms().id()).status())
                .isEqualTo(404);
    }

    // ---- sessions

    @Test
    void aVisitorSeesTheirSessionAndItsMessagesAlone() {
        String id = started(DEMO);
        String neighbours = started(DEMO);
        PhoneNumber phone = new PhoneNumber(PHONE);
        server.sandbox.keep(DEMO_ACCOUNT, new DispatchId(new SessionId(UUID.fromString(id)), 1), phone, "123456");
        server.sandbox.keep(
                DEMO_ACCOUNT, new DispatchId(new SessionId(UUID.fromString(neighbours)), 1), phone, "222222");
        server.sandbox.keep(DEMO_ACCOUNT, new DispatchId(new SessionId(UUID.fromString(id)), 2), phone, "654321");

        TestServer.Res res = server.get(null, "/demo/sessions/" + id);

        assertThat(res.status()).isEqualTo(200);
        assertThat(res.header("Cache-Control")).isEqualTo("no-store");
        JsonNode admins = server.get(server.token("demo", "otp:admin", null), "/admin/sessions/" + id)
                .json();
        assertThat(res.json().get("session")).isEqualTo(admins);
        assertThat(res.json().get("messages").findValuesAsText("dispatchId")).containsExactly(id + ".2", id + ".1");
        assertThat(res.json().get("messages").findValuesAsText("code")).containsExactly("654321", "123456");
    }

    @Test
    void sessionsOfTheOtherAccountsWidgetsAreTheDemosToo() {
        String id = started(OTHER_DEMO);

        assertThat(server.get(null, "/demo/sessions/" + id)
                        .json()
                        .at("/session/account")
                        .asText())
                .isEqualTo("demo-scenarios");
    }

    @Test
    void nobodyElsesSessionIsReachedThroughTheDemo() {
        String others = server.start(server.sms());
        String body = "{\"status\":\"undelivered\"}";

        for (String id : List.of(others, NONE.toString(), "x")) {
            assertThat(server.get(null, "/demo/sessions/" + id).type()).isEqualTo("SessionNotFoundException");
            assertThat(server.post(
                                    null,
                                    "/demo/sessions/" + id + "/complete?recipient=" + TestServer.encoded(PHONE),
                                    null)
                            .type())
                    .isEqualTo("SessionNotFoundException");
            assertThat(server.post(null, "/demo/messages/" + id + ".1/receipt", body)
                            .type())
                    .isEqualTo("NotFoundException");
        }
        assertThat(server.get(server.backend(), BASE + "/" + others + "/channel")
                        .json()
                        .get("status")
                        .asText())
                .isEqualTo("sent");
    }

    @Test
    void aWidgetThatHasPassedToAnotherAccountIsNotTheDemosAnyMore() {
        try (TestServer own = new TestServer()) {
            save(own, DEMO, new AccountId(TestServer.ACCOUNT));
            String id = own.post(own.backend(), BASE, TestServer.sendBody(DEMO))
                    .json()
                    .get("requestId")
                    .asText();

            assertThat(own.get(null, "/demo/sessions/" + id).type()).isEqualTo("SessionNotFoundException");
            assertThat(own.post(null, "/demo/sessions/" + id + "/complete?recipient=" + TestServer.encoded(PHONE), null)
                            .type())
                    .isEqualTo("SessionNotFoundException");
        }
    }

    @ParameterizedTest
    @MethodSource("widgets")
    void aSessionIsCompletedOnceAsACompanysBackendWould(WidgetId widget) {
        String token = tokenFor(widget);
        String id = started(widget);
        String complete = "/demo/sessions/" + id + "/complete";
        String right = complete + "?recipient=" + TestServer.encoded(PHONE);

        assertThat(server.post(null, complete, null).faults()).containsExactly("recipient");
        assertThat(server.post(null, complete + "?recipient=%2B79990000000", null)
                        .type())
                .isEqualTo("PhoneNumberMismatchException");
        assertThat(server.post(null, right, null).json().get("success").asBoolean())
                .isFalse();
        assertThat(server.post(token, BASE + "/" + id + "/checkCode", "{\"code\":\"" + server.code() + "\"}")
                        .status())
                .isEqualTo(201);
        TestServer.Res first = server.post(null, right, null);
        assertThat(first.status()).isEqualTo(201);
        assertThat(first.json().get("success").asBoolean()).isTrue();
        assertThat(server.post(null, right, null).json().get("success").asBoolean())
                .isFalse();
    }

    static Stream<WidgetId> widgets() {
        return Stream.of(DEMO, OTHER_DEMO);
    }

    // ---- the sandbox

    @ParameterizedTest
    @MethodSource("widgets")
    void aReceiptReachesItsSession(WidgetId widget) {
        String id = started(widget);

        assertThat(server.post(null, "/demo/messages/" + id + ".1/receipt", "{\"status\":\"undelivered\"}")
                        .status())
                .isEqualTo(202);
        assertThat(server.get(null, "/demo/sessions/" + id)
                        .json()
                        .at("/session/status")
                        .asText())
                .isEqualTo("error");
        assertThat(server.post(null, "/demo/messages/" + id + ".9/receipt", "{\"status\":\"undelivered\"}")
                        .type())
                .isEqualTo("NotFoundException");
        assertThat(server.post(null, "/demo/messages/" + id + ".1/receipt", "{\"status\":\"eaten\"}")
                        .faults())
                .containsExactly("status");
    }

    @Test
    void aBehaviourHoldsForTheDemosAccountsAlone() {
        server.sandbox.orders.clear();
        TestServer.Res res = server.method(
                "PUT",
                null,
                "/demo/behaviours",
                "{\"recipient\":\"8 912 345-67-89\",\"channel\":\"sms\",\"outcome\":\"reject\",\"gateway\":\"smsc\"}");

        assertThat(res.status()).isEqualTo(204);
        assertThat(server.sandbox.orders)
                .extracting(FakeSandbox.Order::account)
                .containsExactlyInAnyOrder(DEMO_ACCOUNT, SCENARIOS);
        assertThat(server.sandbox.orders).allSatisfy(order -> {
            assertThat(order.recipient()).isEqualTo(new PhoneNumber(PHONE));
            assertThat(order.channel()).isEqualTo(ChannelType.SMS);
            assertThat(order.gateway()).isNull();
            assertThat(order.behaviour().outcome()).isEqualTo(Delivery.Kind.REJECTED);
        });
        assertThat(server.method("PUT", null, "/demo/behaviours", "{}").faults())
                .containsExactly("recipient", "channel", "outcome");
    }

    // ---- who may see it

    static Stream<Arguments> routes() {
        return Stream.of(
                Arguments.of("GET", "/demo"),
                Arguments.of("HEAD", "/demo"),
                Arguments.of("GET", "/demo/demo.js"),
                Arguments.of("GET", "/demo/x"),
                Arguments.of("GET", "/demo/token"),
                Arguments.of("GET", "/demo/token?widget=x"),
                Arguments.of("GET", "/demo/sessions/" + NONE),
                Arguments.of("POST", "/demo/sessions/" + NONE + "/complete?recipient=1"),
                Arguments.of("POST", "/demo/messages/" + NONE + ".1/receipt"),
                Arguments.of("PUT", "/demo/behaviours"));
    }

    private static String raw(TestServer of, String method, String path, String version, String... headers) {
        return RawHttp.exchange(
                of.server.port(),
                method + " " + path + " " + version + "\r\nConnection: close\r\nAccept-Language: en\r\n"
                        + String.join("\r\n", headers) + "\r\n\r\n");
    }

    @Test
    void theListOfRoutesIsWhole() {
        assertThat(routes().map(route -> route.get()[0] + " " + route.get()[1])
                        .map(route -> route.replaceFirst("\\?.*", "")
                                .replace(NONE + ".1", "{dispatchId}")
                                .replace(NONE.toString(), "{requestId}")
                                .replace("/x", "/{file}")))
                .containsAll(server.server.routes().stream()
                        .filter(route -> route.contains(" /demo"))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("routes")
    void everyRouteIsForThisMachineAlone(String method, String path) {
        String port = ":" + server.server.port();
        for (String mine : List.of("localhost" + port, "127.0.0.1", "[::1]" + port)) {
            assertThat(raw(server, method, path, "HTTP/1.1", "Host: " + mine))
                    .as(mine)
                    .doesNotStartWith("HTTP/1.1 403");
        }
        for (String[] others : List.of(
                new String[] {"Host: evil.example" + port},
                new String[] {"Host: localhost.evil.example"},
                new String[] {"Host: localhost", "Forwarded: for=127.0.0.1"},
                new String[] {"Host: localhost", "X-Forwarded-For: 127.0.0.1"},
                new String[] {"Host: localhost", "X-Real-IP: 127.0.0.1"},
                new String[] {"Host: 127.0.0.1" + port, "Via: 1.1 proxy"})) {
            assertThat(raw(server, method, path, "HTTP/1.1", others))
                    .as(String.join(", ", others))
                    .startsWith("HTTP/1.1 403");
        }
        assertThat(raw(server, method, path, "HTTP/1.0", "Host: 127.0.0.1" + port))
                .contains(" 403 ");
    }

    @Test
    void whoIsTurnedAwayIsToldWhyAndHowToChangeThat() {
        TestServer.Res res = server.get(null, "/demo", "X-Forwarded-For", "203.0.113.5");

        assertThat(res.type()).isEqualTo("ForbiddenException");
        assertThat(res.header("Cache-Control")).isEqualTo("no-store");
        assertThat(res.json().at("/payload/reason").asText()).contains("demo: true");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void whereItIsForEverybodyNobodyIsTurnedAway(String method, String path) {
        try (TestServer open = new TestServer(HttpSettings.DEFAULT, true, true)) {
            assertThat(raw(open, method, path, "HTTP/1.1", "Host: demo.example", "X-Forwarded-For: 203.0.113.5"))
                    .doesNotStartWith("HTTP/1.1 403");
        }
    }

    @Test
    void whereThereIsNoDemoItsRoutesAreNotFound() {
        try (TestServer without = new TestServer(HttpSettings.DEFAULT, false, false)) {
            assertThat(without.server.routes()).noneMatch(route -> route.contains("/demo"));
            assertThat(without.get(null, "/demo").type()).isEqualTo("NotFoundException");
            assertThat(without.get(null, "/demo/token").type()).isEqualTo("NotFoundException");
            assertThat(without.get(null, "/widget.js").status()).isEqualTo(200);
        }
    }
}
