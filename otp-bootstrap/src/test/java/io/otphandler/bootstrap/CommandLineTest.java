package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands, as a shell calls them. */
class CommandLineTest {

    @TempDir
    private Path folder;

    private record Ended(int status, String out, String err) {}

    @Test
    void serveWithoutConfigurationSaysWhereItListensAndHowToBegin() throws Exception {
        try (RunningService service = RunningService.start(folder)) {
            assertThat(service.printed())
                    .contains("Listening on http://127.0.0.1:")
                    .contains("NOTHING IS REALLY SENT")
                    .contains("curl -X POST");
            String token = service.printed()
                    .lines()
                    .filter(line -> line.startsWith("ey"))
                    .findFirst()
                    .orElseThrow();
            assertThat(new Api(service.site(), token).send("+79991234567").status())
                    .isEqualTo(201);
            for (String secret : List.of("jwt.secret", "code.pepper")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                                folder.resolve("otp-data").resolve(secret))))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void tokenPrintsATokenThatTheServiceBelieves() throws Exception {
        Ended token = run(
                Map.of(),
                "token",
                "--account",
                "demo",
                "--scope",
                "otp:widget",
                "--widget",
                Api.DEMO_WIDGET,
                "--ttl",
                "15m");

        assertThat(token.status()).isZero();
        var claims = SignedJWT.parse(token.out().strip()).getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("demo");
        assertThat(claims.getStringListClaim("widgets")).containsExactly(Api.DEMO_WIDGET);
        assertThat(claims.getExpirationTime().getTime() - claims.getIssueTime().getTime())
                .isEqualTo(15 * 60 * 1000);
        try (RunningService service = RunningService.start(folder)) {
            assertThat(new Api(service.site(), token.out().strip())
                            .send("+79991234567")
                            .status())
                    .isEqualTo(201);
        }
    }

    @Test
    void aFaultyConfigurationEndsWithStatusTwoAndAllFaults() throws Exception {
        Path file = Files.writeString(folder.resolve("otp.yaml"), "http: {port: x}\nfoo: 1\nretention: no number\n");

        for (String command : List.of("serve", "config", "migrate")) {
            Ended ended = run(Map.of(), command, "--config", file.toString());

            assertThat(ended.status()).isEqualTo(2);
            assertThat(ended.err()).contains("3 faults", "http.port", "foo", "retention", "line 3");
        }
        assertThat(run(Map.of("OTP_CONFIG", file.toString()), "config").status())
                .isEqualTo(2);
    }

    @Test
    void faultyWidgetsOfAConfigurationAreFaultsToo() throws Exception {
        Path file = Files.writeString(
                folder.resolve("otp.yaml"),
                "retention: never\nwidgets: [{id: \"" + Api.DEMO_WIDGET
                        + "\", owner: acme, name: Login, channels: [{type: pigeon, gateways: [sandbox], templates: [{}]}]}]\n");

        for (String command : List.of("serve", "config")) {
            Ended ended = run(Map.of(), command, "--config", file.toString());

            assertThat(ended.status()).isEqualTo(2);
            assertThat(ended.err()).contains("retention", "widgets[0].channels[0].type", "otp.yaml, line 2");
        }
    }

    @Test
    void widgetsOfAConfigurationAreThereWhenItListens() throws Exception {
        Path file = Files.writeString(folder.resolve("otp.yaml"), """
                widgets:
                  - id: %s
                    owner: demo
                    name: Configured
                    channels:
                      - type: sms
                        gateways: [sandbox]
                        templates: [{text: "{{code}}"}]
                """.formatted(Api.DEMO_WIDGET));
        for (int start = 0; start < 2; start++) {
            try (RunningService service = RunningService.start(
                    folder, Map.of(), List.of(), List.of("--port", "0", "--config", file.toString()))) {
                assertThat(service.api()
                                .get("/widget/" + Api.DEMO_WIDGET)
                                .body()
                                .path("name")
                                .asText())
                        .isEqualTo("Configured");
            }
        }
    }

    @Test
    void configPrintsWhatIsInForceAndNoSecret() throws Exception {
        Ended ended = run(Map.of("OTP_HTTP_PORT", "1234", "OTP_DATABASE_PASSWORD", "hush"), "config");

        assertThat(ended.status()).isZero();
        assertThat(ended.out())
                .contains("port: 1234", "longPollTimeout: 25", "***")
                .doesNotContain("hush");
    }

    @Test
    void migrateEndsAndSaysTheVersion() throws Exception {
        Ended ended = run(Map.of(), "migrate");

        assertThat(ended.status()).isZero();
        assertThat(ended.out()).contains("Migrations applied: ");
        assertThat(run(Map.of(), "migrate").out()).contains("up to date");
    }

    @Test
    void aServiceThatIsNotToMigrateRefusesAnOlderSchema() throws Exception {
        Ended ended = run(Map.of("OTP_DATABASE_MIGRATE", "false"), "serve", "--port", "0");

        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.err()).contains("database.migrate", "migrate");
        assertThat(run(Map.of(), "migrate").status()).isZero();
        try (RunningService service = RunningService.start(
                folder, Map.of("OTP_DATABASE_MIGRATE", "false"), List.of(), List.of("--port", "0"))) {
            assertThat(service.site()).isNotEmpty();
        }
    }

    @Test
    void aNodeWithAnotherPepperDoesNotStart() throws Exception {
        try (RunningService service = RunningService.start(folder)) {
            assertThat(service.site()).isNotEmpty();
        }
        Path pepper = Files.writeString(folder.resolve("other"), "p".repeat(40));

        Ended ended = run(Map.of("OTP_CODES_PEPPERFILE", pepper.toString()), "serve", "--port", "0");

        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.err()).contains("another pepper");
    }

    @Test
    void twoServicesCannotShareOneFile() throws Exception {
        try (RunningService service = RunningService.start(folder)) {
            assertThat(service.site()).isNotEmpty();
            Ended ended = run(Map.of(), "serve", "--port", "0");

            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.err()).contains("database.url");
        }
    }

    @Test
    void helpAndVersionAreThere() throws Exception {
        assertThat(run(Map.of(), "--help").out()).contains("serve", "token", "migrate", "bench", "config", "--port");
        assertThat(run(Map.of(), "--version").out()).contains("otp-handler");
        assertThat(run(Map.of(), "frobnicate").status()).isEqualTo(2);
        assertThat(run(Map.of(), "token").status()).isEqualTo(2);
    }

    private Ended run(Map<String, String> environment, String... arguments) throws Exception {
        Path out = folder.resolve("run.out");
        Path err = folder.resolve("run.err");
        Process process = RunningService.process(folder, environment, List.of(), List.of(arguments))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int status = process.waitFor();
        return new Ended(
                status, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}
