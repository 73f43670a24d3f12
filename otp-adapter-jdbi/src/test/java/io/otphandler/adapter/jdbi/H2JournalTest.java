package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.otphandler.application.port.BudgetId;
import io.otphandler.application.port.ContractFixtures;
import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Limit;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.limit.Allowance;
import io.otphandler.domain.limit.Rule;
import io.otphandler.domain.session.Completed;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.Widget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the journal and not in the tables yet, and what a kill at any moment leaves of it. */
final class H2JournalTest {

    private final MovableClock clock = new MovableClock();

    @TempDir
    Path directory;

    private JdbiDatabase database;
    private Sessions sessions;
    private Widget widget;

    @BeforeEach
    void open() {
        database = open(directory.resolve("otp"));
        sessions = database.sessions();
        widget = database.widgets().save(ContractFixtures.widget());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
        SessionId completed = completed();
        SessionId pending = started();
        SessionId sent = sent();

        try (JdbiDatabase killed = open(copy("killed"))) {
            assertThat(killed.sessions().find(completed)).containsInstanceOf(Completed.class);
            assertThat(killed.sessions().timeline(completed)).hasSize(4);
            assertThat(killed.sessions().find(sent)).containsInstanceOf(Sent.class);
            assertThat(killed.sessions().claimDue(clock.instant(), 10))
                    .extracting(Session::id)
                    .containsExactly(pending);
        }
    }

    @Test
    void whatWasCountedIsThereAfterAKill() throws Exception {
        List<Limit> limits =
                List.of(new Limit(new BudgetId(UUID.randomUUID()).messages(), new Rule(2, Duration.ofDays(1)), true));
        assertThat(database.limits().take(limits, clock.instant())).isEmpty();
        assertThat(database.limits().take(limits, clock.instant())).isEmpty();

        try (JdbiDatabase killed = open(copy("killed"))) {
            assertThat(killed.limits().take(limits, clock.instant())).isPresent();
        }
    }

    /** Sessions are read from tables more often; counters stay in the journal for longer. */
    @Test
    void whatWasCountedIsThereAfterAKillThoughTheTablesHaveTheSessionsAlone() throws Exception {
        List<Limit> limits =
                List.of(new Limit(new BudgetId(UUID.randomUUID()).messages(), new Rule(3, Duration.ofDays(1)), true));
        assertThat(database.limits().take(limits, clock.instant())).isEmpty();
        SessionId first = sent();
        assertThat(sessions.timeline(first)).hasSize(2);
        assertThat(journals(directory)).hasSize(1);
        assertThat(database.limits().take(limits, clock.instant())).isEmpty();
        SessionId second = sent();
        assertThat(sessions.timeline(second)).hasSize(2);
        assertThat(journals(directory)).hasSize(2);
        assertThat(database.limits().take(limits, clock.instant())).isEmpty();
        SessionId third = sent();

        Path killed = copy("killed");
        try (JdbiDatabase again = open(killed)) {
            assertThat(journals(killed.getParent())).isEmpty();
            assertThat(again.limits().take(limits, clock.instant())).isPresent();
            for (SessionId session : List.of(first, second, third)) {
                assertThat(again.sessions().timeline(session)).hasSize(2);
            }
        }
    }

    @Test
    void whatIsLiftedStaysLiftedAfterAKill() throws Exception {
        Counter counter = new BudgetId(UUID.randomUUID()).messages();
        List<Limit> limits = List.of(new Limit(counter, new Rule(1, Duration.ofDays(1)), true));
        assertThat(database.limits().take(limits, clock.instant())).isEmpty();
        sessions.timeline(sent());

        database.limits().lift(List.of(counter));

        try (JdbiDatabase killed = open(copy("killed"))) {
            assertThat(killed.limits().take(limits, clock.instant())).isEmpty();
        }
    }

    @Test
    void aKillAtTheStartAfterAKillLosesNothingEither() throws Exception {
        SessionId session = completed();
        Path killed = copy("killed");
        try (JdbiDatabase again = open(killed)) {
            SessionId other = started(again.sessions());
            try (JdbiDatabase third = open(copy(killed, "again"))) {
                assertThat(third.sessions().timeline(session)).hasSize(4);
                assertThat(third.sessions().find(other)).isPresent();
            }
        }
    }

    @Test
    void nothingIsLeftInTheJournalOnceTheDatabaseIsClosed() throws Exception {
        SessionId session = completed();
        assertThat(journals(directory)).hasSize(1);

        database.close();

        assertThat(journals(directory)).isEmpty();
        open();
        assertThat(sessions.timeline(session)).hasSize(4);
    }

