package io.otphandler.adapter.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes, and however: what is not read ahead of time is read in time. */
class SparingConnectorTest {

    private static final int PATIENCE = (int) Duration.ofSeconds(10).toMillis();
    private static final int BODY = 300_000;

    private final ExecutorService later = Executors.newSingleThreadExecutor();
    private final Server server = new Server();
    private SparingConnector connector;
    private Socket socket;
    private BufferedReader in;

    @BeforeEach
    void start() throws Exception {
        connector = new SparingConnector(server, 1, 1, new PromptHttp(new HttpConfiguration(), Duration.ofSeconds(5)));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Telling());
        server.start();
        socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort());
        socket.setSoTimeout(PATIENCE);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    @AfterEach
    void stop() throws Exception {
        socket.close();
        server.stop();
        later.shutdownNow();
    }

    /** Answers with the path and the length of the body; what is called late on another thread. */
    private final class Telling extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            String path = Request.getPathInContext(request);
            Content.Source.asByteArrayAsync(request, BODY, new Promise.Invocable.NonBlocking<>() {
                @Override
                public void succeeded(byte[] body) {
                    Runnable answer = () -> Content.Sink.write(response, true, path + " " + body.length, callback);
                    if (path.startsWith("/late")) {
                        later.execute(answer);
                    } else {
                        answer.run();
                    }
                }

                @Override
                public void failed(Throwable failure) {
                    callback.failed(failure);
                }
            });
            return true;
        }
    }

    @Test
    void oneRequestAfterAnotherIsAnsweredNowOrLate() throws IOException {
        for (int i = 0; i < 200; i++) {
            send("GET /late" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(answer()).isEqualTo("/late" + i + " 0");
            send("GET /now" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(answer()).isEqualTo("/now" + i + " 0");
        }
    }

    @Test
    void requestsThatComeTogetherAreAnsweredInTheirOrder() throws IOException {
        send("GET /late1 HTTP/1.1\r\nHost: a\r\n\r\nGET /now2 HTTP/1.1\r\nHost: a\r\n\r\n"
                + "GET /late3 HTTP/1.1\r\nHost: a\r\n\r\nGET /late4 HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(answer()).isEqualTo("/late1 0");
        assertThat(answer()).isEqualTo("/now2 0");
        assertThat(answer()).isEqualTo("/late3 0");
        assertThat(answer()).isEqualTo("/late4 0");
    }

    /** Around the size of Jetty's buffer, which a read may just fill. */
    @ParameterizedTest
    @ValueSource(ints = {8_191, 8_192, 8_193, 16_383, 16_384, 16_385})
    void aRequestOfAnyLengthIsAnswered(int length) throws IOException {
        for (String path : new String[] {"/late", "/now", "/late"}) {
            String head = "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: ";
            int body = length - head.length() - "1234\r\n\r\n".length();
            String request = head + "%4d".formatted(body) + "\r\n\r\n" + "x".repeat(body);
            assertThat(request).hasSize(length + (body > 9_999 ? 1 : 0));
            send(request);
            assertThat(answer()).isEqualTo(path + " " + body);
        }
    }

    @Test
    void aLongBodyInPiecesIsReadToItsEnd() throws IOException {
        for (String path : new String[] {"/late", "/now"}) {
            send("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + BODY + "\r\n\r\n");
            for (int sent = 0; sent < BODY; sent += BODY / 100) {
                send("x".repeat(BODY / 100));
            }
            assertThat(answer()).isEqualTo(path + " " + BODY);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/late", "/now"})
    void whoHangsUpAfterAsking(String path) throws IOException {
        send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        socket.shutdownOutput();
        assertThat(answer()).isEqualTo(path + " 0");
        assertThat(in.read()).as("the server hangs up as well").isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/late", "/now"})
    void whoAsksForTheLastTimeIsHungUpOn(String path) throws IOException {
        send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(answer()).isEqualTo(path + " 0");
        assertThat(in.read()).isEqualTo(-1);
    }

    private void send(String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** The next one's body. */
    private String answer() throws IOException {
        int length = -1;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring("content-length: ".length()));
            }
        }
        char[] body = new char[length];
        int read = 0;
        while (read < length) {
            read += in.read(body, read, length - read);
        }
        return new String(body);
    }
}
