package io.otphandler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.Application;
import io.otphandler.application.limit.LimitSettings;
import io.otphandler.application.port.TestApplication;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GuardApiTest {
    private static final String WIDGET = """
            {"name":"Login","channels":[{"type":"sms","gateways":["sandbox"],"templates":[{}]}]%s}""";
    private static final String ALLOWED = "{\"state\":\"allowed\"}";

    private TestServer server;
    private String admin;
    private String backend;
    private String widget;
    private int numbers;

    @BeforeEach
    void start() {
        server = new TestServer(
                new TestApplication(Runnable::run, Application.Settings.DEFAULT.withLimits(LimitSettings.NONE)),
                HttpSettings.DEFAULT,
                UnaryOperator.identity());
        admin = server.token(TestServer.ACCOUNT, "otp:admin", null);
        backend = server.backend();
        widget = created("");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anAdminSeesWhatIsBlockedAndWhyAndLiftsIt() {
        assertThat(listed()).isEmpty();
        TestServer.Res refused = attackUntilBlocked();

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().get("type").asText()).isEqualTo("RateLimitException");
        assertThat(refused.json().get("payload").get("retryAfter").asInt()).isEqualTo(3_600);
        JsonNode list = listed();
        assertThat(list).hasSize(1);
        JsonNode blocked = list.get(0);
        assertThat(blocked.get("widgetId").asText()).isEqualTo(widget);
        assertThat(blocked.get("prefix").asText()).isEqualTo("BD-171234");
        assertThat(blocked.get("state").asText()).isEqualTo("blocked");
        assertThat(blocked.get("why").asText()).contains(" and 0 confirmed");
        assertThat(blocked.get("since").asText())
                .isEqualTo(server.test.clock().instant().toString());

        assertThat(server.method("DELETE", admin, "/admin/guard/" + widget + "/BD-171234", null)
                        .status())
                .isEqualTo(204);

        assertThat(listed().get(0).get("state").asText()).isEqualTo("lifted");
        assertThat(attack().status()).isEqualTo(201);
    }

    @Test
    void aSlowedPrefixIsListedWithItsNumbers() {
        TestServer.Res last;
        do {
            last = attack();
        } while (last.status() == 201);

        JsonNode slowed = listed().get(0);
        assertThat(slowed.get("state").asText()).isEqualTo("slowed");
        assertThat(slowed.get("since").isNull()).isTrue();
        assertThat(slowed.get("hour").get("messages").asInt()).isPositive();
        assertThat(slowed.get("hour").get("confirmed").asInt()).isZero();
        assertThat(last.json().get("payload").get("retryAfter").asInt()).isEqualTo(10);
    }

    @Test
    void anAllowedPrefixIsNeverHeldUpUntilItIsLifted() {
        assertThat(server.method("PUT", admin, "/admin/guard/" + widget + "/BD", ALLOWED)
                        .status())
                .isEqualTo(204);

        for (int i = 0; i < 150; i++) {
            assertThat(attack().status()).isEqualTo(201);
        }

        JsonNode allowed = listed().get(0);
        assertThat(allowed.get("state").asText()).isEqualTo("allowed");
        assertThat(allowed.get("until").isNull()).isTrue();
    }

    @Test
    void onlyTheAdminsOwnWidgetsAreSeenAndRuledOn() {
        attackUntilBlocked();
        String stranger = server.token("stranger", "otp:admin", null);
        String root = server.token("operator", "otp:root", null);
        String path = "/admin/guard/" + widget + "/BD-171234";

        assertThat(server.get(stranger, "/admin/guard").json()).isEmpty();
        assertThat(server.method("DELETE", stranger, path, null).status()).isEqualTo(403);
        assertThat(server.method("PUT", stranger, path, ALLOWED).status()).isEqualTo(403);
        assertThat(server.method("DELETE", backend, path, null).status()).isEqualTo(403);
        assertThat(server.get(backend, "/admin/guard").status()).isEqualTo(403);
        assertThat(server.method("DELETE", admin, "/admin/guard/" + UUID.randomUUID() + "/BD", null)
                        .json()
                        .get("type")
                        .asText())
                .isEqualTo("WidgetNotFoundException");
        assertThat(server.get(root, "/admin/guard").json()).hasSize(1);
        assertThat(server.get(root, "/admin/guard?widgetId=" + UUID.randomUUID())
                        .json())
                .isEmpty();
        assertThat(server.get(root, "/admin/guard?widgetId=" + widget).json()).hasSize(1);
        assertThat(server.method("DELETE", root, path, null).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bd", "BD-", "BD-17123456789", "+8801", "BD-1%202"})
    void whatIsNoPrefixIsTold(String prefix) {
        TestServer.Res res = server.method("PUT", admin, "/admin/guard/" + widget + "/" + prefix, ALLOWED);

        assertThat(res.status()).isEqualTo(400);
        assertThat(res.json().at("/payload/errors/0/field").asText()).isEqualTo("prefix");
        assertThat(server.method("DELETE", admin, "/admin/guard/" + widget + "/" + prefix, null)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatIsWrongWithABodyOrAQueryIsTold() {
        String path = "/admin/guard/" + widget + "/BD";

        assertThat(server.method("PUT", admin, path, "{\"state\":\"blocked\"}")
                        .json()
                        .at("/payload/errors/0/field")
                        .asText())
                .isEqualTo("state");
        assertThat(server.method("PUT", admin, path, "{}").status()).isEqualTo(400);
        assertThat(server.method("PUT", admin, path, "[]").status()).isEqualTo(400);
        assertThat(server.get(admin, "/admin/guard?widgetId=x")
                        .json()
                        .at("/payload/errors/0/field")
                        .asText())
                .isEqualTo("widgetId");
    }

    @Test
    void aWidgetSaysWhoseNumbersItTakes() {
        String russian = created(",\"allowedRegions\":[\"RU\"],\"allowedNumberTypes\":[\"mobile\"]");

        JsonNode saved = server.get(admin, "/admin/widgets/" + russian).json();
        assertThat(saved.get("allowedRegions")).hasToString("[\"RU\"]");
        assertThat(saved.get("allowedNumberTypes")).hasToString("[\"mobile\"]");
        assertThat(saved.has("blockedRegions")).isFalse();
        TestServer.Res refused = send(russian, "+8801712345678");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("type").asText()).isEqualTo("ValidateError");
        assertThat(refused.json().at("/payload/errors/0/field").asText()).isEqualTo("recipient");
        assertThat(refused.json().at("/payload/errors/0/message").asText())
                .isEqualTo("expected a number of a country that this widget takes");
        assertThat(send(russian, "+79120000001").status()).isEqualTo(201);
        assertThat(send(widget, "+78090000001")
                        .json()
                        .at("/payload/errors/0/message")
                        .asText())
                .isEqualTo("expected a person's number, not a premium-rate or a company's one");
    }

    @Test
    void whatIsWrongWithAnAudienceIsToldWhereItIs() {
        JsonNode errors = server.post(
                        admin,
                        "/admin/widgets",
                        WIDGET.formatted(",\"allowedRegions\":[\"RU\",\"XX\"],\"blockedRegions\":[\"RU\"],"
                                + "\"allowedNumberTypes\":[\"mobile\",\"landline\"]"))
                .json()
                .at("/payload/errors");

        assertThat(errors.findValuesAsText("field"))
                .containsExactlyInAnyOrder("allowedRegions[1]", "blockedRegions", "allowedNumberTypes[1]");
    }

    private String created(String more) {
        return server.post(admin, "/admin/widgets", WIDGET.formatted(more))
                .json()
                .get("id")
                .asText();
    }

    private JsonNode listed() {
        return server.get(admin, "/admin/guard").json();
    }

    @CanIgnoreReturnValue
    private TestServer.Res attackUntilBlocked() {
        for (int i = 0; i < 200; i++) {
            TestServer.Res res = attack();
            if (res.status() == 429 && res.json().at("/payload/retryAfter").asInt() > 60) {
                return res;
            }
            server.test.clock().advance(Duration.ofSeconds(10));
        }
        throw new AssertionError("200 messages, and no block");
    }

    private TestServer.Res attack() {
        return send(widget, "+880171234" + String.format("%04d", numbers++));
    }

    private TestServer.Res send(String widgetId, String recipient) {
        return server.post(
                backend,
                "/api/n/otp-handler/",
                "{\"widgetId\":\"" + widgetId + "\",\"recipient\":\"" + recipient + "\"}");
    }
}
