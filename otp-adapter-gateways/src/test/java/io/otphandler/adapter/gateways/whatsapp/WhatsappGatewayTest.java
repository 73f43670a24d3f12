package io.otphandler.adapter.gateways.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.adapter.gateways.call.Signatures;
import io.otphandler.adapter.gateways.kind.Messages;
import io.otphandler.adapter.gateways.kind.Opened;
import io.otphandler.adapter.gateways.kind.Provider;
import io.otphandler.application.port.Callback;
import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Delivery.Kind;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.Report;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Receipt.Status;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhatsappGatewayTest {

    private static final WhatsappKind KIND = new WhatsappKind();

    private final Provider provider = new Provider();

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void theCodeStandsInTheTemplatesBodyAndButton() {
        provider.answer(
                200,
                "{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"input\":\"79123456789\"}],"
                        + "\"messages\":[{\"id\":\"wamid.A\"}]}");
        Message message = Messages.of(ChannelType.WHATSAPP, null);

        assertThat(opened().deliver(message)).isEqualTo(Delivery.acceptedAs(List.of("wamid.A")));

        assertThat(provider.last().getUrl()).isEqualTo("/v23.0/106540352242922/messages");
        assertThat(provider.last().getHeader("Authorization")).isEqualTo("Bearer hush");
        assertThat(Provider.json(provider.last()))
                .isEqualTo(Provider.json("{'messaging_product': 'whatsapp', 'recipient_type': 'individual',"
                        + " 'to': '79123456789', 'type': 'template', 'biz_opaque_callback_data': '" + message.id()
                        + "',"
                        + " 'template': {'name': 'login_code', 'language': {'code': 'en_US'}, 'components': ["
                        + "{'type': 'body', 'parameters': [{'type': 'text', 'text': '482913'}]},"
                        + "{'type': 'button', 'sub_type': 'url', 'index': '0',"
                        + " 'parameters': [{'type': 'text', 'text': '482913'}]}]}}"));
    }

    @ParameterizedTest
    @CsvSource({
        "400, 131026, REJECTED", "400, 132001, UNAVAILABLE", "400, 130429, UNAVAILABLE", "429, 80007, UNAVAILABLE",
        "401, 190, UNAVAILABLE", "400, 100, UNAVAILABLE", "500, 131000, UNAVAILABLE", "504, 2, UNKNOWN"
    })
    void anErrorMeansWhatItsCodeSays(int status, int code, Kind kind) {
        provider.answer(
                status, "{\"error\":{\"message\":\"because\",\"type\":\"OAuthException\",\"code\":" + code + "}}");

        Delivery delivery = opened().deliver(Messages.of(ChannelType.WHATSAPP, null));

        assertThat(delivery.kind()).isEqualTo(kind);
        assertThat(delivery.reason()).contains(code + " because");
    }

    @Test
    void anAddressIsVerifiedByWhoKnowsTheToken() {
        Opened opened = opened();

        assertThat(opened.gateway.read(opened.callback(
                        "GET", "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=ver+ify", Map.of(), "")))
                .isEqualTo(CallbackReading.answering("1158201444"));
        assertThat(kind(
                        opened,
                        opened.callback(
                                "GET", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong", Map.of(), "")))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        assertThat(kind(
                        opened,
                        opened.callback(
                                "GET",
                                "hub.mode=subscribe&hub.challenge=<script>&hub.verify_token=ver+ify",
                                Map.of(),
                                "")))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        assertThat(kind(opened, opened.callback("GET", "", Map.of(), ""))).isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
    }

    @Test
    void aSignedCallbackReportsOfAllMessagesInIt() {
        Opened opened = opened();
        Message message = Messages.sms("x");
        String body = """
                {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
                 "messaging_product":"whatsapp","statuses":[
                  {"id":"wamid.A","status":"delivered","timestamp":"1","recipient_id":"79","biz_opaque_callback_data":"%s"},
                  {"id":"wamid.B","status":"failed","errors":[{"code":131026}]},
                  {"id":"wamid.C","status":"read"},
                  {"id":"wamid.D","status":"sent"}]}},
                 {"field":"messages","value":{"messages":[{"from":"79","text":{"body":"hi"}}]}}]}]}""".formatted(message.id());

        assertThat(opened.gateway.read(signed(opened, body)))
                .isEqualTo(CallbackReading.of(List.of(
                        Report.of(message.id(), Status.DELIVERED),
                        Report.of("wamid.B", Status.UNDELIVERED),
                        Report.of("wamid.C", Status.READ))));
    }

    @Test
    void whatIsChangedOrNotSignedIsRefused() {
        Opened opened = opened();
        Callback good = signed(opened, "{}");

        assertThat(kind(opened, good)).isEqualTo(CallbackReading.Kind.UNDERSTOOD);
        assertThat(kind(
                        opened,
                        opened.callback(
                                "POST",
                                "",
                                Map.of(
                                        "X-Hub-Signature-256",
                                        good.header("X-Hub-Signature-256").orElseThrow()),
                                "{ }")))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        assertThat(kind(opened, opened.callback("POST", "", Map.of(), "{}")))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        assertThat(kind(opened, signed(opened, "no json"))).isEqualTo(CallbackReading.Kind.MALFORMED);
        assertThat(kind(opened, signed(opened, "{\"entry\":7}"))).isEqualTo(CallbackReading.Kind.UNDERSTOOD);
    }

    @Test
    void everyFaultOfTheSettingsIsTold() {
        assertThat(Opened.faults(KIND, "{'version': '23', 'phoneNumberId': 'x', 'appSecret': 'x', 'odd': 1}"))
                .extracting(fault -> fault.replaceAll(":.*", ""))
                .containsExactlyInAnyOrder("appSecret", "version", "phoneNumberId", "tokenFile", "template", "odd");
    }

    private Opened opened() {
        return Opened.of(
                KIND,
                "{'url': '" + provider.url() + "', 'phoneNumberId': '106540352242922', 'token': 'hush',"
                        + " 'template': 'login_code', 'languages': {'en': 'en_US'}, 'appSecret': 'secret', 'verifyToken': 'ver ify'}");
    }

    private static CallbackReading.Kind kind(Opened opened, Callback callback) {
        return opened.gateway.read(callback).kind();
    }

    private static Callback signed(Opened opened, String body) {
        return opened.callback(
                "POST",
                "",
                Map.of(
                        "X-Hub-Signature-256",
                        "sha256="
                                + HexFormat.of()
                                        .formatHex(
                                                Signatures.hmac("HmacSHA256", "secret".getBytes(), body.getBytes()))),
                body);
    }
}
