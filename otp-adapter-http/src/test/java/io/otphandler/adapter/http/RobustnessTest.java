package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.BASE;
import static io.otphandler.adapter.http.TestServer.PHONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.otphandler.adapter.http.json.StrictJson;
import io.otphandler.application.Application;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.application.port.Widgets;
import io.otphandler.application.session.GetWidget;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever comes, and whatever fails: the envelope, and nothing in it or in the log that nobody may know. */
final class RobustnessTest {
    private static final String[] METHODS = {"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "FOO"};

    @Test
    void aThousandRandomRequestsAreAllAnsweredWithTheEnvelope() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        try (TestServer server = new TestServer()) {
            String session = server.start(server.sms());
            for (int i = 0; i < 1_000; i++) {
                byte[] request = request(server, random, session);
                String answer = RawHttp.exchange(server.server.port(), request);
                String context = "-Dseed=" + seed + " request " + i + "\n"
                        + new String(request, StandardCharsets.ISO_8859_1) + "\n" + answer;
                assertThat(answer).as(context).matches("(?s)HTTP/1\\.1 [1-4]\\d\\d .*|(?s)HTTP/1\\.1 505 .*");
                String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
                if (!body.isEmpty() && answer.contains("Content-Type: application/json")) {
                    var json = StrictJson.read(body.getBytes(StandardCharsets.UTF_8));
                    assertThat(json).as(context).isPresent();
                    if (!answer.matches("(?s)HTTP/1.1 20.*")) {
                        assertThat(json.get().get("httpStatus").asText())
                                .as(context)
                                .isEqualTo(answer.substring(9, 12));
                    }
                }
            }
            assertThat(server.get(null, "/health/live").status()).isEqualTo(200);
        }
    }

    private static byte[] request(TestServer server, Random random, String session) {
        StringBuilder request = new StringBuilder();
        request.append(METHODS[random.nextInt(random.nextInt(8) + 1)]).append(' ');
        String id = pick(random, session, UUID.randomUUID().toString(), noise(random, 40), "%00", "");
        request.append(pick(
                        random,
                        BASE + "/" + id + "/channel",
                        BASE + "/" + id + "/status?recipient="
                                + pick(random, PHONE, "%2B79123456789", noise(random, 20)),
                        BASE + "/" + id + "/checkCode",
                        BASE + "/" + id + "/" + noise(random, 10),
                        BASE,
                        BASE + "/widget/" + id,
                        "/admin/widgets/" + id,
                        "/admin/blockedRecipients/" + noise(random, 12),
                        "/admin/sessions/" + id,
                        "/sandbox/messages/" + id + ".1/receipt",
                        "/sandbox/behaviours",
                        "/" + noise(random, 30))
                .replaceAll("[ \\r\\n]", "_"));
        request.append(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        String token = pick(
                random,
                server.token("otp:backend otp:root otp:sandbox"),
                server.token("otp:backend otp:root otp:sandbox"),
                "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhY21lIn0.",
                noise(random, 200));
        request.append("Authorization: Bearer ").append(line(token)).append("\r\n");
        for (String header :
                List.of("Accept-Language", "If-None-Match", "Content-Type", "Accept", "X-HTTP-Method-Override")) {
            if (random.nextInt(5) == 0) {
                request.append(header)
                        .append(": ")
                        .append(line(noise(random, 30)))
                        .append("\r\n");
            }
        }
        String body = pick(
                random,
                "",
                noise(random, 200),
                "{\"code\":\"" + noise(random, 10) + "\"}",
                "{\"widgetId\":\"" + id + "\",\"recipient\":\"" + noise(random, 10) + "\"}",
                "{\"status\":\"delivered\",\"name\":" + noise(random, 5) + "}",
                "[".repeat(random.nextInt(500)),
                "{\"name\":\"x\",\"channels\":[{\"type\":\"sms\",\"templates\":[" + noise(random, 3) + "]}]}");
        byte[] bytes = body.getBytes(random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.UTF_16);
        request.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
        byte[] head = request.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, all, head.length, bytes.length);
        return all;
    }