    @Test
    void whatTheTablesHaveLeavesTheJournalByItself() {
        SessionId session = completed();

        await().untilAsserted(() -> assertThat(journals(directory)).isEmpty());
        assertThat(sessions.timeline(session)).hasSize(4);
    }

    /** Killed after the tables were written, before the journal's file was removed. */
    @Test
    void whatTheTablesHaveIsNotBroughtThereASecondTime() throws Exception {
        SessionId session = sent();
        Path journal = journals(directory).get(0);
        byte[] before = Files.readAllBytes(journal);
        sessions.timeline(session);
        assertThat(journals(directory)).isEmpty();
        Path killed = copy("killed");
        Files.write(killed.resolveSibling(journal.getFileName()), before);

        try (JdbiDatabase again = open(killed)) {
            assertThat(again.sessions().timeline(session)).hasSize(2);
            assertThat(again.sessions().find(session)).containsInstanceOf(Sent.class);
        }
        assertThat(journals(killed.resolveSibling(""))).isEmpty();
    }

    /** Wherever the process was killed while it wrote: what was whole is kept, the rest was not acknowledged. */
    @Test
    void ofAJournalThatEndsAnywhereAllIsKeptThatIsWhole() throws Exception {
        List<Long> lengths = new ArrayList<>();
        List<SessionId> started = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            started.add(started());
            lengths.add(Files.size(journals(directory).get(0)));
        }
        Path whole = copy("whole");
        byte[] bytes = Files.readAllBytes(journals(whole.resolveSibling("")).get(0));
        for (int length = 0; length < bytes.length; length += 37) {
            Path killed = copy(whole, "at" + length);
            Files.write(journals(killed.resolveSibling("")).get(0), Arrays.copyOf(bytes, length));
            int end = length;
            try (JdbiDatabase again = open(killed)) {
                for (int i = 0; i < started.size(); i++) {
                    assertThat(again.sessions().find(started.get(i)).isPresent())
                            .as("session %s of a journal that ends at %s", i, end)
                            .isEqualTo(lengths.get(i) <= end);
                }
            }
        }
    }

    @Test
    void whatIsDamagedIsNotTakenForWhatWasWritten() throws Exception {
        SessionId first = started();
        long end = Files.size(journals(directory).get(0));
        SessionId second = started();
        Path killed = copy("killed");
        Path journal = journals(killed.resolveSibling("")).get(0);
        byte[] bytes = Files.readAllBytes(journal);
        bytes[(int) end + 20] ^= 1;
        Files.write(journal, bytes);

        try (JdbiDatabase again = open(killed)) {
            assertThat(again.sessions().find(first)).isPresent();
            assertThat(again.sessions().find(second)).isEmpty();
        }
    }

    @Test
    void theJournalOfAnotherDatabaseIsRefusedAndLeftAlone() throws Exception {
        assertThat(sessions.find(sent())).isPresent();
        Path other = copy("other");
        Path journal = journals(other.resolveSibling("")).get(0);
        byte[] bytes = Files.readAllBytes(journal);
        database.close();
        open();
        assertThat(sessions.find(sent())).isPresent();
        database.close();
        Path here = Files.write(directory.resolve(journal.getFileName()), bytes);

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(here.toString())
                .hasMessageContaining("belongs to another state of the database")
                .hasMessageContaining("move the journal away");
        assertThat(here).hasBinaryContent(bytes);
        Files.delete(here);
        open();
    }

    @Test
    void aFileThatIsNoJournalIsRefused() throws Exception {
        database.close();
        Records records = new Records();
        records.begin(Records.HEADER);
        records.number(Journal.FORMAT + 1);
        records.end();
        Path here = directory.resolve("otp.journal.1");
        Files.write(here, Arrays.copyOf(records.block(), records.length()));

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("cannot be understood; was it written by another version?");
        Files.delete(here);
        open();
    }

    @Test
    void whatComesTogetherIsWrittenOnce() throws Exception {
        List<SessionId> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(completed());
        }
        assertThat(sessions.findAll(ids)).hasSize(20).allMatch(Completed.class::isInstance);
        try (var connection = DriverManager.getConnection("jdbc:h2:retry:" + directory.resolve("otp"), "sa", "");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*), MIN(version), MAX(version) FROM sessions")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(20);
            assertThat(row.getInt(2)).isEqualTo(4);
            assertThat(row.getInt(3)).isEqualTo(4);
        }
    }

    @Test
    void aRenewedLeaseIsNotUndoneByAChangeThatLeavesTheMessagePending() throws Exception {
        SessionId id = started();
        clock.advance(Sessions.LEASE);
        assertThat(sessions.claimDue(clock.instant(), 10))
                .extracting(Session::id)
                .containsExactly(id);
        assertThat(sessions.decide(id, s -> s.checkCode(code -> false, clock.instant())))
                .isPresent();
        assertThat(sessions.claimDue(clock.instant(), 10)).isEmpty();
        clock.advance(Sessions.LEASE.minusMillis(1));
        assertThat(sessions.claimDue(clock.instant(), 10)).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(sessions.claimDue(clock.instant(), 10))
                .extracting(Session::id)
                .containsExactly(id);
    }

    /** There is no journal where it would tell what the database hides: the tables are written at once. */
    @Test
    void ofAnEncryptedDatabaseNothingIsReadableAndNothingIsLost() throws Exception {
        Path folder = Files.createDirectories(directory.resolve("encrypted"));
        String more = ";CIPHER=AES";
        SessionId id;
        try (JdbiDatabase encrypted = open(folder.resolve("otp"), more, "secret word")) {
            Widget there = encrypted.widgets().save(ContractFixtures.widget());
            Decision<SessionId> started = ContractFixtures.started(there, clock.instant());
            id = started.answer();
            encrypted.sessions().add(started);
            Path killed = copy(folder.resolve("otp"), "encrypted-killed");
            try (JdbiDatabase again = open(killed, more, "secret word")) {
                assertThat(again.sessions().find(id)).isPresent();
            }
        }
        String recipient = ContractFixtures.PHONE.value();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.toList())
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                            .doesNotContain(recipient));
        }
    }

    @Test
    void aJournalThatCannotBeWrittenIsToldAndNothingIsKept() throws Exception {
        SessionId session = sent();
        sessions.timeline(session);
        // the next file cannot be created: something else is in its place
        Files.createDirectories(directory.resolve("otp.journal.2/x"));
        Decision<SessionId> refused = ContractFixtures.started(widget, clock.instant());

        assertThatThrownBy(() -> sessions.add(refused)).isInstanceOf(StoreUnavailableException.class);
        assertThat(sessions.find(refused.answer())).isEmpty();

        Files.delete(directory.resolve("otp.journal.2/x"));
        Files.delete(directory.resolve("otp.journal.2"));
        sessions.add(refused);
        assertThat(sessions.find(refused.answer())).isPresent();
    }

    // ---- steps

    private SessionId started() {
        return started(sessions);
    }

    private SessionId started(Sessions in) {
        Decision<SessionId> started = ContractFixtures.started(widget, clock.instant());
        in.add(started);
        return started.answer();
    }

    private SessionId sent() {
        SessionId id = started();
        assertThat(sessions.decide(id, s -> s.dispatched(1, Outcome.ACCEPTED, clock.instant())))
                .isPresent();
        return id;
    }

    private SessionId completed() {
        SessionId id = sent();
        assertThat(sessions.decide(id, s -> s.checkCode(code -> true, clock.instant())))
                .isPresent();
        assertThat(sessions.decide(id, s -> s.completeIfConfirmed(clock.instant())))
                .isPresent();
        return id;
    }

    /** The files as they are at this moment, as a kill would leave them. */
    private Path copy(String name) throws IOException {
        return copy(directory.resolve("otp"), name);
    }

    private Path copy(Path from, String name) throws IOException {
        Path to = Files.createDirectories(directory.resolve(name));
        while (!copied(from.resolveSibling(""), to)) {
            for (Path stale : journals(to)) {
                Files.delete(stale);
            }
        }
        return to.resolve("otp");
    }

    /** False: a journal that the tables have by now was removed meanwhile, so this is no moment. */
    private static boolean copied(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(
                        to.resolve(file.getFileName()),
                        Files.readAllBytes(file),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING);
            }
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static List<Path> journals(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().contains(".journal."))
                    .sorted()
                    .toList();
        }
    }

    private JdbiDatabase open(Path where) {
        return open(where, "", "");
    }

    private JdbiDatabase open(Path where, String more, String password) {
        JdbiDatabase opened = JdbiDatabase.open(
                new JdbiDatabase.Settings("jdbc:h2:file:" + where + more, "", password, 4, Allowance.UNLIMITED), clock);
        try {
            opened.migrate();
            assertThat(opened.sessions().isShared()).isFalse();
            awaitKeys();
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Who reads them has all that was added by then written into the tables, and the journal is empty. */
    private static void awaitKeys() {
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("otp-key-reader")));
    }
}
