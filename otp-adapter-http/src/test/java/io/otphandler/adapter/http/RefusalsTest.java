package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.BASE;
import static io.otphandler.adapter.http.TestServer.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.widget.Widget;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Which refusal comes first, and what a request must look like at all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RefusalsTest {
    private static final String NONE = UUID.randomUUID().toString();

    private TestServer server;

    @BeforeAll
    void start() {
        server = new TestServer();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String stranger() {
        return server.token("stranger", "otp:backend", null);
    }

    // ---- order

    @Test
    void sendRefusesInTheOrderOfTheSpecification() {
        Widget widget = server.sms();
        server.widgets().update(widget.id(), w -> w.withBlocked(true));
        String good = TestServer.sendBody(widget.id());
        String badRecipient = good.replace(PHONE, "12");

        assertThat(server.post(null, BASE, "{").type()).isEqualTo("UnauthorizedException");
        assertThat(server.post(server.token("otp:admin"), BASE, "{").type()).isEqualTo("ForbiddenException");
        assertThat(server.post(stranger(), BASE, "{\"widgetId\":\"x\"}").type()).isEqualTo("ValidateError");
        assertThat(server.post(
                                stranger(),
                                BASE,
                                badRecipient.replace(widget.id().toString(), "x"))
                        .type())
                .isEqualTo("WidgetNotFoundException");
        assertThat(server.post(stranger(), BASE, badRecipient).type()).isEqualTo("ForbiddenException");
        assertThat(server.post(server.backend(), BASE, badRecipient).type()).isEqualTo("WidgetIsBlockedException");
        server.widgets().update(widget.id(), w -> w.withBlocked(false));
        TestServer.Res res = server.post(server.backend(), BASE, badRecipient);
        assertThat(res.type()).isEqualTo("ValidateError");
        assertThat(res.faults()).containsExactly("recipient");
    }

    @Test
    void aSessionsOperationsRefuseInTheOrderOfTheSpecification() {
        String id = server.confirmed(server.sms());
        String check = BASE + "/" + id + "/checkCode";
        String status = BASE + "/" + id + "/status";

        assertThat(server.post(null, check, "{").status()).isEqualTo(401);
        assertThat(server.post(server.token("otp:sandbox"), check, "{").status())
                .isEqualTo(403);
        assertThat(server.post(stranger(), BASE + "/x/checkCode", "{}").type()).isEqualTo("ValidateError");
        assertThat(server.post(stranger(), BASE + "/x/checkCode", "{\"code\":\"1\"}")
                        .type())
                .isEqualTo("SessionNotFoundException");
        assertThat(server.get(stranger(), BASE + "/" + NONE + "/status").type()).isEqualTo("ValidateError");
        assertThat(server.get(stranger(), BASE + "/" + NONE + "/status?recipient=1")
                        .type())
                .isEqualTo("SessionNotFoundException");
        assertThat(server.get(stranger(), status + "?recipient=1").type()).isEqualTo("ForbiddenException");
        assertThat(server.get(server.backend(), status + "?recipient=1").type())
                .isEqualTo("PhoneNumberMismatchException");
        assertThat(server.post(server.backend(), check, "{\"code\":\"1\"}").type())
                .isEqualTo("SessionClosedException");
    }

    @Test
    void aBodyThatIsTooLargeOrOfAnotherTypeIsRefusedAfterTheToken() {
        String large = "{\"a\":\"" + "x".repeat(20_000) + "\"}";

        assertThat(server.post(null, BASE, large).status()).isEqualTo(401);
        assertThat(server.post(server.token("otp:admin"), BASE, large).status()).isEqualTo(403);
        TestServer.Res res = server.post(server.backend(), BASE, large);
        assertThat(res.status()).isEqualTo(413);
        assertThat(res.type()).isEqualTo("PayloadTooLargeException");
        assertThat(server.post(server.backend(), BASE + "/nowhere/at/all", large)
                        .status())
                .isEqualTo(404);
        assertThat(server.post(server.backend(), BASE, "{", "Content-Type", "text/plain")
                        .type())
                .isEqualTo("UnsupportedMediaTypeException");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x", "1-1-1-1-1", "%00", "..", "%2e%2e", "{requestId}", "00000000-0000-4000-8000-00000000000g"})
    void aMalformedIdIsNotFound(String id) {
        assertThat(server.get(
                                server.backend(),
                                BASE + "/" + id.replace("{", "%7B").replace("}", "%7D") + "/channel")
                        .status())
                .isIn(404, 400);
        assertThat(server.post(server.backend(), BASE + "/x/complete", null).type())
                .isEqualTo("SessionNotFoundException");
    }

    // ---- scopes

    @ParameterizedTest(name = "{0} {1}: {2}")
    @MethodSource("routes")
    void everyRouteIsOpenToItsScopesOnly(String method, String path, String allowed) {
        for (String scope :
                List.of("otp:widget", "otp:backend", "otp:admin", "otp:root", "otp:sandbox", "", "otp", "otp:widge")) {
            TestServer.Res res = server.method(method, server.token(scope), path, null);
            boolean refused = res.status() == 403 && res.type().equals("ForbiddenException");
            assertThat(refused).as(scope).isEqualTo(!List.of(allowed.split(" ")).contains(scope));
        }
    }

    static Stream<Arguments> routes() {
        String form = "otp:widget otp:backend";
        String admin = "otp:admin otp:root";
        return Stream.of(
                Arguments.of("GET", BASE + "/widget/" + NONE, form),
                Arguments.of("POST", BASE, form),
                Arguments.of("GET", BASE + "/" + NONE + "/channel", form),
                Arguments.of("GET", BASE + "/longPolling/" + NONE + "/channel", form),
                Arguments.of("GET", BASE + "/" + NONE + "/status?recipient=1", form),
                Arguments.of("GET", BASE + "/longPolling/" + NONE + "/status?recipient=1", form),
                Arguments.of("POST", BASE + "/" + NONE + "/checkCode", form),
                Arguments.of("POST", BASE + "/" + NONE + "/checkStatusAndComplete?recipient=1", "otp:backend"),
                Arguments.of("POST", BASE + "/" + NONE + "/complete", "otp:backend"),
                Arguments.of("POST", BASE + "/" + NONE + "/resend", form),
                Arguments.of("DELETE", BASE + "/" + NONE, form),
                Arguments.of("GET", "/admin/widgets", admin),
                Arguments.of("POST", "/admin/widgets", admin),
                Arguments.of("GET", "/admin/widgets/" + NONE, admin),
                Arguments.of("PUT", "/admin/widgets/" + NONE, admin),
                Arguments.of("DELETE", "/admin/widgets/" + NONE, admin),
                Arguments.of("POST", "/admin/widgets/" + NONE + "/block", admin),
                Arguments.of("POST", "/admin/widgets/" + NONE + "/unblock", admin),
                Arguments.of("GET", "/admin/blockedRecipients", admin),
                Arguments.of("PUT", "/admin/blockedRecipients/+79990000001", admin),
                Arguments.of("DELETE", "/admin/blockedRecipients/+79990000001", admin),
                Arguments.of("GET", "/admin/sessions/" + NONE, admin),
                Arguments.of("GET", "/sandbox/messages", "otp:sandbox"),
                Arguments.of("POST", "/sandbox/messages/" + NONE + ".1/receipt", "otp:sandbox"),
                Arguments.of("PUT", "/sandbox/behaviours", "otp:sandbox"));
    }

    @Test
    void aBadTokenIsToldSoAndNoMore() {
        TestServer.Res res = server.get("a.b.c", BASE + "/" + NONE + "/channel");

        assertThat(res.status()).isEqualTo(401);
        assertThat(res.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
        assertThat(res.json().has("payload")).isFalse();
    }

    // ---- bodies

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "null",
                "[]",
                "\"x\"",
                "1",
                "{}{}",
                "{} x",
                "{'a':1}",
                "{a:1}",
                "{\"a\":1,}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "// x\n{}",
                "{\"code\":\"1\",\"code\":\"1\"}",
                "{\"code\":\"1\",\"x\":{\"y\":1,\"y\":2}}",
                "{\"code\":1}",
                "{\"code\":null}",
                "{\"code\":true}",
                "{\"code\":[\"1\"]}",
                "{\"code\":\"\"}",
                "{\"code\":\" - - \"}",
                "{\"code\":\"1\n\"}",
                "{\"code\":\"123456789012345678901234567890123\"}"
            })
    void whatIsNoCodeInJsonIsNotValid(String body) {
        TestServer.Res res = server.post(server.backend(), BASE + "/" + NONE + "/checkCode", body);

        assertThat(res.type()).isEqualTo("ValidateError");
        assertThat(res.faults()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"code\":\"1\\u0000\"}",
                "{\"code\":\"1\\ud800\"}",
                "{\"code\":\"12345678901234567890123456789012\"}",
                "{\"code\":\"one\"}"
            })
    void whatIsNotTheCodeIsAWrongTry(String body) {
        String id = server.start(server.sms());

        assertThat(server.post(server.backend(), BASE + "/" + id + "/checkCode", body)
                        .type())
                .isEqualTo("InvalidCodeException");
        assertThat(server.get(server.backend(), BASE + "/" + id + "/channel")
                        .json()
                        .get("remainingCodeAttempts")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void aCodeMayStandAmongManySpaces() {
        String session = server.start(server.sms());
        String body = "{\"code\":\"" + " ".repeat(5_000) + server.wrongCode() + "\"}";

        assertThat(server.post(server.backend(), BASE + "/" + session + "/checkCode", body)
                        .type())
                .isEqualTo("InvalidCodeException");
    }

    @Test
    void depthAndBytesAreBounded() throws Exception {
        String deep = "{\"code\":\"1\",\"x\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
        String number = "{\"code\":\"1\",\"x\":" + "9".repeat(10_000) + "}";

        assertThat(server.post(server.backend(), BASE + "/" + NONE + "/checkCode", deep)
                        .type())
                .isEqualTo("ValidateError");
        assertThat(server.post(server.backend(), BASE + "/" + NONE + "/checkCode", number)
                        .type())
                .isEqualTo("ValidateError");
        for (byte[] body : List.of(
                new byte[] {'{', '"', 'c', 'o', 'd', 'e', '"', ':', '"', (byte) 0xff, '"', '}'},
                "{\"code\":\"1\"}".getBytes("UTF-16LE"),
                "{\"code\":\"1\"}".getBytes("UTF-16"))) {
            assertThat(checkCode(body).type()).isEqualTo("ValidateError");
        }
        assertThat(checkCode("\ufeff{\"code\":\"1\"}".getBytes("UTF-8")).type()).isEqualTo("SessionNotFoundException");
        assertThat(checkCode("{\"code\":\"1\",\"x\":[{}],\"y\":1.5e300}".getBytes("UTF-8"))
                        .type())
                .isEqualTo("SessionNotFoundException");
    }

    private TestServer.Res checkCode(byte[] body) {
        return server.send(server.request(server.backend(), BASE + "/" + NONE + "/checkCode")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | true",
                "application/json; charset=utf-8 | true",
                "Application/JSON;charset=\"UTF-8\" | true",
                "application/vnd.acme+json | true",
                "application/json; profile=x | true",
                "application/json; charset=windows-1251 | false",
                "application/json; charset= | false",
                "application/jsonx | false",
                "text/json | false",
                "application/x-www-form-urlencoded | false",
                "application/json; charset | false",
                "; | false",
            })
    void aBodySaysThatItIsJsonOrNothing(String contentType, boolean accepted) {
        TestServer.Res res = server.post(
                server.backend(), BASE + "/" + NONE + "/checkCode", "{\"code\":\"1\"}", "Content-Type", contentType);

        assertThat(res.status()).isEqualTo(accepted ? 404 : 415);
        assertThat(server.post(server.backend(), BASE + "/" + NONE + "/complete", "x", "Content-Type", contentType)
                        .type())
                .isEqualTo("SessionNotFoundException");
    }

    @ParameterizedTest
    @CsvSource({"identity, 404", "IDENTITY, 404", "'', 404", "gzip, 415", "br, 415", "'identity, gzip', 415"})
    void aCodedBodyIsNotGuessedAt(String coding, int status) {
        TestServer.Res res = server.post(
                server.backend(), BASE + "/" + NONE + "/checkCode", "{\"code\":\"1\"}", "Content-Encoding", coding);

        assertThat(res.status()).isEqualTo(status);
    }

    @Test
    void whoComesWithSeveralTokensComesWithNone() {
        String path = BASE + "/" + NONE + "/channel";

        assertThat(server.get(server.backend(), path, "Authorization", "Bearer " + server.backend())
                        .status())
                .isEqualTo(401);
        assertThat(server.get(server.backend(), path, "Authorization", "Basic YTpi")
                        .status())
                .isEqualTo(401);
        assertThat(server.get(server.backend(), path).status()).isEqualTo(404);
    }

    @Test
    void allBadFieldsOfSendAreToldTogether() {
        TestServer.Res res = server.post(
                server.backend(),
                BASE,
                "{\"widgetId\":7,\"locale\":\"no tag\",\"clientIp\":\"localhost\",\"reference\":\"" + "x".repeat(129)
                        + "\"}");

        assertThat(res.faults()).containsExactlyInAnyOrder("widgetId", "recipient", "locale", "clientIp", "reference");
        assertThat(res.json().get("payload").get("errors").get(0).get("message").asText())
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.3.4, true",
        "255.255.255.255, true",
        "::, true",
        "::ffff:1.2.3.4, true",
        "2001:db8:0:0:0:0:0:1, true",
        "1.2.3, false",
        "1.2.3.4., false",
        "256.1.1.1, false",
        "01.2.3.4, false",
        "1::2::3, false",
        ":1, false",
        "fe80::1%eth0, false",
        "example.com, false",
        "[::1], false",
        "beef, false"
    })
    void aClientsAddressIsALiteral(String address, boolean literal) {
        assertThat(ClientAddress.isLiteral(address)).isEqualTo(literal);
    }

    @ParameterizedTest
    @CsvSource({
        "'', ValidateError",
        "?, ValidateError",
        "?recipient, ValidateError",
        "?recipient=, ValidateError",
        "?recipient=%00, ValidateError",
        "?recipient=%zz, ValidateError",
        "?Recipient=1, ValidateError",
        "?x=%zz&recipient=1, SessionNotFoundException",
        "?recipient=%D0%FF, SessionNotFoundException",
        "?recipient=1&recipient=2, SessionNotFoundException"
    })
    void aRecipientMustBeInTheQuery(String query, String type) {
        // a raw socket: the JDK's client would not send such addresses
        String answer = RawHttp.exchange(
                server.server.port(),
                "GET " + BASE + "/" + NONE + "/status" + query + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                        + server.backend() + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).contains("\"type\":\"" + type + "\"");
    }
}
