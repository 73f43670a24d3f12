package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.otphandler.application.port.ContractFixtures;
import io.otphandler.application.port.SessionListener;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.Widget;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that crashes under two nodes and comes back: refusals in time, nothing lost, no hand laid on. */
@Tag("heavy")
final class PostgresOutageTest {

    private static final Clock CLOCK = Clock.tickMillis(ZoneOffset.UTC);
    private static final int THREADS_A_NODE = 12;
    private static final Duration TO_RECOVER = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private int port;
    private EmbeddedPostgres server;
    private JdbiDatabase a;
    private JdbiDatabase b;

    @BeforeEach
    void open() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        server = started();
        a = node();
        b = node();
        a.migrate();
    }

    @AfterEach
    void close() throws Exception {
        a.close();
        b.close();
        server.close();
    }

    @Test
    void aServerThatCrashesUnderLoadAndComesBackCostsNothingThatWasAcknowledged() throws Exception {
        assertThat(setting("fsync")).isEqualTo("on");
        assertThat(setting("synchronous_commit")).isEqualTo("on");
        Load load = new Load(a.widgets().save(ContractFixtures.widget()));
        Heard atA = new Heard(a);
        Heard atB = new Heard(b);
        load.start();
        load.awaitProgress();
        await().untilAsserted(() -> assertThat(atA.elsewhere).isNotEmpty());
        await().untilAsserted(() -> assertThat(atB.elsewhere).isNotEmpty());

        for (int round = 1; round <= 2; round++) {
            crash();
            await().untilAsserted(() -> assertThat(load.refused.get()).isGreaterThan(20));
            await().until(() -> !a.isReachable() && !b.isReachable());
            int acknowledged = load.acknowledgedCount.get();
            // long enough for whatever waits for an answer to be told that there is none
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            while (System.nanoTime() < end) {
                assertThat(a.isReachable()).isFalse();
                LockSupport.parkNanos(100_000_000);
            }
            assertThat(load.acknowledgedCount).hasValue(acknowledged);
            atA.elsewhere.clear();
            atB.elsewhere.clear();

            long back = System.nanoTime();
            server = started();
            await().atMost(TO_RECOVER).until(() -> a.isReachable() && b.isReachable());
            load.awaitProgress();
            await().atMost(TO_RECOVER)
                    .untilAsserted(() -> assertThat(atA.elsewhere).isNotEmpty());
            await().atMost(TO_RECOVER)
                    .untilAsserted(() -> assertThat(atB.elsewhere).isNotEmpty());
            System.out.printf(
                    "outage %d: %d acknowledged, %d refused, the slowest refusal after %d ms;"
                            + " both nodes went on %d ms after the start%n",
                    round,
                    load.acknowledgedCount.get(),
                    load.refused.get(),
                    TimeUnit.NANOSECONDS.toMillis(load.slowest.get()),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back));
        }
        load.stop();

        load.assertNothingIsAmiss();
    }

    @Test
    void aServerThatHangsAndGoesOnCostsNothingThatWasAcknowledged() throws Exception {
        Load load = new Load(a.widgets().save(ContractFixtures.widget()));
        load.start();
        load.awaitProgress();

        List<Long> processes = processes();
        signal("-STOP", processes);
        try {
            await().untilAsserted(() -> assertThat(load.refused.get()).isGreaterThan(20));
            await().until(() -> !a.isReachable() && !b.isReachable());
            // one after another is told soon, although nothing has answered yet
            await().untilAsserted(() -> assertThat(load.refused.get()).isGreaterThan(1_000));
        } finally {
            signal("-CONT", processes);
        }
        await().atMost(TO_RECOVER).until(() -> a.isReachable() && b.isReachable());
        load.awaitProgress();
        load.stop();
        System.out.printf(
                "hang: %d refused, the slowest refusal after %d ms%n",
                load.refused.get(), TimeUnit.NANOSECONDS.toMillis(load.slowest.get()));

        load.assertNothingIsAmiss();
    }

    // ---- steps

    /** With the same data, and writing to disk what it commits, which is not what such servers do by themselves. */
    private EmbeddedPostgres started() throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("data"))
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    /** What {@code pg_ctl stop -m immediate} does: nothing is finished, nothing is written. */
    private void crash() throws Exception {
        long postmaster = postmaster();
        signal("-QUIT", List.of(postmaster));
        await().until(() ->
                !ProcessHandle.of(postmaster).map(ProcessHandle::isAlive).orElse(false));
        server.close(); // lets the lock on the directory go
    }

    private long postmaster() throws IOException {
        Path file = directory.resolve("data").resolve("postmaster.pid");
        return Long.parseLong(Files.readAllLines(file).get(0).strip());
    }

    /** The postmaster and all that it has started, itself first: it starts none when it hangs. */
    private List<Long> processes() throws IOException {
        ProcessHandle postmaster = ProcessHandle.of(postmaster()).orElseThrow();
        return Stream.concat(Stream.of(postmaster), postmaster.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    private static void signal(String name, List<Long> processes) throws Exception {
        List<String> command = new ArrayList<>(List.of("kill", name));
        processes.forEach(process -> command.add(process.toString()));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private String url() {
        return "jdbc:postgresql://localhost:" + port + "/postgres?user=postgres";
    }

    private JdbiDatabase node() {
        return JdbiDatabase.open(new JdbiDatabase.Settings(url(), "", "", 4), CLOCK);
    }

    private String setting(String name) throws Exception {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + name)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    /** Threads that add, move and find on both nodes without end, and remember what they were told. */
    private final class Load {
        final Map<SessionId, Integer> acknowledged = new ConcurrentHashMap<>();
        final AtomicInteger acknowledgedCount = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        /** How long it took to be refused, in nanoseconds. */
        final AtomicLong slowest = new AtomicLong();

        final Collection<Throwable> surprises = new ConcurrentLinkedQueue<>();
        private final Widget widget;
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean stopping;

        Load(Widget widget) {
            this.widget = widget;
        }

        void start() {
            for (JdbiDatabase node : List.of(a, b)) {
                for (int i = 0; i < THREADS_A_NODE; i++) {
                    Thread thread = new Thread(() -> run(node.sessions()));
                    threads.add(thread);
                    thread.start();
                }
            }
        }

        void stop() throws InterruptedException {
            stopping = true;
            for (Thread thread : threads) {
                thread.join(10_000);
                assertThat(thread.isAlive()).isFalse();
            }
        }

        /** Waits for so much that every thread must have had a share. */
        void awaitProgress() {
            int before = acknowledgedCount.get();
            await().atMost(TO_RECOVER)
                    .untilAsserted(() -> assertThat(acknowledgedCount.get()).isGreaterThan(before + 2_000));
        }

        void assertNothingIsAmiss() {
            assertThat(surprises).isEmpty();
            assertThat(Duration.ofNanos(slowest.get())).isLessThan(Duration.ofSeconds(3));
            List<String> lost = new ArrayList<>();
            acknowledged.forEach((id, changes) -> {
                int kept = b.sessions().timeline(id).size();
                if (b.sessions().find(id).isEmpty() || kept < changes) {
                    lost.add(id + ": " + kept + " of " + changes);
                }
            });
            assertThat(lost).as("of %s sessions", acknowledged.size()).isEmpty();
        }

        private void run(Sessions sessions) {
            while (!stopping) {
                Decision<SessionId> started = ContractFixtures.started(widget, CLOCK.instant());
                SessionId id = started.answer();
                boolean goesOn = done(id, 1, () -> sessions.add(started))
                        && done(id, 1, () -> assertThat(sessions.find(id)).contains(started.next()))
                        && done(
                                id,
                                2,
                                () -> moved(sessions, id, s -> s.dispatched(1, Outcome.ACCEPTED, CLOCK.instant())))
                        && done(id, 3, () -> moved(sessions, id, s -> s.checkCode(code -> false, CLOCK.instant())));
                if (!goesOn) {
                    // as a client would, only sooner
                    LockSupport.parkNanos(20_000_000);
                }
            }
        }

        private <T> void moved(Sessions sessions, SessionId id, Function<Session, Decision<T>> move) {
            assertThat(sessions.decide(id, move)).isPresent();
        }

        private boolean done(SessionId id, int changes, Runnable work) {
            long start = System.nanoTime();
            try {
                work.run();
                acknowledged.merge(id, changes, Math::max);
                acknowledgedCount.incrementAndGet();
                return true;
            } catch (StoreUnavailableException e) {
                slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
                refused.incrementAndGet();
            } catch (RuntimeException | AssertionError e) {
                surprises.add(e);
            }
            return false;
        }
    }

    /** Which changes of the other node a node's listeners are told from now on. */
    private static final class Heard implements SessionListener {
        final Set<SessionId> elsewhere = ConcurrentHashMap.newKeySet();

        Heard(JdbiDatabase node) {
            node.sessions().listen(this);
        }

        @Override
        public void changed(Session session, List<SessionEvent> events) {}

        @Override
        public void changedElsewhere(Collection<SessionId> ids) {
            elsewhere.addAll(ids);
        }
    }
}
