package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.TestServer.BASE;
import static io.otphandler.adapter.http.TestServer.PHONE;
import static io.otphandler.adapter.http.TestServer.channel;
import static io.otphandler.adapter.http.TestServer.encoded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.otphandler.application.Application;
import io.otphandler.application.limit.LimitSettings;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LongPollTest {
    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private CompletableFuture<TestServer.Res> poll(String path, String... headers) {
        int before = server.application.heldPolls().count();
        CompletableFuture<TestServer.Res> answer =
                server.sendAsync(server.request(server.backend(), BASE + "/longPolling/" + path, headers)
                        .GET());
        await().until(() -> answer.isDone() || server.application.heldPolls().count() > before);
        return answer;
    }

    private static TestServer.Res join(CompletableFuture<TestServer.Res> answer) {
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Test
    void aChannelPollAnswersOnceTheMessageIsOut() {
        CompletableFuture<Delivery> delivery = new CompletableFuture<>();
        server.gateway().then(message -> delivery);
        String id = server.start(server.sms());

        CompletableFuture<TestServer.Res> answer = poll(id + "/channel");
        assertThat(answer).isNotDone();
        delivery.complete(Delivery.accepted());

        TestServer.Res res = join(answer);
        assertThat(res.status()).isEqualTo(200);
        assertThat(res.json().get("status").asText()).isEqualTo("sent");
        assertThat(res.header("Cache-Control")).isEqualTo("no-store");
        assertThat(res.header("ETag"))
                .isEqualTo(server.get(server.backend(), BASE + "/" + id + "/channel")
                        .header("ETag"));
    }

    @Test
    void whatTheCallerKnowsIsNotToldAgain() {
        String id = server.start(server.sms());
        String tag = server.get(server.backend(), BASE + "/" + id + "/channel").header("ETag");

        CompletableFuture<TestServer.Res> answer =
                poll(id + "/channel", "If-None-Match", "\"other\", W/" + tag + " , \"a,b\"");
        assertThat(answer).isNotDone();
        server.check(id, server.wrongCode());

        TestServer.Res res = join(answer);
        assertThat(res.header("ETag")).isNotEqualTo(tag);
        assertThat(res.json().get("remainingCodeAttempts").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"other\"", "garbage", "\"", "", ",", "\"a\" \"b\"", "W/", "*x"})
    void whoeverKnowsSomethingElseIsAnsweredAtOnce(String header) {
        CompletableFuture<Delivery> never = new CompletableFuture<>();
        server.gateway().then(message -> never);
        String id = server.start(server.sms());

        TestServer.Res res = join(poll(id + "/channel", "If-None-Match", header));

        assertThat(res.status()).isEqualTo(200);
        assertThat(res.json().get("status").asText()).isEqualTo("wait");
    }

    @Test
    void aStarKnowsEverythingButAnError() {
        String id = server.start(server.sms());

        CompletableFuture<TestServer.Res> answer = poll(id + "/channel", "If-None-Match", "*");
        server.check(id, server.wrongCode());
        assertThat(answer).isNotDone();
        server.method("DELETE", server.backend(), BASE + "/" + id, null);

        assertThat(join(answer).type()).isEqualTo("SessionClosedException");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "\"a\" | a",
                "\"a\",\"b\" | a b",
                " W/\"a\" ,\t\"b\" | a b",
                "\"a,b\" | a,b",
                "\"a\", | a",
                ",\"a\",, W/\"b\" ,, | a b"
            })
    void tagsAreReadFromALine(String header, String tags) {
        assertThat(EntityTags.known(header)).isEqualTo(Set.of(tags.split(" ")));
    }

    @Test
    void gettingTheChannelNeverAnswersNotModified() {
        String id = server.start(server.sms());
        String tag = server.get(server.backend(), BASE + "/" + id + "/channel").header("ETag");

        assertThat(server.get(server.backend(), BASE + "/" + id + "/channel", "If-None-Match", tag)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aStatusPollAnswersOnceTheSessionIsConfirmed() {
        String id = server.start(server.sms());

        CompletableFuture<TestServer.Res> answer = poll(id + "/status?recipient=" + encoded(PHONE));
        server.check(id, server.code());

        assertThat(join(answer).json().toString()).isEqualTo("{\"success\":true}");
    }

    @Test
    void aPollThatHearsNothingIsAnsweredInItsLanguage() {
        String id = server.start(server.sms());

        CompletableFuture<TestServer.Res> answer =
                poll(id + "/status?recipient=" + encoded(PHONE), "Accept-Language", "en");
        server.test.timers().advance(Duration.ofSeconds(25));

        TestServer.Res res = join(answer);
        assertThat(res.type()).isEqualTo("LongPollingTimeoutException");
        assertThat(res.message()).startsWith("The long-polling");
    }

    @Test
    void heldPollsKeepNoThread() {
        String id = server.start(server.widget(channel(ChannelType.SIM_PUSH, ChannelSettings.DEFAULT)));
        int threads = Thread.activeCount();

        List<CompletableFuture<TestServer.Res>> answers = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            answers.add(server.sendAsync(server.request(
                            server.backend(), BASE + "/longPolling/" + id + "/status?recipient=" + encoded(PHONE))
                    .GET()));
        }
        await().until(() -> server.application.heldPolls().count() == 150);

        assertThat(Thread.activeCount()).isLessThan(threads + 80);
        assertThat(server.metrics.text()).asString().contains("otp_held_polls 150");
        assertThat(server.get(null, "/health/live").status()).isEqualTo(200);
        server.method("DELETE", server.backend(), BASE + "/" + id, null);
        answers.forEach(answer -> assertThat(join(answer).json().toString()).isEqualTo("{\"success\":false}"));
    }

    @Test
    void beyondTheMostThatMayBeHeldAPollIsToComeAgain() {
        Application.Settings usual = Application.Settings.DEFAULT;
        TestApplication one = new TestApplication(
                Runnable::run,
                new Application.Settings(
                        usual.longPollTimeout(),
                        1,
                        usual.dispatchTimeout(),
                        usual.dispatchConcurrency(),
                        usual.retention(),
                        usual.auditRetention(),
                        LimitSettings.NONE,
                        false,
                        Set.of()));
        try (TestServer narrow = new TestServer(one, HttpSettings.DEFAULT, UnaryOperator.identity())) {
            String id = narrow.start(narrow.sms());
            String path = BASE + "/longPolling/" + id + "/status?recipient=" + encoded(PHONE);
            CompletableFuture<TestServer.Res> held =
                    narrow.sendAsync(narrow.request(narrow.backend(), path).GET());
            await().until(() -> narrow.application.heldPolls().count() == 1);

            TestServer.Res refused = narrow.get(narrow.backend(), path);

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.type()).isEqualTo("RateLimitException");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.json().path("payload").path("retryAfter").asInt())
                    .isEqualTo(1);
            // everything else goes on
            assertThat(narrow.get(narrow.backend(), BASE + "/" + id + "/channel")
                            .status())
                    .isEqualTo(200);
            narrow.application.heldPolls().stop();
            assertThat(held.join().status()).isEqualTo(503);
        }
    }

    @Test
    void pollsOutliveTheIdleTimeoutOfTheirConnection() {
        try (TestServer quick =
                new TestServer(HttpSettings.DEFAULT.withTimeouts(Duration.ofMillis(300), Duration.ofSeconds(1)))) {
            String id = quick.start(quick.sms());
            CompletableFuture<TestServer.Res> answer = quick.sendAsync(
                    quick.request(quick.backend(), BASE + "/longPolling/" + id + "/status?recipient=" + encoded(PHONE))
                            .GET());
            await().until(() -> quick.application.heldPolls().count() == 1);

            await().during(1, TimeUnit.SECONDS).until(() -> !answer.isDone());
            quick.check(id, quick.code());

            assertThat(join(answer).json().toString()).isEqualTo("{\"success\":true}");
        }
    }

    @Test
    void whenTheServiceStopsHeldPollsAreSentElsewhereAndNewOnesTurnedAway() throws Exception {
        String id = server.start(server.sms());
        CompletableFuture<TestServer.Res> answer = poll(id + "/status?recipient=" + encoded(PHONE));
        assertThat(server.get(null, "/health/ready").status()).isEqualTo(200);

        server.server.drain();
        TestServer.Res ready = server.get(null, "/health/ready");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.type()).isEqualTo("ServiceUnavailableException");
        assertThat(ready.header("Retry-After")).isEqualTo("1");
        assertThat(server.get(null, "/health/live").status()).isEqualTo(200);
        assertThat(server.get(server.backend(), BASE + "/" + id + "/channel").status())
                .isEqualTo(200);

        server.application.heldPolls().stop();
        TestServer.Res res = join(answer);
        assertThat(res.status()).isEqualTo(503);
        assertThat(res.type()).isEqualTo("ServiceUnavailableException");
        assertThat(res.header("Retry-After")).isEqualTo("0");

        assertThat(server.server.stop(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void aRunningRequestIsWaitedForAndANewOneTurnedAway() throws Exception {
        CompletableFuture<TestServer.Res> kept = new CompletableFuture<>();
        int port = server.server.port();
        String id = server.start(server.sms());
        CompletableFuture<TestServer.Res> running = poll(id + "/status?recipient=" + encoded(PHONE));
        try (java.net.Socket open = new java.net.Socket("127.0.0.1", port)) {
            open.setSoTimeout(10_000);
            open.getOutputStream().write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
            byte[] buffer = new byte[4096];
            open.getInputStream().read(buffer);

            Thread stopping = new Thread(() -> {
                try {
                    kept.complete(server.server.stop(Duration.ofSeconds(10)) ? null : running.join());
                } catch (InterruptedException e) {
                    kept.completeExceptionally(e);
                }
            });
            stopping.start();
            await().until(() -> refusesConnections(port));

            open.getOutputStream().write(("GET " + BASE + "/x/channel HTTP/1.1\r\nHost: x\r\n\r\n").getBytes());
            String turnedAway = new String(open.getInputStream().readAllBytes());
            assertThat(turnedAway)
                    .startsWith("HTTP/1.1 503")
                    .contains("Retry-After: 1")
                    .contains("Connection: close")
                    .contains("ServiceUnavailableException");

            assertThat(running).isNotDone();
            server.application
                    .cancelSession()
                    .cancel(
                            new io.otphandler.application.session.Caller(
                                    new io.otphandler.domain.widget.AccountId(TestServer.ACCOUNT), null),
                            new io.otphandler.domain.session.SessionId(java.util.UUID.fromString(id)));
            assertThat(join(running).status()).isEqualTo(200);
            stopping.join(10_000);
            assertThat(kept).isCompletedWithValue(null);
        }
    }

    private static boolean refusesConnections(int port) {
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", port)) {
            return !socket.isConnected();
        } catch (java.io.IOException e) {
            return true;
        }
    }
}