    private static String line(String text) {
        return text.replaceAll("[\\r\\n]", " ");
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static String noise(Random random, int maxLength) {
        StringBuilder noise = new StringBuilder();
        String alphabet = "ab0{}[]\"\\:,%/;=&?#.*-_~\u0000\t\u007f\u00e9\u044f\ud83d\uffff";
        for (int i = random.nextInt(maxLength + 1); i > 0; i--) {
            noise.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return noise.toString();
    }

    private static Application with(Application a, GetWidget getWidget) {
        return new Application(
                getWidget,
                a.startSession(),
                a.getChannel(),
                a.awaitChannel(),
                a.getStatus(),
                a.awaitStatus(),
                a.checkCode(),
                a.completeIfConfirmed(),
                a.completeSession(),
                a.resend(),
                a.cancelSession(),
                a.takeReceipt(),
                a.takeReport(),
                a.takeCallback(),
                a.saveWidget(),
                a.configureWidget(),
                a.findWidgets(),
                a.showWidget(),
                a.deleteWidget(),
                a.blockWidget(),
                a.blockRecipient(),
                a.unblockRecipient(),
                a.liftLimits(),
                a.rulePrefixes(),
                a.findBlockedRecipients(),
                a.showSession(),
                a.revokeToken(),
                a.findRevokedTokens(),
                a.findAuditEntries(),
                a.revocations(),
                a.prefixGuard(),
                a.answerOnce(),
                a.heldPolls(),
                a.dispatcher(),
                a.sweep());
    }

    private static TestServer failing(Throwable failure) {
        Widgets widgets = (Widgets) Proxy.newProxyInstance(
                Widgets.class.getClassLoader(), new Class<?>[] {Widgets.class}, (proxy, method, arguments) -> {
                    throw failure;
                });
        return new TestServer(HttpSettings.DEFAULT, a -> with(a, new GetWidget(widgets)));
    }

    @Test
    void whatNobodyForesawIsToldByANumberOnly() {
        for (Throwable failure : List.of(new IllegalArgumentException("secret"), new StackOverflowError("secret"))) {
            try (TestServer server = failing(failure)) {
                TestServer.Res res = server.get(server.backend(), BASE + "/widget/" + UUID.randomUUID());

                assertThat(res.status()).isEqualTo(500);
                assertThat(res.type()).isEqualTo("InternalServerErrorException");
                assertThat(UUID.fromString(
                                res.json().get("payload").get("errorId").asText()))
                        .isNotNull();
                assertThat(res.json().toString()).doesNotContain("secret").doesNotContain("Exception:");
            }
        }
    }

    @Test
    void withoutItsStoreTheServiceIsUnavailableForAMoment() {
        try (TestServer server = failing(new StoreUnavailableException("gone", new RuntimeException()))) {
            TestServer.Res res = server.get(server.backend(), BASE + "/widget/" + UUID.randomUUID());

            assertThat(res.status()).isEqualTo(503);
            assertThat(res.type()).isEqualTo("ServiceUnavailableException");
            assertThat(res.header("Retry-After")).isEqualTo("1");
        }
    }

    @Test
    void noLineOfTheLogHoldsCodeTokenOrRecipient() {
        Logger ours = (Logger) LoggerFactory.getLogger("io.otphandler");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        // the server's threads go on writing while the test reads
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        ours.setLevel(Level.TRACE);
        ours.setAdditive(false);
        ours.addAppender(lines);
        try (TestServer server = failing(new IllegalStateException("no store"))) {
            String token = server.backend();
            String id = server.start(server.sms());
            String code = server.code();
            server.check(id, server.wrongCode());
            server.get(token, BASE + "/" + id + "/status?recipient=%2B79123456789");
            server.post(token, BASE + "/" + id + "/checkCode", "{\"code\":\"" + code + "\"");
            server.post(token + "x", BASE + "/" + id + "/checkCode", "{\"code\":\"" + code + "\"}");
            server.get(token, BASE + "/widget/" + UUID.randomUUID());
            server.check(id, code);
            server.get(server.token("otp:admin"), "/admin/blockedRecipients/" + PHONE);

            await().until(() -> lines.list.stream()
                    .anyMatch(event -> event.getFormattedMessage().startsWith("POST /{requestId}/checkCode 201")));
            List<String> written = lines.list.stream()
                    .map(event -> event.getFormattedMessage()
                            + Optional.ofNullable(event.getThrowableProxy())
                                    .map(ThrowableProxyUtil::asString)
                                    .orElse(""))
                    .toList();
            assertThat(written).anyMatch(line -> line.startsWith("GET /{requestId}/status 200"));
            assertThat(written).anyMatch(line -> line.contains("no store") && line.contains("\tat "));
            assertThat(written)
                    .noneMatch(line -> line.contains(code)
                            || line.contains(server.wrongCode())
                            || line.contains(token.substring(token.lastIndexOf('.')))
                            || line.contains(PHONE)
                            || line.contains(PHONE.substring(1)));
        } finally {
            ours.detachAppender(lines);
            ours.setLevel(Level.OFF);
        }
    }
}
