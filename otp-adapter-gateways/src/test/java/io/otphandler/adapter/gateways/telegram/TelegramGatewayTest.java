package io.otphandler.adapter.gateways.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.otphandler.adapter.gateways.call.Signatures;
import io.otphandler.adapter.gateways.kind.Messages;
import io.otphandler.adapter.gateways.kind.Opened;
import io.otphandler.adapter.gateways.kind.Provider;
import io.otphandler.application.port.Callback;
import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.Conclusion;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Delivery.Kind;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.ProviderMessage;
import io.otphandler.application.port.Report;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.session.Receipt.Status;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TelegramGatewayTest {

    private static final TelegramKind KIND = new TelegramKind();
    private static final String TOKEN = "AAGtoken";

    private final Provider provider = new Provider();

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void aCodeIsSentWithOurNameOfTheMessage() {
        provider.answer(200, "{\"ok\":true,\"result\":{\"request_id\":\"req1\",\"phone_number\":\"+79123456789\"}}");
        Message message = Messages.of(ChannelType.TELEGRAMCODE, null);

        assertThat(opened("'senderUsername': 'acme',").deliver(message))
                .isEqualTo(Delivery.acceptedAs(List.of("req1")));

        assertThat(provider.last().getUrl()).isEqualTo("/sendVerificationMessage");
        assertThat(provider.last().getHeader("Authorization")).isEqualTo("Bearer " + TOKEN);
        assertThat(Provider.json(provider.last()))
                .isEqualTo(Provider.json("{'phone_number': '+79123456789', 'code': '482913', 'ttl': 300, 'payload': '"
                        + message.id()
                        + "', 'sender_username': 'acme', 'callback_url': 'https://otp.example/callbacks/main'}"));
    }

    @ParameterizedTest
    @CsvSource({
        "200, PHONE_NUMBER_INVALID, REJECTED",
        "200, PHONE_NUMBER_NOT_AVAILABLE, REJECTED",
        "200, ACCESS_TOKEN_INVALID, UNAVAILABLE",
        "200, BALANCE_NOT_ENOUGH, UNAVAILABLE",
        "429, FLOOD_WAIT_5, UNAVAILABLE",
        "400, PHONE_NUMBER_INVALID, REJECTED",
        "500, , UNAVAILABLE",
        "200, , UNKNOWN"
    })
    void anErrorMeansWhatItsNameSays(int status, String error, Kind kind) {
        provider.answer(status, error == null ? "?" : "{\"ok\":false,\"error\":\"" + error + "\"}");

        assertThat(opened("")
                        .deliver(Messages.of(ChannelType.TELEGRAMCODE, null))
                        .kind())
                .isEqualTo(kind);
    }

    @Test
    void aCodeThatTelegramDoesNotTakeIsRejected() {
        Message message = Messages.sms("x");

        assertThat(opened("")
                        .deliver(new Message(
                                message.id(),
                                message.account(),
                                message.channel(),
                                message.codeType(),
                                message.recipient(),
                                null,
                                null,
                                "x",
                                new Code("123456789"),
                                "en",
                                message.timeToLive()))
                        .kind())
                .isEqualTo(Kind.REJECTED);
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void telegramHearsWhatBecameOfItsMessages() {
        provider.answer(200, "{\"ok\":true}");
        Opened opened = opened("");
        ProviderMessage message =
                new ProviderMessage("main", "req1", Messages.sms("x").id());
        assertThat(opened.gateway.wantsConclusions()).isTrue();

        opened.gateway.conclude(message, new Conclusion(Conclusion.Kind.HELPED, new Code("482913")));
        await().until(() -> provider.requests().size() == 1);
        assertThat(provider.last().getUrl()).isEqualTo("/checkVerificationStatus");
        assertThat(Provider.json(provider.last())).isEqualTo(Provider.json("{'request_id': 'req1', 'code': '482913'}"));

        opened.gateway.conclude(message, new Conclusion(Conclusion.Kind.SUPERSEDED, null));
        await().until(() -> provider.requests().size() == 2);
        assertThat(provider.last().getUrl()).isEqualTo("/revokeVerificationMessage");
        assertThat(Provider.json(provider.last())).isEqualTo(Provider.json("{'request_id': 'req1'}"));
    }

    @ParameterizedTest
    @CsvSource({"delivered, DELIVERED", "read, READ", "expired, EXPIRED"})
    void aSignedCallbackReportsOfOurDispatch(String theirs, Status ours) {
        Opened opened = opened("");
        Message message = Messages.sms("x");

        assertThat(opened.gateway.read(signed(
                        opened,
                        "{\"request_id\":\"req1\",\"payload\":\"" + message.id()
                                + "\",\"delivery_status\":{\"status\":\"" + theirs + "\",\"updated_at\":1}}",
                        Duration.ZERO)))
                .isEqualTo(CallbackReading.of(List.of(Report.of(message.id(), ours))));
        assertThat(opened.gateway.read(signed(
                        opened,
                        "{\"request_id\":\"req1\",\"delivery_status\":{\"status\":\"" + theirs + "\"}}",
                        Duration.ZERO)))
                .isEqualTo(CallbackReading.of(List.of(Report.of("req1", ours))));
    }

    @Test
    void whatDoesNotMatterIsTakenAndForgotten() {
        Opened opened = opened("");

        assertThat(opened.gateway.read(signed(
                        opened, "{\"request_id\":\"a\",\"delivery_status\":{\"status\":\"revoked\"}}", Duration.ZERO)))
                .isEqualTo(CallbackReading.of(List.of()));
        assertThat(opened.gateway.read(signed(opened, "no json", Duration.ZERO)))
                .isEqualTo(CallbackReading.of(List.of()));
    }

    @Test
    void whatIsChangedOrOldOrNotSignedIsRefused() {
        Opened opened = opened("");
        Callback good = signed(opened, "{}", Duration.ZERO);
        Map<String, String> headers = Map.of(
                "X-Request-Timestamp", good.header("X-Request-Timestamp").orElseThrow(),
                "X-Request-Signature", good.header("X-Request-Signature").orElseThrow());

        assertThat(kind(opened, good)).isEqualTo(CallbackReading.Kind.UNDERSTOOD);
        assertThat(kind(opened, opened.callback("POST", "", headers, "{ }")))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        assertThat(kind(opened, opened.callback("POST", "", Map.of(), "{}")))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        assertThat(kind(opened, signed(opened, "{}", Duration.ofMinutes(6))))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        opened.clock.advance(Duration.ofMinutes(6));
        assertThat(kind(opened, opened.callback("POST", "", headers, "{}")))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
    }

    @Test
    void everyFaultOfTheSettingsIsTold() {
        assertThat(Opened.faults(KIND, "{'callbackUrl': 'x', 'odd': 1}"))
                .extracting(fault -> fault.replaceAll(":.*", ""))
                .containsExactlyInAnyOrder("tokenFile", "callbackUrl", "odd");
    }

    private Opened opened(String more) {
        return Opened.of(
                KIND,
                "{'url': '" + provider.url() + "', 'token': '" + TOKEN + "', " + more
                        + " 'callbackUrl': 'https://otp.example/callbacks/main'}");
    }

    private static CallbackReading.Kind kind(Opened opened, Callback callback) {
        return opened.gateway.read(callback).kind();
    }

    private static Callback signed(Opened opened, String body, Duration later) {
        String timestamp = Long.toString(opened.clock.instant().plus(later).getEpochSecond());
        String signature = HexFormat.of()
                .formatHex(Signatures.hmac(
                        "HmacSHA256", Signatures.sha256(TOKEN.getBytes()), (timestamp + "\n" + body).getBytes()));
        return opened.callback(
                "POST", "", Map.of("X-Request-Timestamp", timestamp, "X-Request-Signature", signature), body);
    }
}
