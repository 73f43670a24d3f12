package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo of the running program: where it is, what it stands on, and where it is not. */
class DemoTest {

    private static final String CODELESS = "00000000-0000-4000-8000-000000000002";
    private static final String EXPIRY = "00000000-0000-4000-8000-000000000003";
    private static final String PHONE = "+79991234567";
    private static final String ANOTHER_PHONE = "+79991234568";

    @TempDir
    private Path folder;

    /** Without any configuration; for the tests that leave nothing behind that another would meet. */
    private static RunningService unconfigured;

    @BeforeAll
    static void serve(@TempDir Path data) throws Exception {
        unconfigured = RunningService.start(data);
    }

    @AfterAll
    static void stop() {
        if (unconfigured != null) {
            unconfigured.close();
        }
    }

    private RunningService serve(String yaml, String... arguments) throws Exception {
        Path file = Files.writeString(folder.resolve("otp.yaml"), yaml);
        return RunningService.start(
                folder,
                Map.of(),
                List.of(),
                java.util.stream.Stream.concat(
                                java.util.stream.Stream.of("--port", "0", "--config", file.toString()),
                                java.util.stream.Stream.of(arguments))
                        .toList());
    }

    private static Api anonymous(RunningService service) {
        return new Api(service.site(), "none");
    }

    private static Api visitor(RunningService service, String widget) {
        return new Api(
                service.site(),
                anonymous(service)
                        .site("GET", "/demo/token?widget=" + widget, null)
                        .body()
                        .path("token")
                        .asText());
    }

    @Test
    void serveSaysWhereTheDemoIsOnALineOfItsOwn() throws Exception {
        assertThat(unconfigured.printed())
                .startsWith("Listening on " + unconfigured.site() + "\nDemo: " + unconfigured.site() + "/demo\n");
        assertThat(anonymous(unconfigured).text("/demo")).contains("<html");
        assertThat(anonymous(unconfigured).text("/widget.js")).contains("/api/n/otp-handler");
    }

    @Test
    void aVisitorGoesThroughWithNothingButANumberAndTheCode() throws Exception {
        Api page = anonymous(unconfigured);
        Api form = visitor(unconfigured, Api.DEMO_WIDGET);
        String session = form.started(PHONE);
        JsonNode seen = Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(
                        () -> page.site("GET", "/demo/sessions/" + session, null)
                                .body(),
                        body -> body.path("messages").size() == 1);
        assertThat(form.checkCode(session, seen.at("/messages/0/code").asText()).status())
                .isEqualTo(201);
        assertThat(page.site("POST", "/demo/sessions/" + session + "/complete?recipient=" + Api.encoded(PHONE), null)
                        .success())
                .isTrue();
        assertThat(page.site("GET", "/demo/sessions/" + session, null)
                        .body()
                        .at("/session/status")
                        .asText())
                .isEqualTo("completed");
    }

    @Test
    void theScenariosHaveWidgetsOfTheirOwnAndTheDemoAccountStillHasOne() throws Exception {
        Api form = visitor(unconfigured, CODELESS);
        assertThat(form.get("/widget/" + CODELESS).body().path("name").asText()).isEqualTo("Codeless");
        String session = form.send(CODELESS, PHONE).body().path("requestId").asText();
        assertThat(form.channelPoll(session).body().path("type").asText()).isEqualTo("sim_push");
        assertThat(anonymous(unconfigured)
                        .site("POST", "/demo/messages/" + session + ".1/receipt", "{\"status\":\"confirmed\"}")
                        .status())
                .isEqualTo(202);
        assertThat(form.status(session, PHONE).success()).isTrue();

        Api expiry = visitor(unconfigured, EXPIRY);
        JsonNode channel = expiry.channelPoll(
                        expiry.send(EXPIRY, PHONE).body().path("requestId").asText())
                .body();
        assertThat(channel.path("type").asText()).isEqualTo("sms");
        assertThat(channel.at("/settings/lifetime").asInt()).isEqualTo(8);
        assertThat(channel.at("/settings/numberOfRestart").asInt()).isEqualTo(1);
        assertThat(channel.at("/settings/restartCooldown").asInt()).isEqualTo(2);

        assertThat(unconfigured.api().site("GET", "/admin/widgets", null).body().findValuesAsText("name"))
                .containsExactly("Demo");
    }

    @Test
    void whatTheSandboxIsToldForTheDemoItDoes() throws Exception {
        Api page = anonymous(unconfigured);
        assertThat(page.site(
                                "PUT",
                                "/demo/behaviours",
                                "{\"recipient\":\"" + ANOTHER_PHONE
                                        + "\",\"channel\":\"sim_push\",\"outcome\":\"reject\"}")
                        .status())
                .isEqualTo(204);
        Api form = visitor(unconfigured, CODELESS);

        JsonNode channel = form.channelPoll(form.send(CODELESS, ANOTHER_PHONE)
                        .body()
                        .path("requestId")
                        .asText())
                .body();

        assertThat(channel.path("type").asText()).isEqualTo("sms");
    }

