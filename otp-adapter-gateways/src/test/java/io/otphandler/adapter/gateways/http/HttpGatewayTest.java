package io.otphandler.adapter.gateways.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.otphandler.adapter.gateways.call.Signatures;
import io.otphandler.adapter.gateways.kind.Messages;
import io.otphandler.adapter.gateways.kind.Opened;
import io.otphandler.application.port.Callback;
import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Delivery.Kind;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.Report;
import io.otphandler.domain.session.Receipt.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpGatewayTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final HttpKind KIND = new HttpKind();

    private final WireMockServer provider = new WireMockServer(wireMockConfig().dynamicPort());

    @BeforeEach
    void start() {
        provider.start();
        provider.stubFor(any(anyUrl()).willReturn(ok()));
    }

    @AfterEach
    void stop() {
        provider.stop();
    }

    // ---- requests

    @Test
    void withoutATemplateAMessageIsPostedAsJsonAndSigned() throws Exception {
        Opened opened = Opened.of(KIND, "{'url': '" + provider.baseUrl() + "/otp', 'signingSecret': '" + SECRET + "'}");
        Message message = Messages.sms("Code \"482913\"\n@shop.example #482913 🚲");

        assertThat(opened.deliver(message).kind()).isEqualTo(Kind.ACCEPTED);

        LoggedRequest request = request();
        JsonNode json = new ObjectMapper().readTree(request.getBody());
        assertThat(request.getMethod().value()).isEqualTo("POST");
        assertThat(json.path("dispatchId").asText()).isEqualTo(message.id().toString());
        assertThat(json.path("recipient").asText()).isEqualTo(Messages.PHONE);
        assertThat(json.path("text").asText()).isEqualTo(message.text());
        assertThat(json.path("code").asText()).isEqualTo(Messages.CODE);
        assertThat(json.path("ttl").isIntegralNumber()).isTrue();
        assertThat(json.path("subject").isNull()).isTrue();
        assertThat(request.getHeader("Idempotency-Key")).isEqualTo(message.id().toString());
        assertThat(request.getHeader("webhook-id")).isEqualTo(message.id().toString());
        String timestamp = request.getHeader("webhook-timestamp");
        assertThat(timestamp).isEqualTo(Long.toString(opened.clock.instant().getEpochSecond()));
        assertThat(request.getHeader("webhook-signature"))
                .isEqualTo(signature(message.id().toString(), timestamp, request.getBodyAsString()));
    }

    /** The example of the Standard Webhooks specification's own libraries. */
    @Test
    void theSignatureIsThatOfStandardWebhooks() {
        assertThat(signature("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void aJsonTemplateIsFilledAndEscapedAsJson() throws Exception {
        Opened opened = opened("""
                'template': {'to': '{{recipientDigits}}', 'from': '{{sender}}', 'ttl': '{{ttl:number}}', 'flags': [1, true, null],
                             'message': {'body': 'He said: {{text}}', 'subject': '{{subject}}'}}""");

        opened.deliver(Messages.sms("a \"b\" \\ \n ж {{code}}"));

        assertThat(new ObjectMapper().readTree(request().getBody())).isEqualTo(new ObjectMapper().readTree("""
                        {"to": "79123456789", "from": "ACME", "ttl": 300, "flags": [1, true, null],
                         "message": {"body": "He said: a \\"b\\" \\\\ \\n ж {{code}}", "subject": null}}"""));
    }

    @Test
    void aFormIsFilledAndEncoded() {
        Opened opened = opened("'body': 'form', 'template': {'to': '{{recipient}}', 'msg': '{{text}}', 'a b': '1'}");

        opened.deliver(Messages.sms("x&y=z +ж"));

        assertThat(request().getBodyAsString()).isEqualTo("to=%2B79123456789&msg=x%26y%3Dz%20%2B%D0%B6&a%20b=1");
        assertThat(request().getHeader("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
    }

    @Test
    void aUrlIsFilledAndEncodedForItsPlace() {
        Opened opened = Opened.of(
                KIND,
                "{'url': '" + provider.baseUrl() + "/send/{{account}}?to={{recipient}}&text={{text}}', 'method': 'GET',"
                        + " 'body': 'none'}");

        opened.deliver(Messages.sms("a/b?c&d #e"));

        assertThat(request().getUrl()).isEqualTo("/send/acme?to=%2B79123456789&text=a%2Fb%3Fc%26d%20%23e");
        assertThat(request().getMethod().value()).isEqualTo("GET");
    }

    @Test
    void headersAreFilledAndCannotBeBroken() {
        Opened opened = opened("'template': {}, 'headers': {'X-Text': '{{text}}', 'X-Id': '{{dispatchId}}'}");
        Message message = Messages.sms("a\r\nX-Evil: 1");

        opened.deliver(message);

        assertThat(request().getHeader("X-Text")).isEqualTo("a??X-Evil: 1");
        assertThat(request().getHeader("X-Evil")).isNull();
        assertThat(request().getHeader("X-Id")).isEqualTo(message.id().toString());
    }

    @Test
    void credentialsAreSent() {
        opened("'template': {}, 'username': 'acme', 'password': 'hush'").deliver(Messages.sms("x"));
        assertThat(request().getHeader("Authorization")).isEqualTo("Basic YWNtZTpodXNo");
        provider.resetRequests();

        opened("'template': {}, 'token': 'hush'").deliver(Messages.sms("x"));
        assertThat(request().getHeader("Authorization")).isEqualTo("Bearer hush");
    }

    // ---- answers

    @Test
    void theProvidersIdAndTheCodeThatItChoseAreTakenFromItsAnswer() {
        provider.stubFor(any(anyUrl()).willReturn(okJson("{\"data\":{\"id\":4711,\"pin\":\"1234\"}}")));

        Delivery delivery = opened("'template': {}, 'messageId': '/data/id', 'chosenCode': '/data/pin'")
                .deliver(Messages.sms("x"));

        assertThat(delivery).isEqualTo(new Delivery(Kind.ACCEPTED, "1234", List.of("4711"), ""));
        assertThat(opened("'template': {}, 'messageId': '/other'").deliver(Messages.sms("x")))
                .isEqualTo(Delivery.accepted());
    }

    @ParameterizedTest
    @CsvSource({
        "200, {\"status\":\"ok\"}, ACCEPTED",
        "202, {\"status\":\"queued\"}, ACCEPTED",
        "200, {\"status\":\"busy\"}, UNAVAILABLE",
        "200, no json, UNAVAILABLE",
        "200, {\"status\":\"blocked\"}, REJECTED",
        "400, {\"status\":\"ok\"}, REJECTED",
        "401, {}, UNAVAILABLE",
        "503, {}, UNAVAILABLE",
        "504, {}, UNKNOWN"
    })
    void rulesSayWhatAnAnswerMeans(int status, String body, Kind kind) {
        provider.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody(body)));

        assertThat(opened("""
                        'template': {}, 'success': {'status': ['2xx'], 'path': '/status', 'equals': ['ok', 'queued']},
                        'rejected': {'path': '/status', 'equals': ['blocked']}""").deliver(Messages.sms("x")).kind()).isEqualTo(kind);
    }

    @Test
    void aLostAnswerIsTriedAgainOnlyWithAProviderThatSendsOnce() {
        provider.stubFor(any(anyUrl()).willReturn(ok().withFixedDelay(3_000)));

        assertThat(opened("'template': {}, 'timeout': 1")
                        .deliver(Messages.sms("x"))
                        .kind())
                .isEqualTo(Kind.UNKNOWN);
        assertThat(opened("'template': {}, 'timeout': 1, 'idempotent': true")
                        .deliver(Messages.sms("x"))
                        .kind())
                .isEqualTo(Kind.UNANSWERED);
    }

    // ---- callbacks

    @Test
    void aCallbackInOurOwnFormNeedsNothingButItsSignature() {
        Opened opened = opened("'template': {}, 'callback': {'signature': {'secret': '" + SECRET + "'}}");
        Message message = Messages.sms("x");
        String body = "{\"dispatchId\":\"" + message.id() + "\",\"status\":\"delivered\"}";

        assertThat(opened.gateway.read(signed(opened, body, Duration.ZERO)))
                .isEqualTo(CallbackReading.of(List.of(Report.of(message.id(), Status.DELIVERED))));
    }

    @Test
    void aCallbackThatIsNotSignedRightOrTooOldIsRefused() {
        Opened opened = opened("'template': {}, 'callback': {'signature': {'secret': '" + SECRET + "'}}");
        Callback good = signed(opened, "{}", Duration.ZERO);

        assertThat(opened.gateway.read(good).kind()).isEqualTo(CallbackReading.Kind.UNDERSTOOD);
        assertThat(kind(opened, opened.callback("POST", "", Map.of(), "{}")))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        assertThat(kind(
                        opened,
                        new Callback("POST", "", headersOf(good), "{ }".getBytes(StandardCharsets.UTF_8), good.at())))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        // recorded, and replayed
        opened.clock.advance(Signatures.TOLERANCE.plusSeconds(1));
        assertThat(kind(opened, new Callback("POST", "", headersOf(good), good.body(), opened.clock.instant())))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        assertThat(kind(opened, signed(opened, "{}", Duration.ofHours(1))))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
    }

    @Test
    void oneOfSeveralSignaturesIsEnough() {
        Opened opened = opened("'template': {}, 'callback': {'signature': {'secret': '" + SECRET + "'}}");
        String timestamp = Long.toString(opened.clock.instant().getEpochSecond());

        Callback callback = opened.callback(
                "POST",
                "",
                Map.of(
                        "webhook-id",
                        "a",
                        "webhook-timestamp",
                        timestamp,
                        "webhook-signature",
                        "v1,AAAA v1a,BBBB " + signature("a", timestamp, "{}")),
                "{}");

        assertThat(kind(opened, callback)).isEqualTo(CallbackReading.Kind.UNDERSTOOD);
    }

    @Test
    void reportsAreReadFromListsFormsAndQueriesByTheConfiguredNames() {
        String signature = "'signature': {'kind': 'token', 'parameter': 'key', 'secret': 'hush'}";
        Opened json = opened("'template': {}, 'callback': {'id': '/message/id', 'status': '/message/state',"
                + " 'statuses': {'DELIVRD': 'delivered', 'FAILED': 'undelivered', 'ENROUTE': 'ignored'}, " + signature
                + "}");
        assertThat(json.gateway
                        .read(json.callback("POST", "key=hush", Map.of(), """
                                [{"message":{"id":"a","state":"DELIVRD"}}, {"message":{"id":7,"state":"FAILED"}}, {},
                                 {"message":{"id":"b","state":"ENROUTE"}}, {"message":{"id":"c","state":"odd"}}]"""))
                        .reports())
                .containsExactly(Report.of("a", Status.DELIVERED), Report.of("7", Status.UNDELIVERED));

        Opened form =
                opened("'template': {}, 'callback': {'id': 'msg', 'status': 'st', 'code': 'pin', " + signature + "}");
        assertThat(form.gateway
                        .read(form.callback("POST", "key=hush", Map.of(), "msg=a%2Bb&st=codeTypeChanged&pin=1234"))
                        .reports())
                .containsExactly(new Report(null, "a+b", Status.CODE_TYPE_CHANGED, "1234"));
        assertThat(form.gateway
                        .read(form.callback("GET", "msg=c&st=read&key=hush", Map.of(), ""))
                        .reports())
                .containsExactly(Report.of("c", Status.READ));
        assertThat(kind(form, form.callback("GET", "msg=c&st=read&key=wrong", Map.of(), "")))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
    }

    @Test
    void aKeyedHashOfTheBodyIsBelieved() {
        String body = "{\"id\":\"a\",\"status\":\"delivered\"}";
        byte[] hash = Signatures.hmac("HmacSHA1", "hush".getBytes(), body.getBytes());
        Opened opened =
                opened("'template': {}, 'callback': {'id': '/id', 'signature': {'kind': 'hmac', 'header': 'X-Sig',"
                        + " 'algorithm': 'sha1', 'prefix': 'sha1=', 'secret': 'hush'}}");

        assertThat(kind(
                        opened,
                        opened.callback(
                                "POST",
                                "",
                                Map.of(
                                        "X-Sig",
                                        "sha1=" + HexFormat.of().withUpperCase().formatHex(hash)),
                                body)))
                .isEqualTo(CallbackReading.Kind.UNDERSTOOD);
        assertThat(kind(
                        opened,
                        opened.callback(
                                "POST", "", Map.of("X-Sig", HexFormat.of().formatHex(hash)), body)))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);

        Opened base64 =
                opened("'template': {}, 'callback': {'id': '/id', 'signature': {'kind': 'hmac', 'header': 'X-Sig',"
                        + " 'algorithm': 'sha1', 'encoding': 'base64', 'secret': 'hush'}}");
        assertThat(kind(
                        base64,
                        base64.callback(
                                "POST", "", Map.of("X-Sig", Base64.getEncoder().encodeToString(hash)), body)))
                .isEqualTo(CallbackReading.Kind.UNDERSTOOD);
    }

    @Test
    void aNameAndAPasswordAreBelieved() {
        Opened opened =
                opened("'template': {}, 'callback': {'id': '/id', 'signature': {'kind': 'basic', 'username': 'acme',"
                        + " 'password': 'hush'}}");

        assertThat(kind(opened, opened.callback("POST", "", Map.of("Authorization", "Basic YWNtZTpodXNo"), "{}")))
                .isEqualTo(CallbackReading.Kind.UNDERSTOOD);
        assertThat(kind(opened, opened.callback("POST", "", Map.of("Authorization", "Basic YWNtZTpodXNx"), "{}")))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
    }

    @Test
    void whateverComesIsReadWithoutAFault() {
        Opened opened =
                opened("'template': {}, 'callback': {'id': '/id', 'signature': {'kind': 'token', 'header': 'X-Key',"
                        + " 'secret': 'hush'}}");
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            assertThat(opened.gateway.read(
                            opened.callback("POST", noise(random), Map.of("X-Key", "hush"), noise(random))))
                    .isNotNull();
        }
        assertThat(kind(opened, opened.callback("POST", "", Map.of("X-Key", "hush"), "[".repeat(100_000))))
                .isEqualTo(CallbackReading.Kind.MALFORMED);
        assertThat(kind(opened, opened.callback("POST", "", Map.of("X-Key", "hush"), "[" + "1,".repeat(2_000) + "1]")))
                .isEqualTo(CallbackReading.Kind.MALFORMED);
    }

    @Test
    void withoutCallbackSettingsNoneIsExpected() {
        Opened opened = opened("'template': {}");

        assertThat(kind(opened, opened.callback("POST", "", Map.of(), "{}")))
                .isEqualTo(CallbackReading.Kind.NOT_EXPECTED);
    }

    // ---- settings

    @ParameterizedTest
    @ValueSource(
            strings = {
                "url: 'template': {}",
                "url: 'url': 'https://{{account}}.example/', 'template': {}",
                "url: 'url': 'https://a.example/{{odd}}', 'template': {}",
                "url: 'url': 'ftp://a.example/', 'template': {}",
                "signingSecretFile: 'url': 'https://a.example'",
                "signingSecret: 'url': 'https://a.example', 'signingSecret': 'whsec_%'",
                "template: 'url': 'https://a.example', 'template': {'a': ['{{odd}}']}",
                "template: 'url': 'https://a.example', 'template': '{'",
                "template: 'url': 'https://a.example', 'body': 'form'",
                "body: 'url': 'https://a.example', 'template': {}, 'body': 'xml'",
                "headers: 'url': 'https://a.example', 'template': {}, 'headers': {'Host': 'x'}",
                "headers: 'url': 'https://a.example', 'template': {}, 'headers': {'a b': 'x'}",
                "username: 'url': 'https://a.example', 'template': {}, 'username': 'x'",
                "token: 'url': 'https://a.example', 'template': {}, 'username': 'x', 'password': 'y', 'token': 'z'",
                "messageId: 'url': 'https://a.example', 'template': {}, 'messageId': 'id'",
                "success.status: 'url': 'https://a.example', 'template': {}, 'success': {'status': ['ok']}",
                "success.path: 'url': 'https://a.example', 'template': {}, 'success': {'path': '/a'}",
                "success.odd: 'url': 'https://a.example', 'template': {}, 'success': {'odd': 1}",
                "callback.signature: 'url': 'https://a.example', 'template': {}, 'callback': {'id': '/id'}",
                "callback.statuses: 'url': 'https://a.example', 'template': {}, 'callback': {'statuses': {'a': 'b'},"
                        + " 'signature': {'secret': 'x'}}",
                "callback.signature.header: 'url': 'https://a.example', 'template': {}, 'callback': {'signature':"
                        + " {'kind': 'token', 'secret': 'x'}}",
                "timeout: 'url': 'https://a.example', 'template': {}, 'timeout': 0",
                "odd: 'url': 'https://a.example', 'template': {}, 'odd': 1",
            })
    void everyFaultOfTheSettingsIsToldByItsKey(String keyAndSettings) {
        String[] parts = keyAndSettings.split(": ", 2);

        assertThat(Opened.faults(KIND, "{" + parts[1] + "}"))
                .isNotEmpty()
                .allMatch(fault -> fault.startsWith(parts[0]));
    }

    // ---- steps

    private Opened opened(String settings) {
        return Opened.of(KIND, "{'url': '" + provider.baseUrl() + "/send', " + settings + "}");
    }

    private LoggedRequest request() {
        return provider.getAllServeEvents().get(0).getRequest();
    }

    private static CallbackReading.Kind kind(Opened opened, Callback callback) {
        return opened.gateway.read(callback).kind();
    }

    private static Callback signed(Opened opened, String body, Duration later) {
        String timestamp = Long.toString(opened.clock.instant().plus(later).getEpochSecond());
        return opened.callback(
                "POST",
                "",
                Map.of(
                        "webhook-id",
                        "a",
                        "webhook-timestamp",
                        timestamp,
                        "webhook-signature",
                        signature("a", timestamp, body)),
                body);
    }

    private static Map<String, List<String>> headersOf(Callback callback) {
        return Map.of(
                "webhook-id", List.of(callback.header("webhook-id").orElseThrow()),
                "webhook-timestamp",
                        List.of(callback.header("webhook-timestamp").orElseThrow()),
                "webhook-signature",
                        List.of(callback.header("webhook-signature").orElseThrow()));
    }

    private static String signature(String id, String timestamp, String body) {
        return "v1,"
                + Base64.getEncoder()
                        .encodeToString(Signatures.hmac(
                                "HmacSHA256",
                                Base64.getDecoder().decode(SECRET.substring("whsec_".length())),
                                (id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8)));
    }

    private static String noise(RandomGenerator random) {
        String alphabet = "{}[]\":,%&=/id status0a\\\u0000ж";
        StringBuilder noise = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            noise.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return noise.toString();
    }
}
