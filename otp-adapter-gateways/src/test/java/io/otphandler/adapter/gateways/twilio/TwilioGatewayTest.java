package io.otphandler.adapter.gateways.twilio;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.otphandler.adapter.gateways.call.Forms;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwilioGatewayTest {

    private static final TwilioKind KIND = new TwilioKind();
    private static final String ACCOUNT = "AC00000000000000000000000000000001";
    private static final String CREATED = "{\"sid\":\"SM1\",\"status\":\"queued\",\"error_code\":null}";
    private static final String CALLBACKS = "https://otp.example/callbacks/main";

    private final Provider provider = new Provider();

    @AfterEach
    void stop() {
        provider.close();
    }

    // ---- messages

    @Test
    void aTextMessageIsPostedAsAForm() {
        provider.answer(201, CREATED);
        Message message = Messages.sms("Code 482913 & more");

        assertThat(opened("").deliver(message)).isEqualTo(Delivery.accepted());

        LoggedRequest request = provider.last();
        assertThat(request.getUrl()).isEqualTo("/2010-04-01/Accounts/" + ACCOUNT + "/Messages.json");
        assertThat(request.getHeader("Authorization"))
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString((ACCOUNT + ":hush").getBytes()));
        assertThat(form(request))
                .containsEntry("To", List.of(Messages.PHONE))
                .containsEntry("From", List.of("ACME"))
                .containsEntry("Body", List.of("Code 482913 & more"))
                .containsEntry("ValidityPeriod", List.of("300"))
                .containsEntry("StatusCallback", List.of(CALLBACKS + "?dispatch=" + message.id()));
    }

    @Test
    void aMessagingServiceChoosesTheSenderAndAKeyMayStandForTheAccount() {
        provider.answer(201, CREATED);
        Opened opened = Opened.of(
                KIND,
                "{'url': '" + provider.url() + "', 'accountSid': '" + ACCOUNT
                        + "', 'authToken': 'hush', 'apiKeySid': 'SK1', 'apiKeySecret': 'quiet', 'messagingServiceSid': 'MG1'}");

        opened.deliver(Messages.of(ChannelType.WHATSAPP, "482913"));

        assertThat(form(provider.last()))
                .containsEntry("To", List.of("whatsapp:" + Messages.PHONE))
                .containsEntry("MessagingServiceSid", List.of("MG1"))
                .doesNotContainKeys("From", "StatusCallback");
        assertThat(provider.last().getHeader("Authorization"))
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString("SK1:quiet".getBytes()));
    }

    @Test
    void aCallSaysTheDigitsTwiceOneByOne() {
        provider.answer(201, "{\"sid\":\"CA1\",\"status\":\"queued\"}");

        opened("").deliver(Messages.of(ChannelType.VOICE, "Your <code> is 482913."));

        assertThat(provider.last().getUrl()).endsWith("/Calls.json");
        assertThat(form(provider.last()))
                .containsEntry("From", List.of("+15005550006"))
                .containsEntry("StatusCallbackEvent", List.of("completed"))
                .containsEntry(
                        "Twiml",
                        List.of("<Response><Say language=\"en-US\">Your &lt;code&gt; is 4, 8, 2, 9, 1, 3.</Say>"
                                + "<Pause length=\"1\"/><Say language=\"en-US\">4, 8, 2, 9, 1, 3</Say></Response>"));
    }

    @Test
    void whatTwilioIsNotUsedForIsRejected() {
        assertThat(opened("").deliver(Messages.of(ChannelType.VIBER, "x")).kind())
                .isEqualTo(Kind.REJECTED);
        assertThat(provider.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "400, 21211, REJECTED", "400, 21610, REJECTED", "400, 21614, REJECTED", "400, 21606, UNAVAILABLE",
        "400, 21408, UNAVAILABLE", "401, 20003, UNAVAILABLE", "429, 20429, UNAVAILABLE", "500, 0, UNAVAILABLE",
        "503, 20503, UNAVAILABLE", "504, 0, UNKNOWN"
    })
    void anErrorMeansWhatItsCodeSays(int status, int code, Kind kind) {
        provider.answer(status, "{\"code\":" + code + ",\"message\":\"because\",\"status\":" + status + "}");

        Delivery delivery = opened("").deliver(Messages.sms("x"));

        assertThat(delivery.kind()).isEqualTo(kind);
        assertThat(delivery.reason()).contains("because");
    }

    @Test
    void aConnectionThatBreaksMayMeanThatTheMessageWasTaken() {
        provider.hangUp();

        assertThat(opened("").deliver(Messages.sms("x")).kind()).isEqualTo(Kind.UNKNOWN);
    }

    // ---- callbacks

    @ParameterizedTest
    @CsvSource({
        "MessageStatus, delivered, DELIVERED", "MessageStatus, read, READ", "MessageStatus, undelivered, UNDELIVERED",
        "MessageStatus, failed, UNDELIVERED", "CallStatus, completed, DELIVERED", "CallStatus, no-answer, UNDELIVERED"
    })
    void aSignedCallbackReportsOfOurDispatch(String field, String theirs, Status ours) {
        Opened opened = opened("");
        Message message = Messages.sms("x");

        assertThat(opened.gateway.read(signed(opened, "dispatch=" + message.id(), Map.of(field, theirs, "To", "+79"))))
                .isEqualTo(CallbackReading.of(List.of(Report.of(message.id(), ours))));
    }

    @Test
    void whatDoesNotMatterIsTakenAndForgotten() {
        Opened opened = opened("");

        assertThat(opened.gateway.read(
                        signed(opened, "dispatch=" + Messages.sms("x").id(), Map.of("MessageStatus", "queued"))))
                .isEqualTo(CallbackReading.of(List.of()));
        assertThat(opened.gateway.read(signed(opened, "", Map.of("MessageStatus", "delivered"))))
                .isEqualTo(CallbackReading.of(List.of()));
    }

    /** The example of Twilio's documentation of its signatures. */
    @Test
    void theSignatureIsTwilios() {
        Opened opened = Opened.of(
                KIND,
                "{'url': '" + provider.url() + "', 'accountSid': '" + ACCOUNT
                        + "', 'authToken': '12345', 'from': 'x', 'callbackUrl': 'https://example.com/myapp.php'}");
        String body =
                "CallSid=CA1234567890ABCDE&Caller=%2B14158675310&Digits=1234&From=%2B14158675310&To=%2B18005551212";

        assertThat(opened.gateway
                        .read(opened.callback(
                                "POST",
                                "foo=1&bar=2",
                                Map.of("X-Twilio-Signature", "L/OH5YylLD5NRKLltdqwSvS0BnU="),
                                body))
                        .kind())
                .isEqualTo(CallbackReading.Kind.UNDERSTOOD);
    }

    @Test
    void whatIsChangedOrNotSignedIsRefused() {
        Opened opened = opened("");
        Callback good = signed(opened, "dispatch=1", Map.of("MessageStatus", "delivered"));
        Map<String, String> signature =
                Map.of("X-Twilio-Signature", good.header("X-Twilio-Signature").orElseThrow());

        assertThat(kind(opened, good)).isEqualTo(CallbackReading.Kind.UNDERSTOOD);
        assertThat(kind(opened, opened.callback("POST", "dispatch=2", signature, good.text())))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        assertThat(kind(opened, opened.callback("POST", "dispatch=1", signature, "MessageStatus=read")))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        assertThat(kind(opened, opened.callback("POST", "dispatch=1", Map.of(), good.text())))
                .isEqualTo(CallbackReading.Kind.UNAUTHORIZED);
        assertThat(kind(opened, opened.callback("POST", "", Map.of(), "%"))).isEqualTo(CallbackReading.Kind.MALFORMED);
    }

    // ---- settings

    @Test
    void everyFaultOfTheSettingsIsTold() {
        assertThat(Opened.faults(
                        KIND,
                        "{'accountSid': 'x', 'apiKeySid': 'SK', 'callbackUrl': 'https://a.example/?a=b',"
                                + " 'timeout': 0, 'odd': 1}"))
                .extracting(fault -> fault.replaceAll(":.*", ""))
                .containsExactlyInAnyOrder(
                        "accountSid", "authTokenFile", "apiKeySid", "from", "callbackUrl", "timeout", "odd");
    }

    // ---- steps

    private Opened opened(String more) {
        return Opened.of(
                KIND,
                "{'url': '" + provider.url() + "', 'accountSid': '" + ACCOUNT
                        + "', 'authToken': 'hush', 'from': '+15005550006', " + more + "'callbackUrl': '" + CALLBACKS
                        + "'}");
    }

    private static CallbackReading.Kind kind(Opened opened, Callback callback) {
        return opened.gateway.read(callback).kind();
    }

    private static Callback signed(Opened opened, String query, Map<String, String> form) {
        StringBuilder signed = new StringBuilder(CALLBACKS + (query.isEmpty() ? "" : "?" + query));
        new TreeMap<>(form).forEach((field, value) -> signed.append(field).append(value));
        String signature = Base64.getEncoder()
                .encodeToString(Signatures.hmac(
                        "HmacSHA1", "hush".getBytes(), signed.toString().getBytes()));
        return opened.callback("POST", query, Map.of("X-Twilio-Signature", signature), Forms.encoded(form));
    }

    private static Map<String, List<String>> form(LoggedRequest request) {
        return Forms.fields(request.getBodyAsString()).orElseThrow();
    }
}
