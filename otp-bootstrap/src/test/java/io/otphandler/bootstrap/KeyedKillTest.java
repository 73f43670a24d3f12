package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killed at any moment, the service does what was asked under an idempotency key once, and tells it as often as asked. */
@Tag("heavy")
class KeyedKillTest {

    private static final int KILLS = 5;
    private static final int CLIENTS = 8;

    @TempDir
    private Path folder;

    private final AtomicInteger recipients = new AtomicInteger();
    private final Map<String, Asked> asked = new ConcurrentHashMap<>();

    /** What was asked for one recipient, and how far that came. */
    private static final class Asked {
        /** Null: no answer came. */
        private volatile String request;

        private volatile boolean confirmed;
    }

    @Test
    void afterAnyOfTheKillsEachKeyHasOneSessionAndALostTrueCanBeAskedForAgain() throws Exception {
        Random random = new Random(5);
        String token = null;
        for (int kill = 0; kill <= KILLS; kill++) {
            try (RunningService service = RunningService.start(folder)) {
                token = token == null ? service.token("demo", "otp:backend otp:admin otp:sandbox") : token;
                Api api = new Api(service.site(), token);
                askAgain(api);
                if (kill < KILLS) {
                    int enough = asked.size() + 10 + random.nextInt(80);
                    ExecutorService clients = load(api);
                    Awaitility.await()
                            .atMost(60, TimeUnit.SECONDS)
                            .pollInterval(1, TimeUnit.MILLISECONDS)
                            .until(() -> asked.size() >= enough);
                    service.kill();
                    clients.shutdown();
                    assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
                }
            }
        }
        assertThat(asked.values()).filteredOn(each -> each.confirmed).isNotEmpty();
        Map<String, Integer> sessions = sessions();
        assertThat(sessions).containsOnlyKeys(asked.keySet());
        assertThat(sessions.values()).containsOnly(1);
    }

    private ExecutorService load(Api api) {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            clients.execute(() -> {
                try {
                    while (true) {
                        flow(api);
                    }
                } catch (UncheckedIOException e) {
                    // it was killed, as intended
                }
            });
        }
        return clients;
    }

    private void flow(Api api) {
        String recipient = "+7912" + String.format("%07d", recipients.incrementAndGet());
        Asked each = new Asked();
        asked.put(recipient, each);
        each.request = api.sendOnce("send" + recipient, recipient)
                .body()
                .path("requestId")
                .asText();
        api.channelPoll(each.request);
        api.code(recipient).ifPresent(code -> {
            each.confirmed = api.checkCode(each.request, code).success();
            // whether or not the answer comes
            assertThat(api.checkStatusAndCompleteOnce("complete" + recipient, each.request, recipient)
                            .success())
                    .isTrue();
        });
    }

    /** All that was ever asked: what was being asked when the service was killed waits for the lease of the dead. */
    private void askAgain(Api api) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(2 * CLIENTS);
        try {
            List<Future<?>> all = new ArrayList<>();
            asked.forEach((recipient, each) -> all.add(clients.submit(() -> askAgain(api, recipient, each))));
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static void askAgain(Api api, String recipient, Asked each) {
        Api.Answer answer = api.sendOnce("send" + recipient, recipient);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        String request = answer.body().path("requestId").asText();
        assertThat(each.request == null ? request : each.request).isEqualTo(request);
        each.request = request;
        if (each.confirmed) {
            assertThat(api.checkStatusAndCompleteOnce("complete" + recipient, request, recipient)
                            .success())
                    .as("a true that was lost, or not asked for yet")
                    .isTrue();
            assertThat(api.checkStatusAndComplete(request, recipient).success()).isFalse();
        }
    }

    /** How many sessions there are in the database, by recipient. */
    private Map<String, Integer> sessions() throws Exception {
        Map<String, Integer> sessions = new HashMap<>();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:h2:file:" + folder.resolve("otp-data").resolve("otp"), "sa", "");
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT recipient, COUNT(*) FROM sessions GROUP BY recipient")) {
            while (rows.next()) {
                sessions.put(rows.getString(1), rows.getInt(2));
            }
        }
        return sessions;
    }
}
