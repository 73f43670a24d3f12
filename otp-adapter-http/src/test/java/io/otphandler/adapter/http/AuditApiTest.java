package io.otphandler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.application.port.AuditEntry;
import io.otphandler.domain.widget.AccountId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuditApiTest {
    private static final String WIDGET = """
            {"name":"Login","channels":[{"type":"sms","gateways":["sandbox"],"templates":[{}]}]}""";

    private TestServer server;
    private String root;
    /** Of one test alone, as is the admin. */
    private String account;

    private String admin;

    @BeforeAll
    void start() {
        server = new TestServer();
        root = token("operator", "otp:root", null);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void anAccountOfItsOwn() {
        account = "account-" + UUID.randomUUID();
        admin = token(account, "otp:admin", "t-1");
        tick();
    }

    @Test
    void whatAnAdminDoesIsInTheLogWithWhoDidIt() {
        String id =
                server.post(admin, "/admin/widgets", WIDGET).json().get("id").asText();
        tick();
        String changed = WIDGET.replace("Login", "Sign-up")
                .replace("}]}]", "}]}],\"testRecipients\":{\"+79990000000\":\"735190\"}");
        server.method("PUT", root, "/admin/widgets/" + id, changed);
        tick();
        server.post(admin, "/admin/widgets/" + id + "/block", null);
        tick();
        server.post(admin, "/admin/widgets/" + id + "/unblock", null);
        tick();
        server.method("PUT", admin, "/admin/blockedRecipients/%2B79123456789", null);
        tick();
        server.method("DELETE", admin, "/admin/blockedRecipients/%2B79123456789", null);
        tick();
        server.method("DELETE", admin, "/admin/limits/ann%40example.com", null);
        tick();
        server.post(admin, "/admin/revokedTokens", "{\"jti\":\"t-2\",\"expiresAt\":\"2030-01-31T12:00:00Z\"}");
        tick();
        server.method("DELETE", admin, "/admin/widgets/" + id, null);

        TestServer.Res res = server.get(admin, "/admin/audit");
        List<JsonNode> entries = entries(res);

        assertThat(res.status()).isEqualTo(200);
        assertThat(res.json().get("next").isNull()).isTrue();
        assertThat(texts(entries, "action"))
                .containsExactly(
                        "widget.delete",
                        "token.revoke",
                        "limits.lift",
                        "recipient.unblock",
                        "recipient.block",
                        "widget.unblock",
                        "widget.block",
                        "widget.save",
                        "widget.save");
        assertThat(texts(entries, "subject"))
                .containsExactly(id, "t-2", "a***@example.com", "+7912***6789", "+7912***6789", id, id, id, id);
        assertThat(texts(entries, "account")).containsOnly(account);
        assertThat(entries.get(8).get("actor").toString())
                .isEqualTo("{\"account\":\"" + account + "\",\"jti\":\"t-1\"}");
        assertThat(entries.get(8).get("details").toString()).isEqualTo("{\"created\":\"true\",\"name\":\"Login\"}");
        assertThat(entries.get(7).get("actor").toString()).isEqualTo("{\"account\":\"operator\"}");
        assertThat(entries.get(7).get("details").toString())
                .isEqualTo("{\"changed\":\"name, testRecipients\",\"name\":\"Sign-up\",\"replacedRevision\":\"1\"}");
        assertThat(entries.get(1).get("details").get("expiresAt").asText()).isEqualTo("2030-01-31T12:00:00Z");
        assertThat(entries.get(0).get("at").asText())
                .isEqualTo(server.test.clock().instant().toString());
        assertThat(res.json().toString()).doesNotContain("735190", "+79123456789", "ann@");
    }

    @Test
    void whatIsRefusedOrOnlyReadIsNotInTheLog() {
        String id =
                server.post(admin, "/admin/widgets", WIDGET).json().get("id").asText();
        String stranger = server.token("stranger", "otp:admin", null);
        tick();

        server.post(stranger, "/admin/widgets/" + id + "/block", null);
        server.method("DELETE", admin, "/admin/widgets/" + UUID.randomUUID(), null);
        server.method("PUT", stranger, "/admin/blockedRecipients/%2B79123456789?owner=" + account, null);
        server.method("PUT", admin, "/admin/blockedRecipients/12", null);
        server.post(admin, "/admin/widgets", "{}");
        server.get(admin, "/admin/widgets/" + id);
        server.get(root, "/admin/sessions/" + server.start(server.sms()));
        server.get(admin, "/admin/audit");

        assertThat(texts(entries(server.get(root, "/admin/audit?account=" + account)), "action"))
                .containsExactly("widget.save");
        assertThat(texts(entries(server.get(root, "/admin/audit?limit=1")), "subject"))
                .containsExactly(id);
    }

    @Test
    void anAdminSeesTheOwnAccountsAndRootEverybodys() {
        String neighbour = account + "-next-door";
        String other = server.token(neighbour, "otp:admin", null);
        block(admin, "+79990000001");
        block(other, "+79990000002");
        server.method("PUT", root, "/admin/blockedRecipients/%2B79990000003?owner=" + account, null);

        assertThat(texts(entries(server.get(admin, "/admin/audit")), "account")).containsExactly(account, account);
        assertThat(texts(entries(server.get(admin, "/admin/audit?account=" + account)), "account"))
                .containsExactly(account, account);
        assertThat(texts(entries(server.get(other, "/admin/audit")), "account")).containsExactly(neighbour);
        assertThat(texts(entries(server.get(root, "/admin/audit?limit=3")), "account"))
                .containsExactlyInAnyOrder(account, account, neighbour);
        assertThat(texts(entries(server.get(root, "/admin/audit?account=" + neighbour)), "account"))
                .containsExactly(neighbour);
        assertThat(entries(server.get(root, "/admin/audit?account=nobody"))).isEmpty();
        assertThat(server.get(admin, "/admin/audit?account=" + neighbour).type())
                .isEqualTo("ForbiddenException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"otp:widget", "otp:backend", "otp:sandbox", "otp:admins"})
    void otherScopesSeeNothing(String scope) {
        assertThat(server.get(server.token(scope), "/admin/audit").status()).isEqualTo(403);
    }

    @Test
    void whoHasNoTokenOrOneForSomeWidgetsSeesNothing() {
        assertThat(server.get(null, "/admin/audit").status()).isEqualTo(401);
        for (String scope : new String[] {"otp:admin", "otp:root"}) {
            String limited =
                    server.token(account, scope, List.of(UUID.randomUUID().toString()));
            assertThat(server.get(limited, "/admin/audit").type()).isEqualTo("ForbiddenException");
        }
    }

    @Test
    void theLogIsReadPageByPageAndByAction() {
        List<String> blocked = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            block(admin, "+7999000000" + i);
            server.method("DELETE", admin, "/admin/limits/%2B7999000000" + i, null);
            blocked.add(0, "+7999***000" + i);
            tick();
        }

        List<String> read = new ArrayList<>();
        String next = "";
        for (int page = 0; page < 3; page++) {
            TestServer.Res res = server.get(admin, "/admin/audit?action=recipient.block&limit=2" + next);
            assertThat(entries(res)).hasSize(page < 2 ? 2 : 1);
            read.addAll(texts(entries(res), "subject"));
            assertThat(res.json().get("next").isNull()).isEqualTo(page == 2);
            next = "&before=" + res.json().get("next").asText();
        }

        assertThat(read).containsExactlyElementsOf(blocked);
        assertThat(entries(server.get(admin, "/admin/audit?limit=500"))).hasSize(10);
        assertThat(entries(server.get(admin, "/admin/audit?before=" + UUID.randomUUID())))
                .isEmpty();
        assertThat(entries(server.get(admin, "/admin/audit?action=guard.block")))
                .isEmpty();
    }

    @Test
    void fiftyEntriesAreAPageUnlessAnotherNumberIsAskedFor() {
        for (int i = 0; i < 51; i++) {
            server.test.auditLog().append(entry(new AuditEntry.Part("guard")));
        }

        TestServer.Res res = server.get(admin, "/admin/audit");

        assertThat(entries(res)).hasSize(50);
        assertThat(res.json().get("next").asText())
                .isEqualTo(entries(res).get(49).get("id").asText());
    }

    @Test
    void whatTheServiceDecidesByItselfIsNobodysToken() {
        server.test.auditLog().append(entry(AuditEntry.Part.GUARD));
        tick();
        server.test.auditLog().append(entry(new AuditEntry.Bearer(new AccountId("guard"), Optional.empty())));

        List<JsonNode> entries = entries(server.get(admin, "/admin/audit"));

        assertThat(entries.get(0).get("actor").toString()).isEqualTo("{\"account\":\"guard\"}");
        assertThat(entries.get(1).get("actor").toString()).isEqualTo("{\"service\":\"guard\"}");
        assertThat(entries.get(1).get("details").toString()).isEqualTo("{\"confirmed\":\"0\",\"sends\":\"100\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "account, account=",
        "account, account=%20",
        "action, action=",
        "action, action=widget",
        "action, action=widget.save%27--",
        "before, before=1",
        "before, before=",
        "limit, limit=0",
        "limit, limit=501",
        "limit, limit=%2B5",
        "limit, limit=-1",
        "limit, limit=x",
        "limit, limit=",
        "limit, limit=99999999999"
    })
    void aBadParameterIsNamed(String field, String query) {
        TestServer.Res res = server.get(admin, "/admin/audit?" + query);

        assertThat(res.type()).isEqualTo("ValidateError");
        assertThat(res.faults()).containsExactly(field);
    }

    @Test
    void allBadParametersAreNamedTogether() {
        assertThat(server.get(admin, "/admin/audit?limit=0&before=x&action=x&account=" + "x".repeat(129))
                        .faults())
                .containsExactlyInAnyOrder("account", "action", "before", "limit");
    }

    @Test
    void aTokensIdThatNobodyCouldWriteDownIsLeftOut() {
        String strange = token(account, "otp:admin", "a\u0000b");

        block(strange, "+79990000001");

        assertThat(entries(server.get(admin, "/admin/audit"))
                        .get(0)
                        .get("actor")
                        .toString())
                .isEqualTo("{\"account\":\"" + account + "\"}");
    }

    // ---- steps

    private AuditEntry entry(AuditEntry.Actor actor) {
        return new AuditEntry(
                UUID.randomUUID(),
                server.test.clock().instant(),
                new AccountId(account),
                actor,
                "guard.block",
                "+7999",
                Map.of("sends", "100", "confirmed", "0"));
    }

    private void block(String token, String number) {
        assertThat(server.method("PUT", token, "/admin/blockedRecipients/" + number.replace("+", "%2B"), null)
                        .status())
                .isEqualTo(204);
    }

    /** So that what is next is newer. */
    private void tick() {
        server.test.clock().advance(Duration.ofMillis(1));
    }

    private static List<JsonNode> entries(TestServer.Res res) {
        List<JsonNode> entries = new ArrayList<>();
        res.json().get("entries").forEach(entries::add);
        return entries;
    }

    private static List<String> texts(List<JsonNode> entries, String field) {
        return entries.stream().map(entry -> entry.get(field).asText()).toList();
    }

    private String token(String sub, String scope, String id) {
        Map<String, Object> claims = new HashMap<>();
        claims.put("sub", sub);
        claims.put("scope", scope);
        claims.put("exp", server.test.clock().instant().getEpochSecond() + 86_400);
        if (id != null) {
            claims.put("jti", id);
        }
        return TestServer.signed(claims);
    }
}
