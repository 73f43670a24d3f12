package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.TestCertificate;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as it is put on the internet: TLS of its own, and a certificate that is renewed under it. */
class TlsServiceTest {

    @TempDir
    private Path folder;

    @Test
    void itServesOverTlsAndTakesUpARenewedCertificateWithoutLettingGoOfAnybody() throws Exception {
        Path certificate = folder.resolve("server.crt");
        Path key = folder.resolve("server.key");
        TestCertificate.make(folder, "old", "EC").install(certificate, key);
        TestCertificate renewed = TestCertificate.make(folder, "new", "EC");
        HttpClient client = TestCertificate.client(HttpClient.Version.HTTP_2);
        try (RunningService service = RunningService.start(
                folder,
                Map.of(
                        "OTP_HTTP_TLS_CERTIFICATEFILE", certificate.toString(),
                        "OTP_HTTP_TLS_PRIVATEKEYFILE", key.toString()),
                List.of(),
                List.of("--port", "0"))) {
            assertThat(service.site()).matches("https://127\\.0\\.0\\.1:[0-9]+");
            assertThat(service.printed()).contains("Demo: " + service.site() + "/demo");
            HttpResponse<String> first = get(client, service);
            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(first.headers().firstValue("Strict-Transport-Security")).hasValue("max-age=31536000");
            assertThat(shown(first)).isEqualTo("CN=old");

            renewed.install(certificate, key);

            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> shown(get(TestCertificate.client(HttpClient.Version.HTTP_2), service))
                            .equals("CN=new"));
            HttpResponse<String> again = get(client, service);
            assertThat(again.statusCode()).isEqualTo(200);
            // the same connection as before: another would have been shown the new one
            assertThat(shown(again)).isEqualTo("CN=old");
            assertThat(service.logged()).contains("A renewed certificate is served");
        }
    }

    @Test
    void withoutTlsNothingOfItIsLoaded() throws Exception {
        Path classes = folder.resolve("classes.txt");
        try (RunningService service = RunningService.start(folder, "-Xlog:class+load:file=" + classes)) {
            assertThat(get(HttpClient.newHttpClient(), service).version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(Files.readAllLines(classes))
                    .anyMatch(line -> line.contains(" io.otphandler.adapter.http.OtpHttpServer "))
                    .noneMatch(line -> line.contains("io.otphandler.adapter.http.tls.SecurePort")
                            || line.contains("org.eclipse.jetty.http2")
                            || line.contains("org.eclipse.jetty.alpn")
                            || line.contains("org.eclipse.jetty.util.ssl")
                            || line.contains("org.eclipse.jetty.io.ssl"));
        }
    }

    private static HttpResponse<String> get(HttpClient client, RunningService service) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(service.site() + "/health/live"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String shown(HttpResponse<String> response) throws Exception {
        X509Certificate certificate =
                (X509Certificate) response.sslSession().orElseThrow().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }
}
