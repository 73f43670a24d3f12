package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killed under load again and again, the service forgets nothing that it has acknowledged. */
@Tag("heavy")
class KillTest {

    private static final int KILLS = 20;
    private static final int CLIENTS = 8;
    private static final int TRIES = 3;

    @TempDir
    private Path folder;

    private final AtomicInteger recipients = new AtomicInteger();

    @Test
    void nothingAcknowledgedIsMissingAfterAnyOfTwentyKills() throws Exception {
        Random random = new Random(20);
        Map<String, Fact> facts = Map.of();
        for (int kill = 0; kill <= KILLS; kill++) {
            try (RunningService service = RunningService.start(folder)) {
                Api api = service.api();
                facts.forEach((request, fact) -> check(api, request, fact));
                facts = new ConcurrentHashMap<>();
                if (kill < KILLS) {
                    load(service, facts, 5 + random.nextInt(150));
                }
            }
        }
    }

    /** What the service has told us of a session. */
    private static final class Fact {
        private final String recipient;
        private volatile int wrongGuesses;
        private volatile boolean confirmed;
        private volatile boolean completed;
        /** Whether completion was asked for: an answer that was lost may have been true. */
        private volatile boolean completing;

        Fact(String recipient) {
            this.recipient = recipient;
        }
    }

    /** Loads the service until it has acknowledged that many sessions, and kills it in the midst of the next ones. */
    private void load(RunningService service, Map<String, Fact> facts, int sessions) throws Exception {
        Api api = service.api();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.execute(() -> {
                try {
                    while (!Thread.currentThread().isInterrupted()) {
                        flow(api, facts, client);
                    }
                } catch (UncheckedIOException e) {
                    // killed, as intended
                }
            });
        }
        clients.shutdown();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> facts.size() >= sessions);
        service.kill();
        assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    private void flow(Api api, Map<String, Fact> facts, int client) {
        String recipient = "+7912" + String.format("%07d", recipients.incrementAndGet());
        Api.Answer sent = api.send(recipient);
        assertThat(sent.status()).isEqualTo(201);
        String request = sent.body().path("requestId").asText();
        Fact fact = new Fact(recipient);
        facts.put(request, fact);
        if (client % 2 == 0) {
            return;
        }
        api.channelPoll(request);
        if (api.checkCode(request, "0000").type().equals("InvalidCodeException")) {
            fact.wrongGuesses++;
        }
        api.code(recipient).ifPresent(code -> {
            fact.confirmed = api.checkCode(request, code).success();
            if (fact.confirmed && client % 4 == 1) {
                fact.completing = true;
                fact.completed = api.checkStatusAndComplete(request, recipient).success();
            }
        });
    }

    private static void check(Api api, String request, Fact fact) {
        if (fact.completed) {
            Api.Answer again = api.checkStatusAndComplete(request, fact.recipient);
            assertThat(again.status()).isEqualTo(201);
            assertThat(again.success()).as("completed twice").isFalse();
            assertThat(api.channel(request).type()).isEqualTo("SessionClosedException");
            return;
        }
        if (fact.confirmed) {
            if (!fact.completing) {
                assertThat(api.status(request, fact.recipient).success()).isTrue();
                assertThat(api.checkStatusAndComplete(request, fact.recipient).success())
                        .isTrue();
            }
            return;
        }
        // pending messages go out after the restart
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        !api.channel(request).body().path("status").asText().equals("wait"));
        Api.Answer channel = api.channel(request);
        assertThat(channel.type()).as("of %s", request).isNotEqualTo("SessionNotFoundException");
        if (channel.body().path("status").asText().equals("sent")) {
            assertThat(channel.body().path("remainingCodeAttempts").asInt())
                    .isLessThanOrEqualTo(TRIES - fact.wrongGuesses);
        }
    }
}
