package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.BASE;
import static io.otphandler.adapter.http.TestServer.PHONE;
import static io.otphandler.adapter.http.TestServer.encoded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.otphandler.adapter.http.tls.CertificateFiles;
import io.otphandler.adapter.http.tls.SecurePort;
import io.otphandler.adapter.http.tls.TlsSettings;
import io.otphandler.application.port.TestCertificate;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** TLS, and HTTP/2 in it: what holds over HTTP/1.1 holds there as well. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TlsTest {
    private static final String HSTS = "Strict-Transport-Security";

    private Path folder;

    private TestCertificate first;
    private TestCertificate second;
    private TestServer server;

    @BeforeAll
    void start(@TempDir Path made) {
        folder = made;
        first = TestCertificate.make(folder, "first", "EC");
        second = TestCertificate.make(folder, "second", "RSA");
        server = new TestServer(secured("usual")
                .withHeadTimeout(Duration.ofSeconds(1))
                .withTimeouts(Duration.ofSeconds(30), Duration.ofMillis(700)));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** With the first certificate, in files that are called so. */
    private HttpSettings secured(String name) {
        first.install(certificateFile(name), keyFile(name));
        return HttpSettings.DEFAULT.withTls(new TlsSettings(
                CertificateFiles.pem(certificateFile(name), keyFile(name)), Duration.ofSeconds(31_536_000), false));
    }

    private Path certificateFile(String name) {
        return folder.resolve(name + ".crt");
    }

    private Path keyFile(String name) {
        return folder.resolve(name + ".key");
    }

    private static SSLSocket socket(TestServer to) throws IOException {
        SSLSocket socket = (SSLSocket)
                TestCertificate.believingAnybody().getSocketFactory().createSocket("127.0.0.1", to.server.port());
        socket.setSoTimeout(15_000);
        return socket;
    }

    private String raw(String request) throws IOException {
        try (SSLSocket socket = socket(server)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    // ---- which protocol

    @Test
    void whoAsksForHttp2SpeaksItAndAllOthersSpeakHttp11() throws Exception {
        TestServer.Res two = server.get(null, "/health/live");
        HttpResponse<String> one = TestCertificate.client(HttpClient.Version.HTTP_1_1)
                .send(server.request(null, "/health/live").build(), HttpResponse.BodyHandlers.ofString());

        assertThat(two.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(one.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(one.body()).isEqualTo(new String(two.response().body(), StandardCharsets.UTF_8));
        // a client that has never heard of ALPN
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void cipherSuitesAreModernOnes(String protocol) throws Exception {
        try (SSLSocket socket = socket(server)) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();

            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(socket.getSession().getCipherSuite()).matches(".*(_GCM_|_CHACHA20_).*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"})
    void oldCipherSuitesAreRefused(String suite) throws Exception {
        try (SSLSocket socket = socket(server)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(new String[] {suite});

            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    // ---- headers

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/nowhere", "/docs", "/widget.js", BASE + "/x/channel", "/%zz"})
    void everyAnswerTellsBrowsersToComeByTlsAlone(String path) throws Exception {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .containsOnlyOnce(HSTS + ": max-age=31536000\r\n")
                .containsOnlyOnce("X-Content-Type-Options: nosniff\r\n");
    }

    @Test
    void subDomainsAreOnlyMeantWhereThatIsConfigured() {
        HttpSettings wide = secured("wide");
        CertificateFiles files = wide.tls().files();
        try (TestServer all = new TestServer(wide.withTls(new TlsSettings(files, Duration.ofSeconds(5), true)))) {
            assertThat(all.get(null, "/nowhere").header(HSTS)).isEqualTo("max-age=5; includeSubDomains");
        }
    }

    @Test
    void theManagementPortSpeaksPlainHttpAndSaysNothingOfTls() {
        try (TestServer two = new TestServer(secured("managed").withManagementPort(0))) {
            assertThat(RawHttp.exchange(
                            two.server.managementPort().orElseThrow(),
                            "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200")
                    .doesNotContain(HSTS);
            assertThat(two.get(null, "/metrics").status()).isEqualTo(404);
        }
    }

    // ---- HTTP/2: bodies, methods, origins

    @Test
    void aBodyNeedsNoLengthOverHttp2() throws Exception {
        TestServer.Res started =
                server.send(bodyOf(TestServer.sendBody(server.sms().id())));

        assertThat(started.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(started.status()).isEqualTo(201);
        assertThat(server.send(bodyOf("")).type()).isEqualTo("ValidateError");
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedOverHttp2() {
        for (int size : new int[] {16 * 1024 + 1, 200_000}) {
            TestServer.Res told = server.post(server.backend(), BASE, "x".repeat(size));
            assertThat(told.type()).isEqualTo("PayloadTooLargeException");
            TestServer.Res untold = server.send(bodyOf("x".repeat(size)));
            assertThat(untold.type()).isEqualTo("PayloadTooLargeException");
        }
        assertThat(server.get(null, "/health/live").status()).isEqualTo(200);
    }

    private HttpRequest.Builder bodyOf(String body) {
        return server.request(server.backend(), BASE, "Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void methodsAreWhatTheySayOverHttp2() {
        assertThat(server.method("BEFORE", null, "/", null).type()).isEqualTo("NotFoundException");
        assertThat(server.method("TRACE", null, BASE, null).type()).isEqualTo("MethodNotAllowedException");
        assertThat(server.get(null, BASE, "X-HTTP-Method-Override", "POST").type())
                .isEqualTo("MethodNotAllowedException");
        assertThat(server.get(null, BASE + "/;a%25.0/channel").status()).isEqualTo(401);
        TestServer.Res head = server.method("HEAD", null, "/health/live", null);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.response().body()).isEmpty();
    }

    /** The header block of the answer to a request whose frame has these flags; {@code body} is the first piece of its. */
    private byte[] answerTo(int flags, String headerBlock, String body) throws IOException {
        try (SSLSocket socket = socket(server)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            OutputStream out = socket.getOutputStream();
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            frame(out, 4, 0, 0, "");
            frame(out, 1, flags, 1, headerBlock);
            if (!body.isEmpty()) {
                frame(out, 0, 0, 1, body);
            }
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
                int type = in.readUnsignedByte();
                in.readUnsignedByte();
                in.readInt();
                byte[] content = in.readNBytes(length);
                if (type == 1) {
                    return content;
                }
            }
        }
    }

    private static void frame(OutputStream out, int type, int flags, int stream, String content) throws IOException {
        out.write(new byte[] {0, 0, (byte) content.length(), (byte) type, (byte) flags, 0, 0, 0, (byte) stream});
        out.write(content.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void noTunnelIsMadeOverHttp2() throws Exception {
        // the whole of a request that has a method and :authority, and no path
        byte[] answer = answerTo(5, "\u0002\u0007CONNECT\u0001\u0004x:80", "");

        // 400 has a place of its own in HPACK's static table (RFC 7541, appendix A)
        assertThat(answer).contains((byte) (0x80 | 12));
    }

    @Test
    void aBodyThatDoesNotComeIsNotWaitedForOverHttp2() throws Exception {
        // POST, https and / of the static table, :authority written out; more is to follow
        byte[] answer = answerTo(4, "\u0083\u0087\u0084\u0001\u0001x", "{\"wid");

        // :status by its place in the static table, and "408" as three bytes of Huffman code: 011010 00000 011110,
        // filled up with ones
        assertThat(answer).containsSequence(0x83, 0x68, 0x0f, 0x7f);
    }

    @Test
    void headersThatAreTooLongEndTheConnectionOverHttp2() {
        HttpRequest.Builder request = server.request(null, "/health/live", "X", "a".repeat(9_000));

        assertThatThrownBy(() -> TestCertificate.client(HttpClient.Version.HTTP_2)
                        .send(request.build(), HttpResponse.BodyHandlers.discarding()))
                .isInstanceOf(IOException.class);
        assertThat(server.get(null, "/health/live").status()).isEqualTo(200);
    }

    @Test
    void theDemoIsShownToThisMachineOverHttp2() {
        try (TestServer demo = new TestServer(secured("demo"), true, false)) {
            TestServer.Res page = demo.get(null, "/demo");

            assertThat(page.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(page.status()).isEqualTo(200);
            assertThat(demo.get(null, "/demo", "X-Forwarded-For", "10.0.0.1").status())
                    .isEqualTo(403);
        }
    }

    // ---- HTTP/2: long polls

    private static CompletableFuture<HttpResponse<byte[]>> poll(TestServer at, String id) {
        return at.client.sendAsync(
                at.request(at.backend(), BASE + "/longPolling/" + id + "/status?recipient=" + encoded(PHONE))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String text(CompletableFuture<HttpResponse<byte[]>> answer) {
        HttpResponse<byte[]> response = answer.orTimeout(10, TimeUnit.SECONDS).join();
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Test
    void aHundredPollsAreHeldOverHttp2AndAllAnswered() {
        String id = server.start(server.sms());
        List<CompletableFuture<HttpResponse<byte[]>>> answers =
                Stream.generate(() -> poll(server, id)).limit(100).toList();
        await().until(() -> server.application.heldPolls().count() == 100);

        server.check(id, server.code());

        assertThat(answers).allSatisfy(answer -> assertThat(text(answer)).isEqualTo("{\"success\":true}"));
        assertThat(server.application.heldPolls().count()).isZero();
    }

    @Test
    void whoLeavesIsWaitedForNoLonger() {
        String id = server.start(server.sms());
        CompletableFuture<HttpResponse<byte[]>> leaves = poll(server, id);
        CompletableFuture<HttpResponse<byte[]>> stays = poll(server, id);
        await().until(() -> server.application.heldPolls().count() == 2);
        ListAppender<ILoggingEvent> logged = logged("io.otphandler");

        leaves.cancel(true);

        await().until(() -> server.application.heldPolls().count() == 1);
        server.check(id, server.code());
        assertThat(text(stays)).isEqualTo("{\"success\":true}");
        assertThat(logged.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
        assertThat(new String(server.get(null, "/metrics").response().body(), StandardCharsets.UTF_8))
                .contains("route=\"/longPolling/{requestId}/status\",status=\"499\"");
    }

    @Test
    void whenTheServiceStopsWhatIsHeldIsAnsweredOverHttp2() throws Exception {
        try (TestServer stopping = new TestServer(secured("stopping"))) {
            String id = stopping.start(stopping.sms());
            CompletableFuture<HttpResponse<byte[]>> answer = poll(stopping, id);
            await().until(() -> stopping.application.heldPolls().count() == 1);

            stopping.server.drain();
            assertThat(stopping.get(null, "/health/ready").status()).isEqualTo(503);
            assertThat(stopping.get(null, "/health/live").status()).isEqualTo(200);
            stopping.application.heldPolls().stop();

            assertThat(text(answer)).contains("ServiceUnavailableException");
            assertThat(stopping.server.stop(Duration.ofSeconds(5))).isTrue();
        }
    }

    // ---- those who take their time

    @Test
    void whoDoesNotAgreeOnTlsInTimeIsHungUpOnHoweverBusilyTheySend() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.server.port())) {
            // the beginning of a record of 16 KiB, of which each byte is further from the idle timeout
            socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0x40, 0, 1, 0, 0x3f, (byte) 0xfc, 3, 3});

            assertThat(RawHttp.bytesUntilHungUp(socket)).isPositive();
        }
    }

    @Test
    void whoTricklesHeadersIsHungUpOnOverTlsAsWell() throws Exception {
        try (SSLSocket socket = socket(server)) {
            socket.getOutputStream().write("GET /health/live HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));

            assertThat(RawHttp.bytesUntilHungUp(socket)).isPositive();
        }
    }

    // ---- certificates that are renewed

    private static ListAppender<ILoggingEvent> logged(String logger) {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        Logger told = (Logger) LoggerFactory.getLogger(logger);
        told.setLevel(Level.WARN);
        told.addAppender(appender);
        return appender;
    }

    private static String shownTo(TestServer at) throws IOException {
        try (SSLSocket socket = socket(at)) {
            socket.startHandshake();
            return socket.getSession().getPeerPrincipal().getName();
        }
    }

    @Test
    void aRenewedCertificateIsServedToNewConnectionsAndOpenOnesGoOn() throws Exception {
        try (TestServer renewed = new TestServer(secured("renewed"));
                SSLSocket open = socket(renewed)) {
            String id = renewed.start(renewed.sms());
            CompletableFuture<HttpResponse<byte[]>> held = poll(renewed, id);
            await().until(() -> renewed.application.heldPolls().count() == 1);
            open.startHandshake();
            assertThat(shownTo(renewed)).isEqualTo("CN=first");

            second.install(certificateFile("renewed"), keyFile("renewed"));
            renewed.server.renewCertificate();

            assertThat(shownTo(renewed)).isEqualTo("CN=second");
            open.getOutputStream()
                    .write("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(open.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200");
            renewed.check(id, renewed.code());
            assertThat(text(held)).isEqualTo("{\"success\":true}");
        }
    }

    @Test
    void whatCannotBeServedIsToldOnceAndTheCertificateBeforeGoesOn() throws Exception {
        try (TestServer broken = new TestServer(secured("broken"))) {
            ListAppender<ILoggingEvent> logged = logged(SecurePort.class.getName());

            TestCertificate.replace(certificateFile("broken"), second.certificatePem());
            broken.server.renewCertificate();
            broken.server.renewCertificate();
            assertThat(shownTo(broken)).isEqualTo("CN=first");
            Files.delete(keyFile("broken"));
            broken.server.renewCertificate();
            broken.server.renewCertificate();
            assertThat(shownTo(broken)).isEqualTo("CN=first");

            assertThat(logged.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).contains("http.tls.privateKeyFile"));

            // what was half of a renewal is whole
            TestCertificate.replace(keyFile("broken"), second.keyPem());
            broken.server.renewCertificate();
            assertThat(shownTo(broken)).isEqualTo("CN=second");
        }
    }

    @Test
    void aCertificateMayComeAsPkcs12() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), TestCertificate.PASSWORD + "\n");
        try (TestServer stored = new TestServer(HttpSettings.DEFAULT.withTls(new TlsSettings(
                CertificateFiles.pkcs12(second.keyStore(), password), TlsSettings.DEFAULT_HSTS_MAX_AGE, false)))) {
            assertThat(shownTo(stored)).isEqualTo("CN=second");
            assertThat(stored.get(null, "/health/live").response().version()).isEqualTo(HttpClient.Version.HTTP_2);
        }
    }
}