    @Test
    void itsWidgetsAreBroughtUpToDateAtEachStartAndOtherwiseNotTouched() throws Exception {
        String yaml = "gateways: {trying: {kind: sandbox}}\n";
        try (RunningService service = serve(yaml)) {
            assertThat(service.logged()).contains("Saved widget " + Api.DEMO_WIDGET + ", revision 1", CODELESS, EXPIRY);
            Api admin = service.api();
            ObjectNode widget = (ObjectNode)
                    admin.site("GET", "/admin/widgets/" + Api.DEMO_WIDGET, null).body();
            assertThat(widget.at("/channels/0/gateways/0").asText()).isEqualTo("trying");
        }
        try (RunningService service = serve(yaml)) {
            assertThat(service.logged()).doesNotContain("Saved widget");
            Api admin = service.api();
            ObjectNode widget = (ObjectNode)
                    admin.site("GET", "/admin/widgets/" + Api.DEMO_WIDGET, null).body();
            widget.put("name", "Changed");
            assertThat(admin.site("PUT", "/admin/widgets/" + Api.DEMO_WIDGET, widget.toString())
                            .status())
                    .isEqualTo(200);
        }
        try (RunningService service = serve(yaml)) {
            assertThat(service.logged())
                    .contains("Saved widget " + Api.DEMO_WIDGET + ", revision 3")
                    .doesNotContain("Saved widget " + CODELESS);
            assertThat(service.api()
                            .get("/widget/" + Api.DEMO_WIDGET)
                            .body()
                            .path("name")
                            .asText())
                    .isEqualTo("Demo");
        }
    }

    @Test
    void aWidgetThatIsConfiguredUnderItsIdIsLeftAlone() throws Exception {
        try (RunningService service = serve("""
                widgets:
                  - id: %s
                    owner: acme
                    name: Acme's
                    channels: [{type: sms, gateways: [sandbox], templates: [{text: "{{code}}"}]}]
                """.formatted(Api.DEMO_WIDGET))) {
            Api page = anonymous(service);

            assertThat(page.site("GET", "/demo/token", null).type()).isEqualTo("WidgetNotFoundException");
            assertThat(page.site("GET", "/demo/token?widget=" + CODELESS, null).status())
                    .isEqualTo(200);
            assertThat(new Api(service.site(), service.token("acme", "otp:backend"))
                            .get("/widget/" + Api.DEMO_WIDGET)
                            .body()
                            .path("name")
                            .asText())
                    .isEqualTo("Acme's");
        }
    }

    @Test
    void itIsNotThereWhereItIsSwitchedOffOrNothingCouldBeTriedOut() throws Exception {
        Path key = folder.resolve("key.jwk");
        Files.writeString(
                key, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}");
        for (String yaml : List.of(
                "demo: false\n",
                "gateways: {mail: {kind: smtp, host: mail.example, from: otp@mail.example}}\n",
                "auth: {publicKeyFiles: [\"" + key + "\"]}\n")) {
            try (RunningService service = serve(yaml)) {
                assertThat(service.printed()).as(yaml).doesNotContain("Demo:");
                assertThat(anonymous(service).site("GET", "/demo", null).type())
                        .as(yaml)
                        .isEqualTo("NotFoundException");
                assertThat(service.logged()).doesNotContain(CODELESS);
            }
        }
    }

    @Test
    void whereTheServiceListensEverywhereThePageIsNamedAsThisMachineReachesIt() throws Exception {
        try (RunningService service = serve("{}", "--host", "0.0.0.0")) {
            String page = service.printed()
                    .lines()
                    .filter(line -> line.startsWith("Demo: "))
                    .findFirst()
                    .orElseThrow()
                    .substring("Demo: ".length());

            assertThat(page).startsWith("http://127.0.0.1:").endsWith("/demo");
            assertThat(new Api(page.replaceFirst("/demo$", ""), "none").text("/demo"))
                    .contains("<html");
        }
    }

    @Test
    void aDemoForEverybodyWithoutASandboxIsAFault() throws Exception {
        Path file = Files.writeString(
                folder.resolve("otp.yaml"),
                "demo: true\ngateways: {mail: {kind: smtp, host: mail.example, from: otp@mail.example}}\n");
        Path err = folder.resolve("err.txt");
        Process process = RunningService.process(
                        folder, Map.of(), List.of(), List.of("config", "--config", file.toString()))
                .redirectError(err.toFile())
                .redirectOutput(folder.resolve("out.txt").toFile())
                .start();

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(Files.readString(err)).contains("demo: expected a gateway of kind sandbox", "line 1");
    }
}
