package io.otphandler.bootstrap.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {

    @TempDir
    private Path folder;

    @Test
    void withoutAnythingTheDefaultsHold() throws Exception {
        Settings settings = SettingsReader.read(null, Map.of());

        assertThat(settings.http().port()).isEqualTo(8080);
        assertThat(settings.http().host()).isEqualTo("127.0.0.1");
        assertThat(settings.http().basePath()).isEqualTo("/api/n/otp-handler");
        assertThat(settings.http().longPollTimeout()).isEqualTo(Duration.ofSeconds(25));
        assertThat(settings.dispatch().concurrency()).isEqualTo(64);
        assertThat(settings.retention()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.gateways()).containsOnlyKeys("sandbox");
        assertThat(settings.database().url()).startsWith("jdbc:h2:file:").endsWith("/otp-data/otp");
    }

    @Test
    void everyKeyOfTheSpecificationIsTaken() throws Exception {
        Path pepper = Files.writeString(folder.resolve("pepper"), "x".repeat(32));
        Settings settings = read("""
                dataDir: ./data
                http: {host: 0.0.0.0, port: 8081, basePath: /otp, longPollTimeout: 20, maxHeldPolls: 10, allowedOrigins: ["https://shop.example"], trustedProxies: [10.0.0.0/8], managementPort: 9090}
                database: {url: "jdbc:h2:file:./x", user: "sa", password: "secret", poolSize: 5}
                auth: {issuer: "me", audience: "you", hmacSecretFile: "%1$s", publicKeyFiles: ["%1$s"], jwksUrl: ""}
                codes: {pepperFile: "%1$s"}
                limits: {sendsPerMinute: 3, sendsPerDay: 10, messagesPerDay: 20, wrongCodesPerDay: 30, accountSendsPerMinute: 500, accountSendsPerDay: 5000, widgetSendsPerMinute: 50, widgetSendsPerDay: 1000, addressSendsPerMinute: 5, clientIpSendsPerMinute: 6, exempt: ["+79990000000"]}
                guard: {enabled: false}
                dispatch: {timeout: 5, concurrency: 8}
                retention: 60
                gateways:
                  sandbox: {kind: sandbox}
                  loud-one: {kind: sandbox, code: "123456"}
                widgets: []
                """.formatted(pepper));

        assertThat(settings.http().managementPort()).hasValue(9090);
        assertThat(settings.http().allowedOrigins()).containsExactly("https://shop.example");
        assertThat(settings.auth().publicKeyFiles()).containsExactly(pepper);
        assertThat(settings.limits().exempt()).containsExactly("+79990000000");
        assertThat(settings.limits())
                .isEqualTo(new Settings.Limits(3, 10, 20, 30, 500, 5000, 50, 1000, 5, 6, List.of("+79990000000")));
        assertThat(settings.http().trustedProxies()).containsExactly("10.0.0.0/8");
        assertThat(settings.guard().enabled()).isFalse();
        assertThat(settings.gateways().get("loud-one").shown()).containsEntry("code", "123456");
    }

    @Test
    void limitsAreOnUnlessTheyAreTurnedOff() throws Exception {
        assertThat(read("").limits()).isEqualTo(new Settings.Limits(3, 10, 20, 30, 0, 0, 0, 0, 10, 0, List.of()));
        assertThat(read("limits: {sendsPerMinute: 0, addressSendsPerMinute: 0}").limits())
                .isEqualTo(new Settings.Limits(0, 10, 20, 30, 0, 0, 0, 0, 0, 0, List.of()));
    }

    @Test
    void whatIsNoNumberOrNetworkIsAFault() {
        assertThat(faults("limits: {exempt: [\"*\"], sendsPerDay: -1}\nhttp: {trustedProxies: [10.0.0.0/33, \"*\"]}\n"))
                .extracting(Fault::key)
                .containsExactlyInAnyOrder(
                        "limits.exempt", "limits.sendsPerDay", "http.trustedProxies", "http.trustedProxies");
    }

    @Test
    void theEnvironmentOverridesTheFile() throws Exception {
        Path file = Files.writeString(folder.resolve("otp.yaml"), "http: {port: 1, longPollTimeout: 2}\n");
        Settings settings = SettingsReader.read(
                file,
                Map.of(
                        "OTP_HTTP_PORT", "2",
                        "OTP_HTTP_LONG_POLL_TIMEOUT", "3",
                        "OTP_HTTP_ALLOWEDORIGINS", "https://a.example, https://b.example",
                        "OTP_DATABASE_PASSWORD", "12345",
                        "OTP_GATEWAYS", "{main: {kind: sandbox}}",
                        "OTP_GATEWAYS_MAIN_CODE", "654321",
                        "OTP_GUARD_ENABLED", "false"));

        assertThat(settings.http().port()).isEqualTo(2);
        assertThat(settings.http().longPollTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.http().allowedOrigins()).containsExactly("https://a.example", "https://b.example");
        assertThat(settings.database().password()).isEqualTo("12345");
        assertThat(settings.gateways()).containsOnlyKeys("main");
        assertThat(settings.gateways().get("main").shown()).containsEntry("code", "654321");
        assertThat(settings.guard().enabled()).isFalse();
    }

    @Test
    void allFaultsAreToldTogetherEachWithItsKeyWhatWasExpectedAndWhere() {
        List<Fault> faults = faults("""
                http:
                  port: eighty
                  prot: 80
                retention: -1
                gateways:
                  main: {kind: pigeon}
                database: {url: "jdbc:oracle:thin:@x"}
                codes: {pepperFile: /nowhere/pepper}
                frobnicate: true
                """);

        assertThat(faults)
                .extracting(Fault::key)
                .containsExactlyInAnyOrder(
                        "http.port",
                        "http.prot",
                        "retention",
                        "gateways.main.kind",
                        "database.url",
                        "codes.pepperFile",
                        "frobnicate");
        assertThat(faults)
                .filteredOn(fault -> fault.key().equals("http.port"))
                .singleElement()
                .hasToString("http.port: expected a whole number from 0 to 65535, was \"eighty\" ("
                        + folder.resolve("otp.yaml") + ", line 2)");
        assertThat(faults)
                .filteredOn(fault -> fault.key().equals("http.prot"))
                .singleElement()
                .extracting(Fault::message)
                .asString()
                .contains("unknown key", "port", "basePath");
    }

    @Test
    void publishedKeysComeOverHttpsAndForAnAudience() throws Exception {
        assertThat(read("auth: {jwksUrl: \"https://login.example/jwks\", audience: otp}")
                        .auth()
                        .jwksUrl())
                .hasValueSatisfying(url -> assertThat(url).hasHost("login.example"));
        assertThat(read("auth: {jwksUrl: \"http://127.0.0.1:8081/jwks\", audience: otp}")
                        .auth()
                        .jwksUrl())
                .isPresent();
        assertThat(faults("auth: {jwksUrl: \"https://login.example/jwks\"}"))
                .extracting(Fault::key)
                .containsExactly("auth.audience");
        assertThat(faults("auth: {jwksUrl: \"http://login.example/jwks\", audience: otp}"))
                .extracting(Fault::key)
                .containsExactly("auth.jwksUrl");
        assertThat(faults("auth: {jwksUrl: \"login\", audience: otp}"))
                .extracting(Fault::key)
                .containsExactly("auth.jwksUrl");
    }

    @Test
    void aFaultInTheEnvironmentNamesTheVariable() {
        FaultySettingsException failure = catchThrowableOfType(
                FaultySettingsException.class, () -> SettingsReader.read(null, Map.of("OTP_HTTP_PORT", "x")));

        assertThat(failure.faults())
                .singleElement()
                .extracting(Fault::where)
                .isEqualTo("environment variable OTP_HTTP_PORT");
    }

    @Test
    void whatIsNotYamlIsAFaultWithItsLine() {
        assertThat(faults("http: {port: 1\nx"))
                .singleElement()
                .extracting(Fault::where)
                .asString()
                .contains("line");
        assertThat(faults("- a list"))
                .singleElement()
                .extracting(Fault::message)
                .asString()
                .contains("keys");
        assertThat(faults("a: 1\na: 2\n")).isNotEmpty();
    }

    @Test
    void aMissingFileIsAFault() {
        FaultySettingsException failure = catchThrowableOfType(
                FaultySettingsException.class, () -> SettingsReader.read(folder.resolve("none.yaml"), Map.of()));

        assertThat(failure).hasMessageContaining("there is no such file");
    }

    @Test
    void whatIsPrintedCanBeReadAgainAndHasNoSecret() throws Exception {
        String printed = SettingsWriter.yaml(read("""
                database: {url: "jdbc:h2:file:./x;PASSWORD=hidden", user: sa, password: hush}
                gateways: {main: {kind: sandbox, code: "123456"}}
                """));

        assertThat(printed).doesNotContain("hush", "hidden").contains("***");
        assertThat(SettingsReader.read(Files.writeString(folder.resolve("again.yaml"), printed), Map.of())
                        .gateways())
                .containsOnlyKeys("main");
    }

    private Settings read(String yaml) throws Exception {
        return SettingsReader.read(Files.writeString(folder.resolve("otp.yaml"), yaml), Map.of());
    }

    private List<Fault> faults(String yaml) {
        return catchThrowableOfType(FaultySettingsException.class, () -> read(yaml))
                .faults();
    }
}
