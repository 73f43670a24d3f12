package io.otphandler.bootstrap.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.otphandler.application.port.TestCertificate;
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
        assertThat(settings.audit().retention()).isEqualTo(Duration.ofDays(400));
        assertThat(settings.demo()).isEmpty();
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
                limits: {sendsPerMinute: 3, sendsPerDay: 10, messagesPerDay: 20, wrongCodesPerDay: 30, accountSendsPerMinute: 500, accountSendsPerDay: 5000, widgetSendsPerMinute: 50, widgetSendsPerDay: 1000, addressSendsPerMinute: 5, addressRecipientSendsPerDay: 4, clientIpSendsPerMinute: 6, exempt: ["+79990000000"]}
                guard: {enabled: false}
                dispatch: {timeout: 5, concurrency: 8}
                retention: 60
                audit: {retention: 0}
                demo: false
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
                .isEqualTo(new Settings.Limits(3, 10, 20, 30, 500, 5000, 50, 1000, 5, 4, 6, List.of("+79990000000")));
        assertThat(settings.http().trustedProxies()).containsExactly("10.0.0.0/8");
        assertThat(settings.guard().enabled()).isFalse();
        assertThat(settings.audit().retention()).isZero();
        assertThat(settings.demo()).hasValue(false);
        assertThat(settings.gateways().get("loud-one").shown()).containsEntry("code", "123456");
    }

    @Test
    void secretsThatAreRotatedAreAListAndOneAloneIsAText() throws Exception {
        Path younger = Files.writeString(folder.resolve("younger, of may"), "y".repeat(32));
        Path older = Files.writeString(folder.resolve("older"), "o".repeat(32));
        Path third = Files.writeString(folder.resolve("third"), "t".repeat(32));

        Settings one = read("auth: {hmacSecretFile: \"%1$s\"}\ncodes: {pepperFile: \"%1$s\"}".formatted(younger));
        Settings several =
                read("auth: {hmacSecretFile: [\"%1$s\", \"%2$s\"]}\ncodes: {pepperFile: [\"%1$s\", \"%2$s\"]}"
                        .formatted(younger, older));
        Settings named = SettingsReader.read(
                null,
                Map.of("OTP_AUTH_HMACSECRETFILE", third + ", " + older, "OTP_CODES_PEPPERFILE", older.toString()));

        assertThat(one.auth().hmacSecretFiles()).containsExactly(younger);
        assertThat(one.codes().pepperFiles()).containsExactly(younger);
        assertThat(several.auth().hmacSecretFiles()).containsExactly(younger, older);
        assertThat(several.codes().pepperFiles()).containsExactly(younger, older);
        assertThat(named.auth().hmacSecretFiles()).containsExactly(third, older);
        assertThat(named.codes().pepperFiles()).containsExactly(older);
        assertThat(SettingsReader.read(null, Map.of()).codes().pepperFiles()).isEmpty();
    }

    @Test
    void eachOfSeveralSecretsMustBeReadable() {
        assertThat(faults("codes: {pepperFile: [/nowhere/a, /nowhere/b]}\nauth: {hmacSecretFile: 5}"))
                .extracting(Fault::key)
                .containsExactlyInAnyOrder("codes.pepperFile", "codes.pepperFile", "auth.hmacSecretFile");
    }

    @Test
    void limitsAreOnUnlessTheyAreTurnedOff() throws Exception {
        assertThat(read("").limits()).isEqualTo(new Settings.Limits(3, 10, 20, 30, 0, 0, 0, 0, 10, 5, 0, List.of()));
        assertThat(read("limits: {sendsPerMinute: 0, addressSendsPerMinute: 0}").limits())
                .isEqualTo(new Settings.Limits(0, 10, 20, 30, 0, 0, 0, 0, 0, 5, 0, List.of()));
    }

    @Test
    void whatIsNoNumberOrNetworkIsAFault() {
        assertThat(faults("limits: {exempt: [\"*\"], sendsPerDay: -1}\nhttp: {trustedProxies: [10.0.0.0/33, \"*\"]}\n"))
                .extracting(Fault::key)
                .containsExactlyInAnyOrder(
                        "limits.exempt", "limits.sendsPerDay", "http.trustedProxies", "http.trustedProxies");
    }

    @Test
    void withoutACertificateThereIsNoTlsAndAsManyConnectionsAsTheProcessCanHave() throws Exception {
        Settings settings = read("http: {tls: {}}");

        assertThat(settings.http().tls()).isEmpty();
        assertThat(settings.http().maxConnections()).isEmpty();
        assertThat(read("http: {tls: null, maxConnections: 500}").http().maxConnections())
                .hasValue(500);
    }

    @Test
    void aCertificateIsPemOrPkcs12AndIsPrintedSoThatItCanBeReadAgain() throws Exception {
        TestCertificate own = TestCertificate.make(folder, "own", "EC");
        Path certificate = folder.resolve("server.crt");
        Path key = folder.resolve("server.key");
        own.install(certificate, key);
        Path password = Files.writeString(folder.resolve("password"), TestCertificate.PASSWORD + "\n");

        Settings pem =
                read("http: {tls: {certificateFile: \"%s\", privateKeyFile: \"%s\"}}".formatted(certificate, key));
        assertThat(pem.http().tls())
                .hasValueSatisfying(tls -> assertThat(tls.hsts()).isEqualTo("max-age=31536000"));
        Settings stored = read("""
                http:
                  tls: {keyStoreFile: "%s", keyStorePasswordFile: "%s", hstsMaxAge: 60, hstsIncludeSubDomains: true}
                """.formatted(own.keyStore(), password));
        assertThat(stored.http().tls())
                .hasValueSatisfying(tls -> assertThat(tls.hsts()).isEqualTo("max-age=60; includeSubDomains"));

        String printed = SettingsWriter.yaml(pem);
        assertThat(printed).contains(certificate.toString(), key.toString()).doesNotContain("BEGIN");
        assertThat(SettingsWriter.yaml(read(printed))).isEqualTo(printed);
        String printedStore = SettingsWriter.yaml(stored);
        assertThat(printedStore).contains("hstsMaxAge: 60").doesNotContain(TestCertificate.PASSWORD);
        assertThat(SettingsWriter.yaml(read(printedStore))).isEqualTo(printedStore);
    }

    @Test
    void whatCannotBeServedIsAFaultOfItsKeyBesideAllOthers() throws Exception {
        TestCertificate own = TestCertificate.make(folder, "own", "EC");
        TestCertificate other = TestCertificate.make(folder, "other", "EC");
        Path certificate = folder.resolve("server.crt");
        Path key = folder.resolve("server.key");
        own.install(certificate, key);
        Path otherKey = Files.writeString(folder.resolve("other.key"), other.keyPem());
        Path encrypted = Files.writeString(
                folder.resolve("encrypted.key"), own.keyPem().replace("PRIVATE", "ENCRYPTED PRIVATE"));
        Path unordered =
                Files.writeString(folder.resolve("unordered.crt"), own.certificatePem() + other.certificatePem());
        Path password = Files.writeString(folder.resolve("password"), "wrong");

        assertThat(tlsFaults("certificateFile: \"%s\", privateKeyFile: \"%s\"", certificate, otherKey))
                .containsExactly("http.tls.privateKeyFile");
        assertThat(tlsFaults("certificateFile: \"%s\", privateKeyFile: \"%s\"", certificate, encrypted))
                .containsExactly("http.tls.privateKeyFile");
        assertThat(tlsFaults("certificateFile: \"%s\", privateKeyFile: \"%s\"", key, key))
                .containsExactly("http.tls.certificateFile");
        assertThat(tlsFaults("certificateFile: \"%s\", privateKeyFile: \"%s\"", unordered, key))
                .containsExactly("http.tls.certificateFile");
        assertThat(tlsFaults("certificateFile: \"%s\", privateKeyFile: /nowhere", certificate))
                .containsExactly("http.tls.privateKeyFile");
        assertThat(tlsFaults("certificateFile: \"%s\"", certificate)).containsExactly("http.tls.privateKeyFile");
        assertThat(tlsFaults("keyStoreFile: \"%s\"", own.keyStore())).containsExactly("http.tls.keyStorePasswordFile");
        assertThat(tlsFaults("keyStoreFile: \"%s\", keyStorePasswordFile: \"%s\"", own.keyStore(), password))
                .containsExactly("http.tls.keyStorePasswordFile");
        assertThat(tlsFaults("keyStoreFile: \"%s\", keyStorePasswordFile: \"%s\"", key, password))
                .containsExactly("http.tls.keyStoreFile");
        assertThat(tlsFaults("certificateFile: \"%s\", keyStoreFile: \"%s\"", certificate, own.keyStore()))
                .containsExactly("http.tls");
        assertThat(
                        faults(
                                "http: {maxConnections: 0, port: x, tls: {certificateFile: /nowhere, privateKeyFile: /nowhere}}"))
                .extracting(Fault::key)
                .containsExactlyInAnyOrder("http.maxConnections", "http.port", "http.tls.certificateFile");
    }

    private List<String> tlsFaults(String keys, Path... files) {
        return faults("http: {tls: {" + keys.formatted((Object[]) files) + "}}").stream()
                .map(Fault::key)
                .toList();
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
                        "OTP_DEMO", "true",
                        "OTP_GUARD_ENABLED", "false"));

        assertThat(settings.http().port()).isEqualTo(2);
        assertThat(settings.http().longPollTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.http().allowedOrigins()).containsExactly("https://a.example", "https://b.example");
        assertThat(settings.database().password()).isEqualTo("12345");
        assertThat(settings.gateways()).containsOnlyKeys("main");
        assertThat(settings.gateways().get("main").shown()).containsEntry("code", "654321");
        assertThat(settings.demo()).hasValue(true);
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
    void aDemoForEverybodyNeedsASandboxAndASecretToSignWith() throws Exception {
        Path key = Files.writeString(folder.resolve("key"), "x".repeat(32));
        String publicKey = "auth: {publicKeyFiles: [\"" + key + "\"]}\n";
        String http = "gateways: {main: {kind: http, url: \"https://sms.example\"}}\n";

        assertThat(read("demo: true").demo()).hasValue(true);
        assertThat(read("demo: true\nauth: {publicKeyFiles: [\"%1$s\"], hmacSecretFile: \"%1$s\"}".formatted(key))
                        .demo())
                .hasValue(true);
        assertThat(read("demo: false\n" + publicKey).demo()).hasValue(false);
        assertThat(read(publicKey).demo()).isEmpty();
        assertThat(faults("demo: true\n" + publicKey))
                .singleElement()
                .asString()
                .startsWith("demo: ")
                .contains("hmacSecretFile", "line 1");
        assertThat(faults("demo: true\nauth: {jwksUrl: \"https://login.example/jwks\", audience: otp}"))
                .extracting(Fault::key)
                .containsExactly("demo");
        assertThat(faults(http + "demo: true"))
                .filteredOn(fault -> fault.key().equals("demo"))
                .singleElement()
                .extracting(Fault::message)
                .asString()
                .contains("sandbox");
        assertThat(faults("demo: perhaps")).extracting(Fault::key).containsExactly("demo");
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
                demo: true
                gateways: {main: {kind: sandbox, code: "123456"}}
                """));

        assertThat(printed).doesNotContain("hush", "hidden").contains("***");
        Settings again = SettingsReader.read(Files.writeString(folder.resolve("again.yaml"), printed), Map.of());
        assertThat(again.gateways()).containsOnlyKeys("main");
        assertThat(again.demo()).hasValue(true);
        String defaults = SettingsWriter.yaml(read("{}"));
        assertThat(defaults).contains("demo: null");
        assertThat(read(defaults).demo()).isEmpty();
    }

    private Settings read(String yaml) throws Exception {
        return SettingsReader.read(Files.writeString(folder.resolve("otp.yaml"), yaml), Map.of());
    }

    private List<Fault> faults(String yaml) {
        return catchThrowableOfType(FaultySettingsException.class, () -> read(yaml))
                .faults();
    }
}
