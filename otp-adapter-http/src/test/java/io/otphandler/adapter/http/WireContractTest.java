package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.BASE;
import static io.otphandler.adapter.http.TestServer.PHONE;
import static io.otphandler.adapter.http.TestServer.channel;
import static io.otphandler.adapter.http.TestServer.encoded;
import static io.otphandler.adapter.http.TestServer.sendBody;
import static io.otphandler.adapter.http.TestServer.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.Template;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.session.Receipt;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
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

/** Every error that the wire contract lists for an operation, provoked and compared letter for letter. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WireContractTest {
    private static final Map<String, Object[]> ERRORS = Map.ofEntries(
            error("ResendChannelException", 400, "Перезапустите канал"),
            error(
                    "AttemptsExpiredException",
                    400,
                    "Количество попыток ввода кода исчерпано, запустите попытку авторизации заново"),
            error(
                    "NoAvailableChannelsException",
                    400,
                    "Нет подходящих каналов для отправки сообщения, запустите попытку авторизации заново"),
            error("SessionClosedException", 400, "Сессия закрыта"),
            error(
                    "ChannelChangedException",
                    400,
                    "Требуется сменить канал авторизации. Перезапросите текущий канал, чтобы отрисовать нужный для него компонент на frontend"),
            error("InvalidCodeException", 400, "Код, введенный пользователем, неправильный"),
            error("IsCodelessChannelException", 403, "Канал безкодовый"),
            error("ForbiddenException", 403, "Запрещено"),
            error("WidgetIsBlockedException", 403, "Форма или пользователь заблокированы - обратитесь в поддержку"),
            error("WidgetNotFoundException", 404, "Форма не существует"),
            error("SessionNotFoundException", 404, "Сессия не найдена"),
            error(
                    "LongPollingTimeoutException",
                    408,
                    "Истек timeout long-polling запроса. Запустие long-polling запрос заново"),
            error("PhoneNumberMismatchException", 409, "Номер телефона не совпадает с привязанным к текущей сессии."),
            error("RestartCooldownActiveException", 409, "Перезапуск недоступен: требуется подождать."),
            error("SessionAlreadyConfirmedException", 409, "Сессия уже подтверждена"));

    private static Map.Entry<String, Object[]> error(String type, int status, String message) {
        return Map.entry(type, new Object[] {status, message});
    }

    private TestServer server;

    @BeforeAll
    void start() {
        server = new TestServer();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** A session in a state that provokes an error. */
    private String sessionFor(String error) {
        switch (error) {
            case "ResendChannelException" -> {
                server.gateway().then(Delivery.rejected("no"));
                return server.start(server.sms());
            }
            case "AttemptsExpiredException" -> {
                String id = server.start(server.sms());
                for (int i = 0; i < 3; i++) {
                    server.check(id, server.wrongCode());
                }
                return id;
            }
            case "NoAvailableChannelsException" -> {
                server.gateway().then(Delivery.rejected("no"));
                return server.start(server.widget(channel(ChannelType.SMS, settings(3, 0))));
            }
            case "SessionClosedException" -> {
                String id = server.confirmed(server.sms());
                assertThat(server.post(server.backend(), BASE + "/" + id + "/complete", null)
                                .status())
                        .isEqualTo(201);
                return id;
            }
            case "ChannelChangedException" -> {
                server.gateway().then(Delivery.rejected("no"));
                return server.start(server.widget(
                        channel(ChannelType.SMS, ChannelSettings.DEFAULT),
                        channel(ChannelType.VOICE, ChannelSettings.DEFAULT)));
            }
            case "IsCodelessChannelException" -> {
                return server.start(server.widget(channel(ChannelType.SIM_PUSH, ChannelSettings.DEFAULT)));
            }
            case "SessionAlreadyConfirmedException" -> {
                return server.confirmed(server.sms());
            }
            case "SessionNotFoundException" -> {
                return UUID.randomUUID().toString();
            }
            default -> {
                return server.start(server.sms());
            }
        }
    }

    private TestServer.Res ask(String operation, String error) {
        if (operation.equals("getWidget") || operation.equals("send")) {
            return askWidget(operation, error);
        }
        String token =
                error.equals("ForbiddenException") ? server.token("stranger", "otp:backend", null) : server.backend();
        String id = sessionFor(error);
        String recipient =
                "?recipient=" + encoded(error.equals("PhoneNumberMismatchException") ? "+79990001122" : PHONE);
        String at = BASE + "/" + id;
        String poll = BASE + "/longPolling/" + id;
        return switch (operation) {
            case "getChannel" -> server.get(token, at + "/channel");
            case "getChannelLongPolling" -> held(error, id, poll + "/channel", token);
            case "getStatus" -> server.get(token, at + "/status" + recipient);
            case "getStatusLongPolling" -> held(error, id, poll + "/status" + recipient, token);
            case "checkCode" -> server.post(token, at + "/checkCode", "{\"code\":\"" + server.wrongCode() + "\"}");
            case "checkStatusAndComplete" -> server.post(token, at + "/checkStatusAndComplete" + recipient, null);
            case "complete" -> server.post(token, at + "/complete", null);
            case "resend" -> server.post(token, at + "/resend", null);
            default -> throw new IllegalArgumentException(operation);
        };
    }

    private TestServer.Res held(String error, String id, String path, String token) {
        if (!error.equals("LongPollingTimeoutException")) {
            return server.get(token, path);
        }
        if (path.contains("/channel")) {
            // the first answer is new: only the second poll has to wait
            assertThat(server.get(token, path).status()).isEqualTo(200);
        }
        var answer = server.sendAsync(server.request(token, path).GET());
        org.awaitility.Awaitility.await()
                .until(() -> server.application.heldPolls().count() == 1);
        server.test.timers().advance(Duration.ofSeconds(25));
        return answer.join();
    }

    private TestServer.Res askWidget(String operation, String error) {
        String token =
                error.equals("ForbiddenException") ? server.token("stranger", "otp:backend", null) : server.backend();
        Widget widget = error.equals("NoAvailableChannelsException")
                ? server.widget(channel(ChannelType.EMAIL, ChannelSettings.DEFAULT))
                : server.sms();
        String id = error.equals("WidgetNotFoundException")
                ? UUID.randomUUID().toString()
                : widget.id().toString();
        if (error.equals("WidgetIsBlockedException")) {
            server.widgets().update(widget.id(), w -> w.withBlocked(true));
        }
        return operation.equals("send")
                ? server.post(token, BASE + "/", sendBody(id))
                : server.get(token, BASE + "/widget/" + id);
    }

    static Stream<Arguments> pairs() {
        String session = "ForbiddenException SessionNotFoundException";
        String channel = "ResendChannelException AttemptsExpiredException NoAvailableChannelsException ";
        return Map.of(
                        "getWidget", "ForbiddenException WidgetNotFoundException",
                        "send",
                                "NoAvailableChannelsException WidgetIsBlockedException ForbiddenException"
                                        + " WidgetNotFoundException",
                        "getChannel", channel + "SessionClosedException " + session,
                        "getChannelLongPolling",
                                channel + "SessionClosedException LongPollingTimeoutException " + session,
                        "getStatus",
                                channel + "SessionClosedException ChannelChangedException PhoneNumberMismatchException "
                                        + session,
                        "getStatusLongPolling",
                                channel + "LongPollingTimeoutException PhoneNumberMismatchException " + session,
                        "checkCode",
                                channel + "SessionClosedException InvalidCodeException IsCodelessChannelException "
                                        + session,
                        "checkStatusAndComplete", channel + "PhoneNumberMismatchException " + session,
                        "complete", session,
                        "resend",
                                channel + "RestartCooldownActiveException SessionAlreadyConfirmedException " + session)
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(entry ->
                        Stream.of(entry.getValue().split(" ")).map(error -> Arguments.of(entry.getKey(), error)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("pairs")
    void everyErrorOfTheContractIsAnsweredLetterForLetter(String operation, String error) {
        if (operation.equals("resend") && error.equals("ResendChannelException")) {
            resendIsToldToWaitWhileEveryGatewayIsDown();
            return;
        }
        TestServer.Res res = ask(operation, error);

        expect(res, error);
        assertThat(res.header("Cache-Control")).isEqualTo("no-store");
        assertThat(res.header("Content-Type")).startsWith("application/json");
    }

    private void resendIsToldToWaitWhileEveryGatewayIsDown() {
        String id = sessionFor("ResendChannelException");
        server.gateway().reachable(false);
        try {
            expect(server.post(server.backend(), BASE + "/" + id + "/resend", null), "ResendChannelException");
        } finally {
            server.gateway().reachable(true);
        }
    }

    /** The error of that type, as the wire contract has it. */
    static void expect(TestServer.Res res, String error) {
        Object[] expected = ERRORS.get(error);
        assertThat(res.json().toString()).contains(error);
        assertThat(res.status()).isEqualTo(expected[0]);
        assertThat(res.type()).isEqualTo(error);
        assertThat(res.message()).isEqualTo(expected[1]);
        assertThat(res.json().get("httpStatus").asInt()).isEqualTo(expected[0]);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyOperationWithoutTokenIsUnauthorized(String method, String path) {
        TestServer.Res res =
                server.method(method, null, path.replace("ID", UUID.randomUUID().toString()), null);

        assertThat(res.status()).isEqualTo(401);
        assertThat(res.type()).isEqualTo("UnauthorizedException");
        assertThat(res.header("WWW-Authenticate")).isEqualTo("Bearer");
    }

    static Stream<Arguments> operations() {
        return Stream.of(
                Arguments.of("GET", BASE + "/widget/ID"),
                Arguments.of("POST", BASE),
                Arguments.of("POST", BASE + "/"),
                Arguments.of("GET", BASE + "/ID/channel"),
                Arguments.of("GET", BASE + "/longPolling/ID/channel"),
                Arguments.of("GET", BASE + "/ID/status"),
                Arguments.of("GET", BASE + "/longPolling/ID/status"),
                Arguments.of("POST", BASE + "/ID/checkCode"),
                Arguments.of("POST", BASE + "/ID/checkStatusAndComplete"),
                Arguments.of("POST", BASE + "/ID/complete"),
                Arguments.of("POST", BASE + "/ID/resend"),
                Arguments.of("DELETE", BASE + "/ID"));
    }

    @Test
    void aWholeSessionIsAnsweredAsTheContractSays() {
        Widget widget = server.sms();
        TestServer.Res form = server.get(server.token("otp:widget"), BASE + "/widget/" + widget.id());
        assertThat(form.json().toString()).isEqualTo("{\"isBlocked\":false,\"isActive\":true,\"name\":\"Login\"}");

        TestServer.Res sent = server.post(server.token("otp:widget"), BASE, sendBody(widget.id()));
        assertThat(sent.status()).isEqualTo(201);
        assertThat(sent.json().size()).isEqualTo(1);
        String id = sent.json().get("requestId").asText();

        TestServer.Res channel = server.get(server.token("otp:widget"), BASE + "/" + id + "/channel");
        assertThat(channel.status()).isEqualTo(200);
        assertThat(channel.json().fieldNames())
                .toIterable()
                .containsExactly("type", "status", "label", "codeType", "payload", "settings", "remainingCodeAttempts");
        assertThat(channel.json().get("settings").toString())
                .isEqualTo(
                        "{\"lifetime\":300,\"numberOfTries\":3,\"numberOfRestart\":2,\"restartCooldown\":30,\"code\":{\"length\":6,\"beautify\":false}}");
        assertThat(channel.json().get("payload").get("maskedRecipient").asText())
                .isEqualTo("+7912***6789");
        assertThat(channel.json().get("payload").get("expiresAt").asText())
                .isEqualTo(server.test.clock().instant().plusSeconds(300).toString());
        assertThat(channel.json().get("payload").has("help")).isFalse();
        assertThat(channel.header("ETag")).matches("\"[\\x21\\x23-\\x7e]+\"");

        String status = BASE + "/" + id + "/status?recipient=" + PHONE;
        TestServer.Res unescaped = server.get(server.token("otp:widget"), status);
        assertThat(unescaped.json().toString()).isEqualTo("{\"success\":false}");

        TestServer.Res wrong = server.check(id, server.wrongCode());
        assertThat(wrong.json().get("payload").toString()).isEqualTo("{\"remainingCodeAttempts\":2}");

        TestServer.Res checked = server.check(
                id, " " + server.code().substring(0, 3) + "-" + server.code().substring(3));
        assertThat(checked.status()).isEqualTo(201);
        assertThat(checked.json().toString()).isEqualTo("{\"success\":true}");
        assertThat(server.get(server.backend(), status).json().get("success").asBoolean())
                .isTrue();

        String complete = BASE + "/" + id + "/checkStatusAndComplete?recipient=" + encoded("8 (912) 345-67-89");
        TestServer.Res completed = server.post(server.backend(), complete, null);
        assertThat(completed.status()).isEqualTo(201);
        assertThat(completed.json().get("success").asBoolean()).isTrue();
        assertThat(server.post(server.backend(), complete, null)
                        .json()
                        .get("success")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void aCancelledSessionIsClosed() {
        String id = server.start(server.sms());

        TestServer.Res cancelled = server.method("DELETE", server.token("otp:widget"), BASE + "/" + id, null);

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.json().toString()).isEqualTo("{\"success\":true}");
        assertThat(server.get(server.backend(), BASE + "/" + id + "/channel").type())
                .isEqualTo("SessionClosedException");
        assertThat(server.post(server.backend(), BASE + "/" + id + "/resend", null)
                        .type())
                .isEqualTo("ForbiddenException");
    }

    @Test
    void aCodelessChannelTellsWhatToDoAndIsConfirmedByItsReceipt() {
        String id = sessionFor("IsCodelessChannelException");

        TestServer.Res channel = server.get(server.backend(), BASE + "/" + id + "/channel", "Accept-Language", "en");
        server.application
                .takeReceipt()
                .take(new DispatchId(new SessionId(UUID.fromString(id)), 1), Receipt.Status.CONFIRMED, null);

        assertThat(channel.json().get("codeType").asText()).isEqualTo("codeless");
        assertThat(channel.json().get("payload").get("help").asText()).startsWith("Confirm");
        assertThat(server.get(server.backend(), BASE + "/" + id + "/channel")
                        .json()
                        .get("status")
                        .asText())
                .isEqualTo("confirmed");
    }

    @Test
    void aRestartThatComesTooSoonIsToldWhenToComeBack() {
        String id = server.start(server.sms());

        TestServer.Res res = server.post(server.backend(), BASE + "/" + id + "/resend", null);

        assertThat(res.header("Retry-After")).isEqualTo("30");
        assertThat(res.json().get("payload").get("retryAfter").asInt()).isEqualTo(30);
    }

    @Test
    void aBlockedRecipientLooksLikeABlockedWidget() {
        server.test.blockedRecipients().add(new AccountId(TestServer.ACCOUNT), new PhoneNumber("+79005550000"));

        TestServer.Res res = server.post(
                server.backend(),
                BASE,
                "{\"widgetId\":\"" + server.sms().id() + "\",\"recipient\":\"8 900 555-00-00\"}");

        assertThat(res.type()).isEqualTo("WidgetIsBlockedException");
    }

    @Test
    void whatTheCallerTellsBesidesIsKept() {
        TestServer.Res res = server.post(
                server.backend(),
                BASE,
                "{\"widgetId\":\"" + server.sms().id() + "\",\"recipient\":\"" + PHONE
                        + "\",\"locale\":null,\"reference\":\"order 7\",\"clientIp\":\"2001:db8::1\",\"more\":{\"a\":[]}}",
                "Accept-Language",
                "fr;q=0.3, de-AT, en;q=0.8");

        var notes = server.sessions()
                .find(new SessionId(UUID.fromString(res.json().get("requestId").asText())))
                .orElseThrow()
                .terms()
                .notes();
        assertThat(notes.locale()).isEqualTo("de-AT,en,fr");
        assertThat(notes.reference()).isEqualTo("order 7");
        assertThat(notes.clientIp()).isEqualTo("2001:db8::1");
    }

    @Test
    void widgetIsNotTheNameOfASession() {
        TestServer.Res res = server.get(server.backend(), BASE + "/widget/channel");

        assertThat(res.type()).isEqualTo("WidgetNotFoundException");
    }

    @ParameterizedTest
    @MethodSource("languages")
    void theMessageSpeaksTheLanguageThatTheCallerLikesBest(String header, String message) {
        TestServer.Res res =
                server.get(server.backend(), BASE + "/" + UUID.randomUUID() + "/channel", "Accept-Language", header);

        assertThat(res.message()).isEqualTo(message);
        assertThat(res.type()).isEqualTo("SessionNotFoundException");
    }

    static Stream<Arguments> languages() {
        String ru = "Сессия не найдена";
        String en = "The session was not found";
        return Stream.of(
                Arguments.of("en", en),
                Arguments.of("EN-gb", en),
                Arguments.of("en;q=0.5, ru;q=0.6", ru),
                Arguments.of("ru;q=0.5, en-US;q=0.6", en),
                Arguments.of("fr, en;q=0.1", en),
                Arguments.of("fr", ru),
                Arguments.of("*", ru),
                Arguments.of("en;q=0", ru),
                Arguments.of("en;q=x", ru),
                Arguments.of(";;,,==", ru),
                Arguments.of("en" + ",fr".repeat(400), ru));
    }

    @Test
    void theWishForALanguageMayComeOnSeveralLines() {
        String[] lines = {"Accept-Language", "fr", "Accept-Language", "en"};

        assertThat(server.get("no token", BASE + "/x/channel", lines).message()).isEqualTo("Authorization is required");
        assertThat(server.get(server.backend(), BASE + "/x/channel", lines).message())
                .isEqualTo("The session was not found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de, en;q=0.5, ru;q=0.3 | en",
                "de, en;q=0.5, ru;q=0.7 | ru",
                "de, fr | ru",
                "en;q=0, kk | ru",
                "*, en | en"
            })
    void theMessageIsInTheFirstLanguageOfTheHeaderThatATemplateHas(String header, String locale) {
        Channel sms = channel(ChannelType.SMS, ChannelSettings.DEFAULT);
        Widget widget = server.widget(new Channel(
                sms.type(),
                sms.label(),
                sms.codeType(),
                true,
                sms.gateways(),
                sms.settings(),
                List.of(sms.templates().get(0), new Template(List.of(), "en", null, null, "Code {{code}}"))));

        TestServer.Res res = server.post(server.backend(), BASE, sendBody(widget.id()), "Accept-Language", header);

        assertThat(res.status()).isEqualTo(201);
        assertThat(server.gateway().last().locale()).isEqualTo(locale);
    }

    @Test
    void everyErrorHasBothLanguages() {
        for (WireError error : WireError.values()) {
            assertThat(error.message(Language.RU)).matches("(?s).*[а-я].*");
            assertThat(error.message(Language.EN)).matches("[\\x20-\\x7e]+");
        }
    }

    @Test
    void aTokenForOneWidgetOpensNoOther() {
        Widget mine = server.sms();
        Widget other = server.sms();
        String token = server.token(
                TestServer.ACCOUNT, "otp:backend", List.of(mine.id().toString()));
        String session = server.start(other);

        assertThat(server.get(token, BASE + "/widget/" + mine.id()).status()).isEqualTo(200);
        assertThat(server.get(token, BASE + "/widget/" + other.id()).type()).isEqualTo("ForbiddenException");
        assertThat(server.get(token, BASE + "/" + session + "/channel").type()).isEqualTo("ForbiddenException");
        assertThat(server.post(token, BASE, sendBody(other.id())).type()).isEqualTo("ForbiddenException");
    }
}
