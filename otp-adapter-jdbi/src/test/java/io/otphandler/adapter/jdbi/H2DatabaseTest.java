package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.otphandler.application.port.ContractFixtures;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.Waiting;
import io.otphandler.domain.widget.Widget;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is special about H2: one process, one file, and what a kill leaves of it. */
final class H2DatabaseTest {

    private static final Clock CLOCK = Clock.tickMillis(ZoneOffset.UTC);

    @TempDir
    Path directory;

    private String url() {
        return "jdbc:h2:file:" + directory.resolve("otp");
    }

    private JdbiDatabase open() {
        JdbiDatabase database = JdbiDatabase.open(new JdbiDatabase.Settings(url(), "", "", 4), CLOCK);
        database.migrate();
        return database;
    }

    @Test
    void whatWasKeptIsThereAgainAfterAProperClose() {
        Session session;
        try (JdbiDatabase database = open()) {
            session = added(database);
        }
        try (JdbiDatabase database = open()) {
            assertThat(database.sessions().find(session.id())).contains(session);
        }
    }

    @Test
    void theSchemaIsMigratedOnce() {
        try (JdbiDatabase database = JdbiDatabase.open(new JdbiDatabase.Settings(url(), "", "", 1), CLOCK)) {
            assertThat(database.needsMigration()).isTrue();
            assertThat(database.migrate()).isPositive();
            assertThat(database.needsMigration()).isFalse();
            assertThat(database.migrate()).isZero();
            // where H2 writes what went wrong
            assertThat(directory).isDirectoryNotContaining("glob:**.trace.db");
        }
        try (JdbiDatabase database = JdbiDatabase.open(new JdbiDatabase.Settings(url(), "", "", 1), CLOCK)) {
            assertThat(database.needsMigration()).isFalse();
            assertThat(database.migrate()).isZero();
        }
    }

    @Test
    void theUsersOwnSettingsAreLeftAlone() {
        H2Source.Url plain = H2Source.Url.parse("jdbc:h2:file:./x/otp");
        assertThat(plain.forDriver()).contains(";WRITE_DELAY=0;").contains("RETENTION_TIME=");
        assertThat(plain.file()).isEqualTo(Path.of("x/otp.mv.db").toAbsolutePath());

        assertThat(H2Source.Url.parse("jdbc:h2:./x/otp;write_delay=20;PAGE_SIZE=4096")
                        .forDriver())
                .contains(";write_delay=20;PAGE_SIZE=4096")
                .doesNotContain("WRITE_DELAY")
                .containsOnlyOnce("PAGE_SIZE");
    }

