package io.otphandler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.Callback;
import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Report;
import io.otphandler.domain.session.Receipt;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where providers call: without a token, with whatever body they like. */
class CallbackApiTest {

    private final TestServer server = new TestServer();
    private final List<Callback> callbacks = new ArrayList<>();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whatAProviderReportsReachesItsSession() {
        server.gateway().then(Delivery.acceptedAs(List.of("4711")));
        String id = server.start(server.sms());
        server.gateway().thenReads(CallbackReading.of(List.of(Report.of("4711", Receipt.Status.UNDELIVERED))));

        TestServer.Res res = server.post(null, "/callbacks/sandbox", "{}");

        assertThat(res.status()).isEqualTo(200);
        assertThat(res.json().path("success").booleanValue()).isTrue();
        assertThat(server.get(server.backend(), TestServer.BASE + "/" + id + "/channel")
                        .type())
                .isEqualTo("ResendChannelException");
    }

    @Test
    void theGatewaySeesEveryByteAsItCame() {
        read(CallbackReading.of(List.of()));

        server.post(
                null,
                "/callbacks/sandbox?dispatch=a%2Bb&x",
                "MessageStatus=delivered&To=%2B79\u0436",
                "Content-Type",
                "application/x-www-form-urlencoded",
                "X-Twilio-Signature",
                "abc=");

        Callback callback = callbacks.get(0);
        assertThat(callback.method()).isEqualTo("POST");
        assertThat(callback.query()).isEqualTo("dispatch=a%2Bb&x");
        assertThat(callback.parameter("dispatch")).contains("a+b");
        assertThat(callback.text()).isEqualTo("MessageStatus=delivered&To=%2B79\u0436");
        assertThat(callback.header("x-twilio-signature")).contains("abc=");
        assertThat(callback.at()).isEqualTo(server.test.clock().instant());
    }

    @Test
    void aProviderThatVerifiesTheAddressIsAnsweredWhatItWantsToRead() {
        read(CallbackReading.answering("1158201444"));

        TestServer.Res res = server.get(null, "/callbacks/sandbox?hub.mode=subscribe&hub.challenge=1158201444");

        assertThat(res.status()).isEqualTo(200);
        assertThat(res.header("Content-Type")).startsWith("text/plain");
        assertThat(new String(res.response().body())).isEqualTo("1158201444");
        assertThat(callbacks.get(0).method()).isEqualTo("GET");
    }

    @Test
    void whatIsNotFromTheProviderIsRefusedInTheApisWords() {
        read(CallbackReading.unauthorized("wrong signature"));
        TestServer.Res res = server.post(null, "/callbacks/sandbox", "{}");
        assertThat(res.status()).isEqualTo(401);
        assertThat(res.type()).isEqualTo("UnauthorizedException");

        read(CallbackReading.malformed("no JSON"));
        res = server.post(null, "/callbacks/sandbox", "{");
        assertThat(res.status()).isEqualTo(400);
        assertThat(res.type()).isEqualTo("ValidateError");

        assertThat(server.post(null, "/callbacks/sandbox", "{}").status()).isEqualTo(404);
        assertThat(server.post(null, "/callbacks/nobody", "{}").status()).isEqualTo(404);
        assertThat(server.method("PUT", null, "/callbacks/sandbox", "{}").status())
                .isEqualTo(405);
    }

    @Test
    void reportsMayComeInGreaterHeapsThanRequests() {
        read(CallbackReading.of(List.of()));

        assertThat(server.post(null, "/callbacks/sandbox", "x".repeat(200_000)).status())
                .isEqualTo(200);
        assertThat(callbacks.get(0).body()).hasSize(200_000);
        assertThat(server.post(null, "/callbacks/sandbox", "x".repeat(300_000)).status())
                .isEqualTo(413);
    }

    @Test
    void whatCannotBeKeptNowIsToBeToldAgain() {
        server.test.providerMessages().failing(true);
        read(CallbackReading.of(List.of(Report.of("4711", Receipt.Status.DELIVERED))));

        TestServer.Res res = server.post(null, "/callbacks/sandbox", "{}");

        assertThat(res.status()).isEqualTo(503);
        assertThat(res.header("Retry-After")).isNotNull();
    }

    @Test
    void aGatewayThatFailsOnWhatCameMakesNoServerError() {
        server.gateway().thenReads(callback -> {
            throw new IllegalStateException("broken");
        });

        assertThat(server.post(null, "/callbacks/sandbox", "{}").status()).isEqualTo(400);
    }

    @Test
    void theHealthOfGatewaysIsShownWhereMetricsAre() {
        server.test.spare().reachable(false);
        server.metrics.health(server.test.gateways());

        assertThat(server.get(null, "/health/ready").json().toString())
                .isEqualTo("{\"status\":\"up\",\"gateways\":{\"sandbox\":\"up\",\"spare\":\"down\"}}");
        assertThat(server.get(null, "/metrics").response().body())
                .asString()
                .contains("otp_gateway_health{gateway=\"sandbox\"} 1.0", "otp_gateway_health{gateway=\"spare\"} 0.0");

        try (TestServer apart = new TestServer(HttpSettings.DEFAULT.withManagementPort(0))) {
            assertThat(apart.get(null, "/health/ready").json().toString()).isEqualTo("{\"status\":\"up\"}");
        }
    }

    private void read(CallbackReading reading) {
        server.gateway().thenReads(callback -> {
            callbacks.add(callback);
            return reading;
        });
    }
}
