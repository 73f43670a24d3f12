package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SandboxApiTest {
    private static final AccountId ACME = new AccountId(TestServer.ACCOUNT);

    private TestServer server;
    private String token;

    @BeforeAll
    void start() {
        server = new TestServer();
        token = server.token("otp:sandbox");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String sent(Widget widget, String code) {
        String id = server.start(widget);
        server.sandbox.keep(ACME, new DispatchId(new SessionId(UUID.fromString(id)), 1), new PhoneNumber(PHONE), code);
        return id;
    }

    @Test
    void messagesAreShownNewestFirst() {
        Widget widget = server.sms();
        String id = sent(widget, "123456");
        String other = sent(server.sms(), null);

        TestServer.Res all = server.get(token, "/sandbox/messages");
        assertThat(all.json().get(0).get("requestId").asText()).isEqualTo(other);
        assertThat(all.json().get(0).get("code").isNull()).isTrue();
        assertThat(all.json().get(1).toString())
                .isEqualTo("{\"dispatchId\":\"" + id + ".1\",\"requestId\":\"" + id
                        + "\",\"channel\":\"sms\",\"recipient\":\"" + PHONE
                        + "\",\"code\":\"123456\",\"text\":\"text\",\"at\":\"2026-01-01T00:00:00Z\"}");
        assertThat(server.get(token, "/sandbox/messages?recipient=8(912)345-67-89")
                        .json())
                .isNotEmpty();
        assertThat(server.get(token, "/sandbox/messages?recipient=+79123456780").json())
                .isEmpty();
        assertThat(server.get(token, "/sandbox/messages?recipient=12").faults()).containsExactly("recipient");
        String limited = server.token(
                TestServer.ACCOUNT, "otp:sandbox", List.of(widget.id().toString()));
        assertThat(server.get(limited, "/sandbox/messages").json().findValuesAsText("requestId"))
                .containsExactly(id);
        assertThat(server.get(server.token("stranger", "otp:sandbox", null), "/sandbox/messages")
                        .json())
                .isEmpty();
    }

    private TestServer.Res receipt(String as, String dispatch, String body) {
        return server.post(as, "/sandbox/messages/" + dispatch + "/receipt", body);
    }

    @Test
    void aReceiptReachesItsSession() {
        String id = server.start(server.sms());

        TestServer.Res res = receipt(token, id + ".1", "{\"status\":\"undelivered\",\"code\":null}");

        assertThat(res.status()).isEqualTo(202);
        assertThat(server.get(server.backend(), TestServer.BASE + "/" + id + "/channel")
                        .type())
                .isEqualTo("ResendChannelException");
    }

    @Test
    void aReceiptForAnUnknownDispatchIsNotFound() {
        String id = server.start(server.sms());
        String body = "{\"status\":\"delivered\"}";

        for (String dispatch :
                List.of(id, "x", id + ".2", id + ".0", id + ".-1", id + ".01", UUID.randomUUID() + ".1")) {
            assertThat(receipt(token, dispatch, body).type()).as(dispatch).isEqualTo("NotFoundException");
        }
        assertThat(receipt(server.token("stranger", "otp:sandbox", null), id + ".1", body)
                        .type())
                .isEqualTo("ForbiddenException");
        assertThat(receipt(token, "x", "{\"status\":\"eaten\",\"code\":\"x\"}").faults())
                .containsExactly("status", "code");
        assertThat(receipt(token, "x", "{}").faults()).containsExactly("status");
    }

    @Test
    void aBehaviourIsTakenOver() {
        TestServer.Res res = server.method(
                "PUT",
                token,
                "/sandbox/behaviours",
                "{\"recipient\":\"8 912 345-67-89\",\"channel\":\"sms\",\"outcome\":\"reject\",\"delayMs\":60000,\"code\":\"1\",\"gateway\":\"sandbox\"}");

        assertThat(res.status()).isEqualTo(204);
        FakeSandbox.Order order = server.sandbox.orders.get(server.sandbox.orders.size() - 1);
        assertThat(order.account()).isEqualTo(ACME);
        assertThat(order.recipient().value()).isEqualTo(PHONE);
        assertThat(order.channel()).isEqualTo(ChannelType.SMS);
        assertThat(order.gateway()).isEqualTo("sandbox");
        assertThat(order.behaviour().outcome()).isEqualTo(Delivery.Kind.REJECTED);
        assertThat(order.behaviour().delay()).hasSeconds(60);
        assertThat(order.behaviour().code()).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"recipient\":\"12\" | recipient",
                "\"recipient\":null | recipient",
                "\"channel\":\"fax\" | channel",
                "\"channel\":7 | channel",
                "\"outcome\":\"maybe\" | outcome",
                "\"outcome\":\"ACCEPT\" | outcome",
                "\"delayMs\":-1 | delayMs",
                "\"delayMs\":60001 | delayMs",
                "\"delayMs\":\"5\" | delayMs",
                "\"delayMs\":1.0 | delayMs",
                "\"code\":123456 | code",
                "\"code\":\"12a\" | code",
                "\"gateway\":\"smsc\" | gateway"
            })
    void aBehaviourThatMakesNoSenseIsNotValid(String field, String fault) {
        String name = field.substring(0, field.indexOf(':'));
        StringBuilder body = new StringBuilder("{" + field);
        for (String good :
                List.of("\"recipient\":\"" + PHONE + "\"", "\"channel\":\"sms\"", "\"outcome\":\"accept\"")) {
            if (!good.startsWith(name)) {
                body.append(',').append(good);
            }
        }

        TestServer.Res res = server.method("PUT", token, "/sandbox/behaviours", body + "}");

        assertThat(res.faults()).containsExactly(fault);
    }
}
