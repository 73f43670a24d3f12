package io.otphandler.bootstrap.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The generator's HTTP, against a server that says what a test wants. */
class HttpConnectionTest {

    private ServerSocket server;
    private final AtomicInteger connections = new AtomicInteger();

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void anAnswerInPiecesIsReadWholeAndTheConnectionKept() throws Exception {
        answer("HTTP/1.1 201 Created\r\nCONTENT-Length: 1", "6\r\n", "\r\n{\"success\"", ":true}");

        try (HttpConnection connection = new HttpConnection(target())) {
            for (int i = 0; i < 3; i++) {
                assertThat(connection.exchange(request())).isEqualTo(201);
                assertThat(connection.body()).isEqualTo("{\"success\":true}");
                assertThat(connection.bodyContains(RequestBuffer.ascii("true}")))
                        .isTrue();
                assertThat(connection.bodyAfter(RequestBuffer.ascii("\"succ"), 3))
                        .isEqualTo("ess");
                assertThat(connection.bodyAfter(RequestBuffer.ascii("\"succ"), 30))
                        .isNull();
            }
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void aConnectionThatIsNotKeptIsMadeAnew() throws Exception {
        answer("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");

        try (HttpConnection connection = new HttpConnection(target())) {
            assertThat(connection.exchange(request())).isEqualTo(200);
            assertThat(connection.exchange(request())).isEqualTo(200);
            assertThat(connection.body()).isEqualTo("ok");
        }
        assertThat(connections).hasValue(2);
    }

    @Test
    void anAnswerLongerThanTheBufferIsReadWhole() throws Exception {
        String body = "x".repeat(100_000);
        answer("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", body);

        try (HttpConnection connection = new HttpConnection(target())) {
            assertThat(connection.exchange(request())).isEqualTo(200);
            assertThat(connection.body()).isEqualTo(body);
        }
    }

    @Test
    void whatItDoesNotReadIsSaid() throws Exception {
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");

        try (HttpConnection connection = new HttpConnection(target())) {
            assertThatThrownBy(() -> connection.exchange(request()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("chunks");
        }
    }

    @Test
    void requestsSayHowLongTheirBodiesAre() {
        Requests requests = new Requests(
                new Target(URI.create("http://[::1]:8080"), "/api", "t"),
                UUID.fromString("00000000-0000-4000-8000-000000000001"));
        RequestBuffer buffer = new RequestBuffer();

        requests.send(buffer, "+79991234567");
        assertThat(length(buffer)).isEqualTo(body(buffer).length());
        assertThat(body(buffer))
                .isEqualTo("{\"widgetId\":\"00000000-0000-4000-8000-000000000001\",\"recipient\":\"+79991234567\"}");
        requests.checkCode(buffer, "id", "123456");
        assertThat(length(buffer)).isEqualTo(body(buffer).length());
        assertThat(text(buffer)).startsWith("POST /api/id/checkCode HTTP/1.1\r\nHost: [::1]:8080\r\n");
        requests.complete(buffer, "id", "+79991234567");
        assertThat(text(buffer)).startsWith("POST /api/id/checkStatusAndComplete?recipient=%2B79991234567 HTTP/1.1");
    }

    @Test
    void noRecipientComesTwice() {
        Recipients recipients = new Recipients();
        List<String> drawn =
                java.util.stream.Stream.generate(recipients::next).limit(1_000).toList();

        assertThat(drawn).doesNotHaveDuplicates().allMatch(number -> number.matches("\\+79[0-9]{9}"));
    }

    private static int length(RequestBuffer buffer) {
        String text = text(buffer);
        int at = text.indexOf("Content-Length: ") + 16;
        return Integer.parseInt(text.substring(at, text.indexOf('\r', at)));
    }

    private static String body(RequestBuffer buffer) {
        String text = text(buffer);
        return text.substring(text.indexOf("\r\n\r\n") + 4);
    }

    private static String text(RequestBuffer buffer) {
        return new String(buffer.copy(), StandardCharsets.US_ASCII);
    }

    private Target target() {
        return new Target(URI.create("http://127.0.0.1:" + server.getLocalPort()), "", "t");
    }

    private static RequestBuffer request() {
        return new RequestBuffer().append("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    /** Every request, in these pieces. */
    private void answer(String... pieces) {
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    connections.incrementAndGet();
                    socket.setTcpNoDelay(true);
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                    boolean keeps = true;
                    while (keeps && in.readLine() != null) {
                        while (!in.readLine().isEmpty()) {
                            // the rest of the head
                        }
                        for (String piece : pieces) {
                            socket.getOutputStream().write(piece.getBytes(StandardCharsets.US_ASCII));
                            socket.getOutputStream().flush();
                        }
                        keeps = !String.join("", pieces).contains("close");
                    }
                } catch (IOException e) {
                    // the test is over
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
