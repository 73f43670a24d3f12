package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.BASE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.otphandler.application.port.Delivery;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AdminApiTest {
    private static final String WIDGET = """
            {"name":"Login","channels":[{"type":"sms","gateways":["sandbox"],"templates":[{}]},
             {"type":"sim_push","gateways":["sandbox"],"templates":[{"locale":"en","text":"Sign in?"}],"fallbackAfter":60},
             {"type":"flashcall","label":"Call","gateways":["sandbox"],"templates":[{"recipients":["+7"]}],"code":{"length":6}}],
             "testRecipients":{"8 (999) 000-00-00":"123456","Ann@Example.com":"0000"}}""";

    private TestServer server;
    private String admin;
    private String root;

    @BeforeAll
    void start() {
        server = new TestServer();
        admin = server.token("otp:admin");
        root = server.token("operator", "otp:root", null);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String created() {
        return server.post(admin, "/admin/widgets", WIDGET).json().get("id").asText();
    }

    @Test
    void aWidgetIsCreatedWithDefaultsAndComesBackInItsOwnShape() {
        String path = "/admin/widgets/" + UUID.randomUUID();
        TestServer.Res created = server.method("PUT", admin, path, WIDGET);

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().get("owner").asText()).isEqualTo(TestServer.ACCOUNT);
        assertThat(path).endsWith(created.json().get("id").asText());
        assertThat(created.json().get("sessionLifetime").asInt()).isEqualTo(900);
        assertThat(created.json().get("defaultRegion").asText()).isEqualTo("RU");
        assertThat(created.json().has("origin")).isFalse();
        assertThat(created.json().get("channels").get(0).toString())
                .isEqualTo(
                        "{\"type\":\"sms\",\"label\":\"sms\",\"codeType\":\"code\",\"enabled\":true,\"gateways\":[\"sandbox\"],"
                                + "\"lifetime\":300,\"numberOfTries\":3,\"numberOfRestart\":2,\"restartCooldown\":30,\"fallbackAfter\":null,"
                                + "\"code\":{\"length\":6,\"beautify\":false},\"templates\":[{\"recipients\":[],\"locale\":\"ru\","
                                + "\"sender\":null,\"subject\":null,\"text\":\"Ваш код: {{code}}\"}]}");
        assertThat(created.json().get("channels").get(1).get("codeType").asText())
                .isEqualTo("codeless");
        assertThat(created.json().get("channels").get(1).get("fallbackAfter").asInt())
                .isEqualTo(60);
        assertThat(created.json()
                        .get("channels")
                        .get(2)
                        .get("templates")
                        .get(0)
                        .get("text")
                        .isNull())
                .isTrue();
        assertThat(created.json().get("testRecipients").toString())
                .isEqualTo("{\"+79990000000\":\"123456\",\"ann@example.com\":\"0000\"}");

        TestServer.Res again = server.method("PUT", admin, path, created.json().toString());
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json()).isEqualTo(created.json());
        assertThat(server.get(admin, path).json()).isEqualTo(created.json());
        assertThat(server.get(admin, "/admin/widgets").json()).contains(created.json());
    }

    @Test
    void aWidgetIsBlockedUnblockedAndDeleted() {
        String path = "/admin/widgets/" + created();

        assertThat(server.post(admin, path + "/block", null)
                        .json()
                        .get("isBlocked")
                        .asBoolean())
                .isTrue();
        assertThat(server.get(admin, path).json().get("isBlocked").asBoolean()).isTrue();
        assertThat(server.post(admin, path + "/unblock", null)
                        .json()
                        .get("isBlocked")
                        .asBoolean())
                .isFalse();
        TestServer.Res deleted = server.method("DELETE", admin, path, null);
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(deleted.response().body()).isEmpty();
        assertThat(deleted.header("Content-Type")).isNull();
        assertThat(server.get(admin, path).type()).isEqualTo("WidgetNotFoundException");
        assertThat(server.method("DELETE", admin, path, null).type()).isEqualTo("WidgetNotFoundException");
    }

    @Test
    void allFaultsOfAWidgetAreToldTogether() {
        TestServer.Res res = server.post(admin, "/admin/widgets", """
                {"isActive":"yes","sessionLifetime":1.5,"defaultRegion":"ru","owner":"other",
                 "channels":[{"type":"fax","gateways":"sandbox","templates":[{"text":1},"x",{"text":"no code"},{"text":"{{code}}{{x}}"}],
                   "lifetime":601,"numberOfTries":0,"fallbackAfter":"5","code":{"length":"6","beautify":1}},7],
                 "testRecipients":{"12":"1234","+79990000000":"12","+79990000001":5}}""");

        assertThat(res.type()).isEqualTo("ValidateError");
        assertThat(res.faults())
                .containsExactlyInAnyOrder(
                        "name",
                        "isActive",
                        "sessionLifetime",
                        "defaultRegion",
                        "owner",
                        "channels[0].type",
                        "channels[0].gateways",
                        "channels[0].templates[0].text",
                        "channels[0].templates[1]",
                        "channels[0].templates[2].text",
                        "channels[0].templates[3].text",
                        "channels[0].lifetime",
                        "channels[0].numberOfTries",
                        "channels[0].fallbackAfter",
                        "channels[0].code.length",
                        "channels[0].code.beautify",
                        "channels[1]",
                        "testRecipients.12",
                        "testRecipients.+79990000000",
                        "testRecipients.+79990000001");
    }

    @Test
    void aRegionThatNoNumberingPlanKnowsIsAFault() {
        TestServer.Res res = server.post(admin, "/admin/widgets", "{\"name\":\"x\",\"defaultRegion\":\"XX\"}");

        assertThat(res.type()).isEqualTo("ValidateError");
        assertThat(res.faults()).containsExactly("defaultRegion");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "\"x\"", "{", "", "{\"name\":\"a\\u0000b\"}", "{\"name\":\" \"}", "{}"})
    void whatIsNoWidgetIsNotValid(String body) {
        assertThat(server.post(admin, "/admin/widgets", body).type()).isEqualTo("ValidateError");
        assertThat(server.method("PUT", admin, "/admin/widgets/x", body).type()).isEqualTo("ValidateError");
    }

    @Test
    void aMalformedIdIsNoWidget() {
        assertThat(server.method("PUT", admin, "/admin/widgets/x", WIDGET).type())
                .isEqualTo("WidgetNotFoundException");
        assertThat(server.get(admin, "/admin/widgets/x").type()).isEqualTo("WidgetNotFoundException");
        assertThat(server.post(admin, "/admin/widgets/x/block", null).type()).isEqualTo("WidgetNotFoundException");
        assertThat(server.get(admin, "/admin/sessions/x").type()).isEqualTo("SessionNotFoundException");
    }

    @Test
    void anotherAccountsWidgetIsForbiddenButToRoot() {
        String path = "/admin/widgets/" + created();
        String stranger = server.token("stranger", "otp:admin", null);

        assertThat(server.get(stranger, path).type()).isEqualTo("ForbiddenException");
        assertThat(server.method("PUT", stranger, path, WIDGET).type()).isEqualTo("ForbiddenException");
        assertThat(server.method("DELETE", stranger, path, null).type()).isEqualTo("ForbiddenException");
        assertThat(server.post(stranger, path + "/block", null).type()).isEqualTo("ForbiddenException");
        assertThat(server.get(stranger, "/admin/widgets").json()).isEmpty();
        assertThat(server.get(root, path).status()).isEqualTo(200);
        assertThat(server.get(root, "/admin/widgets").json()).isNotEmpty();
    }

    @Test
    void aWidgetStaysWithItsAccountWhenRootReplacesIt() {
        String path = "/admin/widgets/" + created();
        TestServer.Res replaced = server.method("PUT", root, path, WIDGET);

        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.json().get("owner").asText()).isEqualTo(TestServer.ACCOUNT);
        String moved = WIDGET.replaceFirst("\\{", "{\"owner\":\"operator\",");
        assertThat(server.method("PUT", root, path, moved).faults()).containsExactly("owner");
    }

    @Test
    void rootMayNameTheOwner() {
        ObjectNode widget = (ObjectNode) io.otphandler.adapter.http.json.StrictJson.read(
                        WIDGET.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .orElseThrow();
        String named = widget.put("owner", "another").toString();

        assertThat(server.post(root, "/admin/widgets", named)
                        .json()
                        .get("owner")
                        .asText())
                .isEqualTo("another");
        assertThat(server.post(admin, "/admin/widgets", named).faults()).containsExactly("owner");
        assertThat(server.post(
                                admin,
                                "/admin/widgets",
                                widget.put("owner", TestServer.ACCOUNT).toString())
                        .status())
                .isEqualTo(201);
        assertThat(server.post(root, "/admin/widgets", WIDGET)
                        .json()
                        .get("owner")
                        .asText())
                .isEqualTo("operator");
    }

    @Test
    void aTokenForOneWidgetAdministersNoOther() {
        String mine = created();
        String other = created();
        String limited = server.token(TestServer.ACCOUNT, "otp:admin", List.of(mine));

        assertThat(server.get(limited, "/admin/widgets").json()).hasSize(1);
        assertThat(server.get(limited, "/admin/widgets/" + mine).status()).isEqualTo(200);
        assertThat(server.get(limited, "/admin/widgets/" + other).status()).isEqualTo(403);
        assertThat(server.method("DELETE", limited, "/admin/widgets/" + other, null)
                        .status())
                .isEqualTo(403);
        assertThat(server.get(admin, "/admin/widgets/" + other).status()).isEqualTo(200);
        assertThat(server.get(limited, "/admin/widgets/" + UUID.randomUUID()).status())
                .isEqualTo(404);
        assertThat(server.method("PUT", limited, "/admin/widgets/" + other, WIDGET)
                        .status())
                .isEqualTo(403);
        assertThat(server.post(limited, "/admin/widgets", WIDGET).status()).isEqualTo(403);
        assertThat(server.get(limited, "/admin/blockedRecipients").status()).isEqualTo(403);
    }

    @Test
    void recipientsAreBlockedInTheirNormalForm() {
        String blocker = server.token("blocker", "otp:admin", null);
        String path = "/admin/blockedRecipients/";

        assertThat(server.method("PUT", blocker, path + "%2B79990000001", null).status())
                .isEqualTo(204);
        assertThat(server.method("PUT", blocker, path + "+79990000001", null).status())
                .isEqualTo(204);
        assertThat(server.method("PUT", blocker, path + "%2079990000002", null).status())
                .isEqualTo(204);
        assertThat(server.method("PUT", blocker, path + "8(999)000-00-03?region=RU", null)
                        .status())
                .isEqualTo(204);
        assertThat(server.method("PUT", blocker, path + "Ann%40Example.com", null)
                        .status())
                .isEqualTo(204);
        assertThat(server.get(blocker, path.substring(0, path.length() - 1))
                        .json()
                        .toString())
                .isEqualTo("[\"+79990000001\",\"+79990000002\",\"+79990000003\",\"ann@example.com\"]");
        assertThat(server.method("DELETE", blocker, path + "89990000003", null).status())
                .isEqualTo(204);
        assertThat(server.method("DELETE", blocker, path + "89990000003", null).status())
                .isEqualTo(204);
        assertThat(server.get(root, "/admin/blockedRecipients?owner=blocker").json())
                .hasSize(3);
        assertThat(server.get(blocker, "/admin/blockedRecipients?owner=acme").status())
                .isEqualTo(403);
        assertThat(server.get(blocker, "/admin/blockedRecipients?owner=blocker").status())
                .isEqualTo(200);
        assertThat(server.get(root, "/admin/blockedRecipients?owner=").type()).isEqualTo("ValidateError");
        assertThat(server.method("PUT", blocker, path + "12", null).faults()).containsExactly("recipient");
        assertThat(server.method("PUT", blocker, path + "89990000003?region=XX", null)
                        .faults())
                .containsExactly("region");
    }

    @Test
    void aSessionsCourseIsToldWithoutItsRecipientAndCodes() {
        server.gateway().then(Delivery.rejected("no"));
        TestServer.Res sent = server.post(
                server.backend(),
                BASE,
                TestServer.sendBody(server.widget(
                                        TestServer.channel(ChannelType.SMS, ChannelSettings.DEFAULT),
                                        TestServer.channel(ChannelType.VOICE, ChannelSettings.DEFAULT))
                                .id())
                        .replace("}", ",\"reference\":\"order 7\"}"));
        String id = sent.json().get("requestId").asText();
        server.check(id, server.wrongCode());

        TestServer.Res res = server.get(admin, "/admin/sessions/" + id);

        assertThat(res.status()).isEqualTo(200);
        assertThat(res.json().get("recipient").asText()).isEqualTo("+7912***6789");
        assertThat(res.json().get("status").asText()).isEqualTo("sent");
        assertThat(res.json().get("channel").asText()).isEqualTo("voice");
        assertThat(res.json().get("reference").asText()).isEqualTo("order 7");
        assertThat(res.json().get("clientIp").isNull()).isTrue();
        assertThat(res.json().get("timeline").findValuesAsText("event"))
                .containsExactly(
                        "dispatchRequested", "rejected", "channelFailed", "dispatchRequested", "accepted", "wrongCode");
        assertThat(res.json().get("timeline").findValuesAsText("channel"))
                .containsExactly("sms", "sms", "sms", "voice", "voice", "voice");
        assertThat(res.json().toString()).doesNotContain(TestServer.PHONE).doesNotContain(server.code());
        assertThat(server.get(server.token("stranger", "otp:admin", null), "/admin/sessions/" + id)
                        .status())
                .isEqualTo(403);
        assertThat(server.get(root, "/admin/sessions/" + id).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"complete, completed", "cancel, cancelled", "guess, attemptsExpired", "confirm, confirmed"})
    void aSessionsStateIsNamed(String what, String status) {
        String id = server.start(server.sms());
        switch (what) {
            case "complete", "confirm" -> server.check(id, server.code());
            case "cancel" -> server.method("DELETE", server.backend(), BASE + "/" + id, null);
            default -> {
                for (int i = 0; i < 3; i++) {
                    server.check(id, server.wrongCode());
                }
            }
        }
        if (what.equals("complete")) {
            server.post(server.backend(), BASE + "/" + id + "/complete", null);
        }

        assertThat(server.get(admin, "/admin/sessions/" + id)
                        .json()
                        .get("status")
                        .asText())
                .isEqualTo(status);
    }

    @Test
    void aSessionThatIsGoneHasExpired() {
        try (TestServer other = new TestServer()) {
            String id = other.start(other.sms());
            other.test.clock().advance(Duration.ofSeconds(901));

            TestServer.Res res = other.get(other.token("otp:admin"), "/admin/sessions/" + id);

            assertThat(res.json().get("status").asText()).isEqualTo("expired");
            assertThat(res.json().has("channel")).isFalse();
            assertThat(other.get(other.backend(), BASE + "/" + id + "/channel").type())
                    .isEqualTo("SessionNotFoundException");
        }
    }

    // ---- tokens

    @Test
    void aRevokedTokenIsGoodNoMoreThoughItWasJustUsed() {
        String token = token("acme", "otp:backend", "a-token");
        String sister = token("acme", "otp:backend", "its-sister");
        String path = BASE + "/widget/" + server.sms().id();
        assertThat(server.get(token, path).status()).isEqualTo(200);

        assertThat(server.post(admin, "/admin/revokedTokens", revocation("a-token"))
                        .status())
                .isEqualTo(204);

        assertThat(server.get(token, path).type()).isEqualTo("UnauthorizedException");
        assertThat(server.get(sister, path).status()).isEqualTo(200);
        assertThat(server.get(admin, "/admin/revokedTokens").json().toString())
                .contains("{\"jti\":\"a-token\",\"expiresAt\":\"2030-01-31T11:00:00Z\"}");
    }

    @Test
    void anAccountRevokesItsOwnTokensAndRootEverybodys() {
        String token = token("other", "otp:backend", "shared-name");
        String path = BASE + "/widget/" + UUID.randomUUID();

        server.post(admin, "/admin/revokedTokens", revocation("shared-name"));
        assertThat(server.get(token, path).status()).isEqualTo(404);
        assertThat(server.post(admin, "/admin/revokedTokens?owner=other", revocation("shared-name"))
                        .type())
                .isEqualTo("ForbiddenException");
        String limited =
                server.token("acme", "otp:admin", List.of(UUID.randomUUID().toString()));
        assertThat(server.post(limited, "/admin/revokedTokens", revocation("x")).type())
                .isEqualTo("ForbiddenException");

        assertThat(server.post(root, "/admin/revokedTokens?owner=other", revocation("shared-name"))
                        .status())
                .isEqualTo(204);
        assertThat(server.get(token, path).status()).isEqualTo(401);
    }

    @Test
    void allThatIsWrongWithARevocationIsTold() {
        for (String body : List.of(
                "{}",
                "{\"jti\":\"\",\"expiresAt\":\"tomorrow\"}",
                "{\"jti\":5,\"expiresAt\":\"2030-01-31T12:00\"}",
                "{\"jti\":\"" + "x".repeat(256) + "\",\"expiresAt\":\"+999999999-01-01T00:00:00Z\"}")) {
            assertThat(server.post(admin, "/admin/revokedTokens", body).faults())
                    .containsExactlyInAnyOrder("jti", "expiresAt");
        }
    }

    private static String revocation(String id) {
        return "{\"jti\":\"" + id + "\",\"expiresAt\":\"2030-01-31T12:00:00.0004+01:00\"}";
    }

    private String token(String account, String scope, String id) {
        return TestServer.signed(Map.of(
                "sub",
                account,
                "scope",
                scope,
                "jti",
                id,
                "exp",
                server.test.clock().instant().getEpochSecond() + 86_400));
    }
}