    @Test
    void urlsThatAreNotSupportedAreToldSo() {
        for (String url : List.of("jdbc:oracle:thin:@x", "jdbc:h2:tcp://localhost/x", "jdbc:h2:zip:x!/y", "", "x")) {
            assertThatThrownBy(() -> JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 1), CLOCK))
                    .as(url)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Expected");
        }
    }

    @Test
    void aWrongPasswordIsToldSo() {
        open().close();

        assertThatThrownBy(() -> JdbiDatabase.open(new JdbiDatabase.Settings(url(), "", "guess", 1), CLOCK))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("user or password");
    }

    @Test
    void metadataKeepsWhatCameFirst() {
        try (JdbiDatabase database = open()) {
            assertThat(database.metadata().get("pepper")).isEmpty();
            assertThat(database.metadata().putIfAbsent("pepper", "a")).isEqualTo("a");
            assertThat(database.metadata().putIfAbsent("pepper", "b")).isEqualTo("a");
            database.metadata().put("other", "c");
            database.metadata().put("other", "d");
            assertThat(database.metadata().get("other")).contains("d");
        }
        try (JdbiDatabase database = open()) {
            assertThat(database.metadata().get("pepper")).contains("a");
        }
    }

    @Test
    void aPendingMessageIsDueAtOnceWhenTheDatabaseIsOpenedAgain() {
        Session pending;
        Session sent;
        try (JdbiDatabase database = open()) {
            pending = added(database);
            sent = added(database);
            database.sessions().decide(sent.id(), s -> s.dispatched(1, Outcome.ACCEPTED, CLOCK.instant()));
            assertThat(database.sessions().claimDue(CLOCK.instant(), 10)).isEmpty();
        }
        try (JdbiDatabase database = open()) {
            assertThat(database.sessions().claimDue(CLOCK.instant(), 10)).containsExactly(pending);
        }
    }

    @Test
    void aListenerThatThrowsDisturbsNobody() {
        try (JdbiDatabase database = open()) {
            List<Session> heard = new ArrayList<>();
            database.sessions().listen((session, events) -> {
                throw new IllegalStateException("as intended");
            });
            database.sessions().listen((session, events) -> heard.add(session));

            Session session = added(database);

            await().untilAsserted(() -> assertThat(heard).containsExactly(session));
        }
    }

    @Test
    void oneRowThatCannotBeWrittenDoesNotHarmTheOthersOfItsBatch() throws Exception {
        try (JdbiDatabase database = open()) {
            Sessions sessions = database.sessions();
            Widget widget = database.widgets().save(ContractFixtures.widget());
            Session session = added(database);
            Decision<SessionId> twice = ContractFixtures.started(widget, CLOCK.instant());
            sessions.add(twice);
            CountDownLatch held = new CountDownLatch(1);
            CountDownLatch holds = new CountDownLatch(1);
            CompletableFuture<?> holding = CompletableFuture.runAsync(() -> sessions.decide(session.id(), s -> {
                holds.countDown();
                awaitQuietly(held);
                return s.dispatched(1, Outcome.ACCEPTED, CLOCK.instant());
            }));
            assertThat(holds.await(5, TimeUnit.SECONDS)).isTrue();
            // these wait together, so they are one batch
            Decision<SessionId> good = ContractFixtures.started(widget, CLOCK.instant());
            CompletableFuture<Void> bad = CompletableFuture.runAsync(() -> sessions.add(twice));
            CompletableFuture<Void> added = CompletableFuture.runAsync(() -> sessions.add(good));
            CompletableFuture<?> moved = sessions.submit(session.id(), s -> s.checkCode(c -> false, CLOCK.instant()));
            LockSupport.parkNanos(200_000_000);
            held.countDown();

            holding.get(5, TimeUnit.SECONDS);
            added.get(5, TimeUnit.SECONDS);
            moved.get(5, TimeUnit.SECONDS);
            assertThatThrownBy(bad::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            assertThat(sessions.find(good.answer())).contains(good.next());
        }
    }

    @Test
    void whoeverWaitsTooLongIsToldThatTheStoreIsUnavailable() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        try (JdbiDatabase database = open()) {
            Session session = added(database);
            CountDownLatch holds = new CountDownLatch(1);
            CompletableFuture<?> holding =
                    CompletableFuture.runAsync(() -> database.sessions().submit(session.id(), s -> {
                        holds.countDown();
                        awaitQuietly(held);
                        return s.cancel(CLOCK.instant());
                    }));
            assertThat(holds.await(5, TimeUnit.SECONDS)).isTrue();
            long start = System.nanoTime();

            assertThatThrownBy(() -> database.sessions().decide(session.id(), s -> s.cancel(CLOCK.instant())))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(8));
            held.countDown();
            holding.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void aThreadThatIsInterruptedDoesNotCloseTheDatabaseForTheOthers() {
        try (JdbiDatabase database = open()) {
            Session session = added(database);
            Thread.currentThread().interrupt();
            Optional<Session> found;
            try {
                found = database.sessions().find(session.id());
            } catch (StoreUnavailableException e) {
                found = Optional.empty(); // the pool does not wait for one who is interrupted
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            assertThat(found)
                    .satisfiesAnyOf(
                            one -> assertThat(one).isEmpty(),
                            one -> assertThat(one).contains(session));
            assertThat(database.sessions().find(session.id())).contains(session);
        }
    }

    @Test
    void closingFinishesWhatWaits() {
        List<CompletableFuture<?>> moves = new ArrayList<>();
        Session session;
        try (JdbiDatabase database = open()) {
            session = added(database);
            moves.add(
                    database.sessions().submit(session.id(), s -> s.dispatched(1, Outcome.ACCEPTED, CLOCK.instant())));
            for (int i = 0; i < 200; i++) {
                moves.add(database.sessions()
                        .submit(session.id(), s -> s.dispatched(1, Outcome.ACCEPTED, CLOCK.instant())));
            }
        }
        assertThat(moves).allSatisfy(move -> assertThat(move).isCompleted());
        try (JdbiDatabase database = open()) {
            assertThat(database.sessions().timeline(session.id())).hasSize(202);
        }
    }

    @Test
    void afterClosingTheStoreIsUnavailable() {
        JdbiDatabase database = open();
        Session session = added(database);
        Sessions sessions = database.sessions();
        assertThat(database.isReachable()).isTrue();
        database.close();

        assertThat(database.isReachable()).isFalse();
        assertThatThrownBy(() -> sessions.find(session.id())).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> sessions.decide(session.id(), s -> s.cancel(CLOCK.instant())))
                .isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void widgetRevisionsThatNoSessionCanNeedAreForgotten() throws Exception {
        try (JdbiDatabase database = open()) {
            Widget widget = database.widgets().save(ContractFixtures.widget());
            database.widgets().save(widget);
            assertThat(database.sessions().deleteGone(CLOCK.instant().plus(Duration.ofHours(1)), 10))
                    .isZero();
            assertThat(revisions()).isEqualTo(2);

            assertThat(database.sessions().deleteGone(CLOCK.instant().plus(Duration.ofHours(3)), 10))
                    .isZero();
            assertThat(revisions()).isEqualTo(1);
            assertThat(database.widgets().find(widget.id())).contains(widget.withRevision(2));
        }
    }

    @Test
    void aSecondProcessIsToldThatTheDatabaseIsInUse() throws Exception {
        Process child = child();
        try (BufferedReader lines = lines(child)) {
            assertThat(lines.readLine()).isNotNull();

            assertThatThrownBy(() -> open())
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("in use by another process");
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws Exception {
        killAndCheck(500);
    }

    @Tag("heavy")
    @ParameterizedTest
    @ValueSource(ints = {3_000, 9_000, 20_000})
    void nothingAcknowledgedIsLostHoweverOftenTheProcessIsKilled(int acknowledgements) throws Exception {
        killAndCheck(acknowledgements);
        killAndCheck(acknowledgements / 2); // the same file, not closed properly
    }

    /** Kills a writing process after that many acknowledgements, and looks for all of them. */
    private void killAndCheck(int acknowledgements) throws Exception {
        Map<UUID, Integer> acknowledged = new HashMap<>();
        Process child = child();
        try (BufferedReader lines = lines(child)) {
            int count = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int space = line.indexOf(' ');
                if (space == 36 && line.length() == 38) {
                    acknowledged.merge(UUID.fromString(line.substring(0, space)), line.charAt(37) - '0', Math::max);
                }
                if (++count == acknowledgements) {
                    child.toHandle().destroyForcibly(); // SIGKILL; what it printed before can still be read
                }
            }
        }
        assertThat(child.waitFor()).isEqualTo(128 + 9);
        assertThat(acknowledged.values().stream().mapToInt(i -> i).sum()).isGreaterThanOrEqualTo(acknowledgements);

        try (JdbiDatabase database = open()) {
            List<String> lost = new ArrayList<>();
            acknowledged.forEach((id, changes) -> {
                Optional<Session> found = database.sessions().find(new SessionId(id));
                int kept = database.sessions().timeline(new SessionId(id)).size();
                if (found.isEmpty() || kept < changes) {
                    lost.add(id + ": " + kept + " of " + changes);
                } else if (found.get() instanceof Waiting) {
                    assertThat(changes).isEqualTo(1);
                }
            });
            assertThat(lost).as("of %s sessions", acknowledged.size()).isEmpty();
        }
    }

    @Tag("heavy")
    @Test
    void theFileStaysBoundedUnderSteadyLoad() throws Exception {
        Path file = directory.resolve("otp.mv.db");
        long early = 0;
        long late = 0;
        try (JdbiDatabase database = open()) {
            Widget widget = database.widgets().save(ContractFixtures.widget());
            Sessions sessions = database.sessions();
            long start = System.nanoTime();
            Thread[] threads = new Thread[8];
            for (int t = 0; t < threads.length; t++) {
                threads[t] = new Thread(() -> {
                    while (System.nanoTime() - start < 40_000_000_000L) {
                        Decision<SessionId> started = ContractFixtures.started(widget, CLOCK.instant());
                        sessions.add(started);
                        sessions.decide(started.answer(), s -> s.dispatched(1, Outcome.ACCEPTED, CLOCK.instant()));
                        LockSupport.parkNanos(2_000_000L);
                    }
                });
                threads[t].start();
            }
            for (int second = 0; second < 40; second++) {
                LockSupport.parkNanos(1_000_000_000L);
                // as if they had lived for five seconds
                try {
                    while (sessions.deleteGone(CLOCK.instant().plusSeconds(600 - 5), 500) == 500) {}
                } catch (StoreUnavailableException e) {
                    // more than the machine could write in time: a sweep comes again a second later
                }
                long size = Files.size(file);
                if (second < 10) {
                    early = Math.max(early, size);
                } else {
                    late = Math.max(late, size);
                }
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        // without bound four times as many sessions would be there by then
        assertThat(late).isLessThan(2 * early);
    }

    // ---- steps

    private static Session added(JdbiDatabase database) {
        Decision<SessionId> started =
                ContractFixtures.started(database.widgets().save(ContractFixtures.widget()), CLOCK.instant());
        database.sessions().add(started);
        return started.next();
    }

    private Process child() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadingChild.class.getName(),
                        url())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader lines(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Looks past the adapter. */
    private int revisions() throws Exception {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:h2:retry:" + directory.resolve("otp"), "sa", "");
                var rows = connection.createStatement().executeQuery("SELECT COUNT(*) FROM widget_revisions")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
