package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * Clients that take one session after the other as far as they get, until their node is gone or they are told to stop;
 * remembers what was acknowledged, which must then hold for ever.
 */
final class Load {

    private static final int CLIENTS = 8;
    private static final int TRIES = 3;
    private static final AtomicInteger RECIPIENTS = new AtomicInteger();

    private final Map<String, Fact> facts = new ConcurrentHashMap<>();
    private final AtomicLong slowestRefusal = new AtomicLong();
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private volatile boolean stopped;

    /** What a service has told us of a session. */
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

    private Load() {}

    /** Each client starts its sessions on one node, and lets the next node judge their codes. */
    static Load on(List<Api> nodes) {
        Load load = new Load();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            Api start = nodes.get(client % nodes.size());
            Api judge = nodes.get((client + 1) % nodes.size());
            load.clients.execute(() -> {
                try {
                    while (!load.stopped) {
                        load.flow(start, judge, client / nodes.size());
                    }
                } catch (UncheckedIOException e) {
                    // its node was killed, as intended
                }
            });
        }
        load.clients.shutdown();
        return load;
    }

    /** Waits until that many sessions have been acknowledged, counted from the beginning. */
    Load until(int sessions) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> facts.size() >= sessions);
        return this;
    }

    int sessions() {
        return facts.size();
    }

    void stop() throws InterruptedException {
        stopped = true;
        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    /** How long a client waited at most to be told that the service is not available. */
    Duration slowestRefusal() {
        return Duration.ofNanos(slowestRefusal.get());
    }

    private void flow(Api start, Api judge, int kind) {
        String recipient = "+7912" + String.format("%07d", RECIPIENTS.incrementAndGet());
        long asked = System.nanoTime();
        Api.Answer sent = start.send(recipient);
        if (sent.status() == 503) {
            slowestRefusal.accumulateAndGet(System.nanoTime() - asked, Math::max);
            assertThat(sent.header("Retry-After")).isPresent();
            return;
        }
        assertThat(sent.status()).isEqualTo(201);
        String request = sent.body().path("requestId").asText();
        Fact fact = new Fact(recipient);
        facts.put(request, fact);
        if (kind % 2 == 0) {
            return;
        }
        start.channelPoll(request);
        if (judge.checkCode(request, "0000").type().equals("InvalidCodeException")) {
            fact.wrongGuesses++;
        }
        start.code(recipient).ifPresent(code -> {
            fact.confirmed = judge.checkCode(request, code).success();
            if (fact.confirmed && kind % 4 == 1) {
                fact.completing = true;
                fact.completed =
                        judge.checkStatusAndComplete(request, recipient).success();
            }
        });
    }

    /** Asks a node for everything that was acknowledged; what is pending must go out within 20 s. */
    void check(Api api) {
        facts.forEach((request, fact) -> check(api, request, fact));
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
        // pending messages go out after the restart, or from another node
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
