package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand requests wait at once: for as many objects, not as many threads. */
@Tag("heavy")
@EnabledOnOs(value = OS.LINUX, disabledReason = "counts threads in /proc")
class ManyPollsTest {

    private static final int SESSIONS = 100;
    private static final int POLLS_OF_EACH = 100;

    @TempDir
    private Path folder;

    @Test
    void tenThousandHeldPollsNeedNoThreadsAndAreAllWoken() throws Exception {
        try (RunningService service = RunningService.start(
                        folder, Map.of("OTP_HTTP_LONGPOLLTIMEOUT", "120"), List.of("-Xmx1g"), List.of("--port", "0"));
                Selector selector = Selector.open()) {
            Api api = service.api();
            String token = service.token("demo", "otp:backend");
            List<String> requests = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                requests.add(api.started(recipient(i)));
            }
            for (int i = 0; i < SESSIONS; i++) {
                for (int j = 0; j < POLLS_OF_EACH; j++) {
                    hold(selector, service.site(), requests.get(i), recipient(i), token);
                }
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> heldPolls(service) == SESSIONS * POLLS_OF_EACH);

            assertThat(threads(service.pid())).isLessThan(400);
            assertThat(api.channel(requests.get(0)).status()).isEqualTo(200);
            assertThat(api.send("+79129999999").status()).isEqualTo(201);

            List<String> codes = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                String recipient = recipient(i);
                Awaitility.await().until(() -> api.code(recipient).isPresent());
                codes.add(api.code(recipient).orElseThrow());
            }
            CompletableFuture<Map<SelectionKey, Long>> answers = CompletableFuture.supplyAsync(() -> answers(selector));
            Map<String, Long> confirmed = new HashMap<>();
            for (int i = 0; i < SESSIONS; i++) {
                assertThat(api.checkCode(requests.get(i), codes.get(i)).success())
                        .isTrue();
                confirmed.put(requests.get(i), System.nanoTime());
            }
            assertThat(answers.get(60, TimeUnit.SECONDS)).hasSize(SESSIONS * POLLS_OF_EACH);
            System.out.println(
                    "Polls answered after the confirmation's own answer, in ms: " + late(answers.get(), confirmed));
            Awaitility.await().until(() -> heldPolls(service) == 0);
        }
    }

    private static String recipient(int session) {
        return "+7912" + String.format("%07d", session);
    }

    private static void hold(Selector selector, String site, String request, String recipient, String token)
            throws IOException {
        URI uri = URI.create(site);
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(uri.getHost(), uri.getPort()));
        channel.write(ByteBuffer.wrap(
                ("GET /api/n/otp-handler/longPolling/" + request + "/status?recipient=" + Api.encoded(recipient)
                                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII)));
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        key.attach(request);
    }

    /** The channels on which {@code true} was answered, and when, once all have said something or nothing more comes. */
    private static Map<SelectionKey, Long> answers(Selector selector) {
        Map<SelectionKey, Long> answered = new HashMap<>();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        try {
            while (answered.size() < SESSIONS * POLLS_OF_EACH && selector.select(30_000) > 0) {
                for (SelectionKey key : selector.selectedKeys()) {
                    buffer.clear();
                    if (((SocketChannel) key.channel()).read(buffer) < 0) {
                        key.cancel();
                    }
                    buffer.flip();
                    String text = StandardCharsets.UTF_8.decode(buffer).toString();
                    if (text.startsWith("HTTP/1.1 200") && text.contains("{\"success\":true}")) {
                        answered.put(key, System.nanoTime());
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return answered;
    }

    /** A figure for the eye; a test that asked for it would fail on a busy machine. */
    private static String late(Map<SelectionKey, Long> answered, Map<String, Long> confirmed) {
        long[] late = answered.entrySet().stream()
                .mapToLong(answer -> answer.getValue()
                        - Objects.requireNonNull(
                                confirmed.get((String) answer.getKey().attachment())))
                .map(TimeUnit.NANOSECONDS::toMillis)
                .sorted()
                .toArray();
        return "median " + late[late.length / 2] + ", p99 " + late[late.length * 99 / 100] + ", most "
                + late[late.length - 1];
    }

    private static long heldPolls(RunningService service) throws IOException {
        try (var in = URI.create(service.site() + "/metrics").toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("otp_held_polls "))
                    .map(line -> (long) Double.parseDouble(line.substring("otp_held_polls ".length())))
                    .findFirst()
                    .orElse(-1L);
        }
    }

    private static long threads(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/status"))
                .lines()
                .filter(line -> line.startsWith("Threads:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring("Threads:".length()).strip()))
                .findFirst()
                .orElseThrow();
    }
}
