package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.BASE;
import static io.otphandler.adapter.http.TestServer.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.limit.LimitSettings;
import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What callers are told when it is too often, and from where it is counted. */
class LimitsOverHttpTest {

    private final TestServer server = new TestServer(
            new TestApplication(LimitSettings.DEFAULT),
            HttpSettings.DEFAULT.withTrustedProxies(List.of("127.0.0.1")),
            UnaryOperator.identity());
    private final Widget sms = server.sms();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aSendTooManyIsToldWhenToComeBack() {
        for (int i = 0; i < 3; i++) {
            server.start(sms);
            server.test.clock().advance(Duration.ofMillis(1_500));
        }

        TestServer.Res refused = server.post(server.backend(), BASE, TestServer.sendBody(sms.id()));

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.type()).isEqualTo("RateLimitException");
        assertThat(refused.message()).isEqualTo("Слишком много запросов, повторите позже");
        assertThat(refused.header("Retry-After")).isEqualTo("56");
        assertThat(refused.json().path("payload").path("retryAfter").asInt()).isEqualTo(56);
        server.test.clock().advance(Duration.ofSeconds(56));
        server.start(sms);
    }

    @Test
    void aResendTooManyIsACooldownThatEndsWithTheDay() {
        try (TestServer narrow = new TestServer(
                new TestApplication(new LimitSettings(
                        0, 0, 1, 0, LimitSettings.Sends.UNLIMITED, LimitSettings.Sends.UNLIMITED, 0, 0, 0, Set.of())),
                HttpSettings.DEFAULT,
                UnaryOperator.identity())) {
            String id = narrow.start(narrow.sms());
            narrow.test.clock().advance(Duration.ofSeconds(40));

            TestServer.Res refused = narrow.post(narrow.backend(), BASE + "/" + id + "/resend", null);

            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.type()).isEqualTo("RestartCooldownActiveException");
            assertThat(refused.header("Retry-After")).isEqualTo("86360");
            assertThat(refused.json().path("payload").path("retryAfter").asInt())
                    .isEqualTo(86_360);
        }
    }

    @Test
    void aFormsOwnConnectionIsCountedAndABackendsIsNot() {
        String form = server.token("otp:widget");
        for (int i = 0; i < 10; i++) {
            assertThat(send(form, i).status()).isEqualTo(201);
        }
        assertThat(send(form, 10).status()).isEqualTo(429);
        assertThat(send(form, 10).header("Retry-After")).isEqualTo("60");
        assertThat(send(server.backend(), 11).status()).isEqualTo(201);
        assertThat(send(server.token("otp:widget otp:backend"), 12).status()).isEqualTo(201);
    }

    @Test
    void behindATrustedProxyItIsTheEndUsersConnection() {
        String form = server.token("otp:widget");
        for (int i = 0; i < 10; i++) {
            assertThat(send(form, i, "X-Forwarded-For", i + ".1.1.1, 203.0.113.5")
                            .status())
                    .isEqualTo(201);
        }
        assertThat(send(form, 10, "X-Forwarded-For", "203.0.113.5").status()).isEqualTo(429);
        assertThat(send(form, 11, "X-Forwarded-For", "203.0.113.6").status()).isEqualTo(201);
        assertThat(send(form, 12).status()).isEqualTo(201);
    }

    @Test
    void whoIsNotTrustedCannotSayWhoseConnectionItIs() {
        try (TestServer direct = new TestServer(
                new TestApplication(LimitSettings.DEFAULT), HttpSettings.DEFAULT, UnaryOperator.identity())) {
            Widget widget = direct.sms();
            String form = direct.token("otp:widget");
            for (int i = 0; i < 11; i++) {
                TestServer.Res sent = direct.post(
                        form,
                        BASE,
                        TestServer.sendBody(widget.id()).replace(PHONE, "+791200000" + (10 + i)),
                        "X-Forwarded-For",
                        "203.0.113." + i);
                assertThat(sent.status()).isEqualTo(i < 10 ? 201 : 429);
            }
        }
    }

    @Test
    void anAdminLiftsARecipientsLimits() {
        for (int i = 0; i < 3; i++) {
            server.start(sms);
        }
        String path = "/admin/limits/";
        String admin = server.token("otp:admin");
        assertThat(server.method("DELETE", server.backend(), path + "%2B79123456789", null)
                        .status())
                .isEqualTo(403);
        assertThat(server.method("DELETE", admin, path + "12", null).faults()).containsExactly("recipient");
        assertThat(server.method("DELETE", admin, path + "%2B79123456789?owner=other", null)
                        .status())
                .isEqualTo(403);
        assertThat(server.method("DELETE", server.token("other", "otp:root", null), path + "%2B79123456789", null)
                        .status())
                .isEqualTo(204);
        assertThat(server.post(server.backend(), BASE, TestServer.sendBody(sms.id()))
                        .status())
                .isEqualTo(429);

        assertThat(server.method("DELETE", admin, path + "8(912)345-67-89", null)
                        .status())
                .isEqualTo(204);

        server.start(sms);
    }

    private TestServer.Res send(String token, int recipient, String... headers) {
        return server.post(
                token, BASE, TestServer.sendBody(sms.id()).replace(PHONE, "+791200000" + (10 + recipient)), headers);
    }
}
