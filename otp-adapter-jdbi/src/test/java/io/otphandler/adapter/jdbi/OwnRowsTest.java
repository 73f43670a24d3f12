package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

import io.otphandler.application.port.ContractFixtures;
import io.otphandler.application.port.Counter;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.limit.Rule;
import io.otphandler.domain.limit.Tally;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.Widget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of what is acknowledged, or counts as deleted, before the tables are written. */
final class OwnRowsTest {

    private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
    private static final Rule MINUTE = new Rule(5, Duration.ofMinutes(1));
    /** Of what is counted then: the whole hour after it. */
    private static final Instant END = Instant.parse("2026-11-01T11:00:00Z");

    @TempDir
    Path directory;

    private final DataSource source = mock(DataSource.class);
    private volatile boolean away;
    private Widget widget;
    private H2Source h2;
    private OwnRows rows;

    @BeforeEach
    void open() throws Exception {
        String url = "jdbc:h2:file:" + directory.resolve("otp");
        try (JdbiDatabase database = JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 1), Clock.systemUTC())) {
            database.migrate();
            widget = database.widgets().save(ContractFixtures.widget());
        }
        h2 = new H2Source(url, "", "").start();
        doAnswer(call -> {
                    if (away) {
                        throw new SQLException("The disk is full", "90031");
                    }
                    return h2.getConnection();
                })
                .when(source)
                .getConnection();
        rows = start();
    }

    @AfterEach
    void close() {
        away = false;
        rows.close();
        rows.disconnect();
        h2.close();
    }

    @Test
    void whatIsAcknowledgedWhileTheTablesCannotBeWrittenIsKnownAndComesThereLater() throws Exception {
        away = true;
        SessionId id = started();
        moved(id);

        assertThatThrownBy(rows::settle)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("tables could not be written");
        assertThat(rows.known(id)).extracting(SessionRow::version).isEqualTo(2);
        SessionId another = started();
        assertThatThrownBy(rows::settle).isInstanceOf(StoreUnavailableException.class);

        away = false;
        rows.settle();
        assertThat(rows.isBehind(id)).isFalse();
        assertThat(rows.isBehind(another)).isFalse();
        assertThat(read(id).version()).isEqualTo(2);
        assertThat(read(another).version()).isEqualTo(1);
        assertThat(journals()).isEmpty();
    }

    @Test
    void whatCouldNotBeWrittenBeforeTheProcessEndedIsThereAfterTheNextStart() throws Exception {
        away = true;
        SessionId id = started();
        assertThatThrownBy(rows::settle).isInstanceOf(StoreUnavailableException.class);
        moved(id);
        SessionId another = started();
        rows.close();
        assertThat(journals()).hasSize(2);

        away = false;
        rows = start();
        assertThat(journals()).isEmpty();
        assertThat(read(id).version()).isEqualTo(2);
        assertThat(read(another).version()).isEqualTo(1);
    }

    @Test
    void aSessionThatWasGoneIsThereNoMoreFromItsMarkOn() throws Exception {
        SessionId gone = started();
        SessionId behind = started();
        restart();
        assertThat(rows.connection().isClosed()).isFalse(); // the lane has its connection, the writer has none yet
        away = true;
        moved(behind);

        assertThat(markGone()).isEqualTo(1);

        assertThat(rows.known(gone)).isNull();
        assertThat(isLoaded(rows, gone)).isFalse();
        assertThat(isLoaded(rows, behind)).isTrue();

        away = false;
        rows.deleteMarked();
        rows.settle();
        assertThat(isInTable(gone)).isFalse();
        assertThat(read(behind).version()).isEqualTo(2);
    }

    @Test
    void aCounterThatHadEndedIsCountedAnewWhileItsRowStillStands() throws Exception {
        Counter counter = new Counter(UUID.randomUUID(), Counter.Kind.SENDS);
        counted(counter, NOW);
        rows.settleCounters();

        assertThat(markEnded(END)).isZero();
        assertThat(markEnded(END.plusMillis(1))).isEqualTo(1);
        assertThat(tally(rows, counter)).isEqualTo(Tally.NONE);
        Instant later = END.plusMillis(1);
        counted(counter, later);
        rows.settleCounters();

        assertThat(tally(rows, counter)).isEqualTo(Tally.NONE.with(MINUTE, later));
        assertThat(inTable(counter)).isEqualTo(Tally.NONE.with(MINUTE, later));
        rows.deleteMarked();
        assertThat(inTable(counter)).isEqualTo(Tally.NONE.with(MINUTE, later));
    }

    @Test
    void aCounterThatWasCountedSinceIsNotMarked() throws Exception {
        Counter counter = new Counter(UUID.randomUUID(), Counter.Kind.SENDS);
        counted(counter, NOW);
        rows.settleCounters();
        restart();
        assertThat(rows.connection().isClosed()).isFalse();
        away = true;
        counted(counter, NOW.plusSeconds(1));

        assertThat(markEnded(END.plusMillis(1))).isZero();

        away = false;
        rows.settleCounters();
        assertThat(inTable(counter)).isEqualTo(tally(rows, counter));
    }

    @Test
    void whatIsMarkedWhileTheTablesCannotBeWrittenIsDeletedLater() throws Exception {
        SessionId gone = started();
        Counter counter = new Counter(UUID.randomUUID(), Counter.Kind.SENDS);
        counted(counter, NOW);
        restart();
        assertThat(markGone()).isEqualTo(1);
        assertThat(markEnded(END.plusMillis(1))).isEqualTo(1);

        away = true;
        assertThatThrownBy(rows::deleteMarked).isInstanceOf(StoreUnavailableException.class);
        assertThat(isLoaded(rows, gone)).isFalse();
        Instant later = END.plusMillis(1);
        counted(counter, later);

        away = false;
        rows.settleCounters();
        assertThat(isInTable(gone)).isFalse();
        assertThat(inTable(counter)).isEqualTo(Tally.NONE.with(MINUTE, later));
    }

    private void restart() {
        rows.close();
        rows.disconnect();
        rows = start();
    }

    private int markGone() throws SQLException {
        int marked = rows.markGone(rows.connection(), NOW.plus(Duration.ofDays(1)), 10);
        rows.commit();
        return marked;
    }

    private int markEnded(Instant before) throws SQLException {
        int marked = rows.markEnded(rows.connection(), before, 10);
        rows.commit();
        return marked;
    }

    private void counted(Counter counter, Instant at) throws SQLException {
        Batch batch = loaded(rows, Set.of(), Set.of(counter));
        batch.counters().set(counter, batch.counters().tally(counter).with(MINUTE, at), MINUTE.endOf(at));
        rows.write(batch, () -> {});
    }

    private static Batch loaded(OwnRows from, Set<SessionId> sessions, Set<Counter> counters) throws SQLException {
        Batch batch = new Batch();
        from.load(batch, sessions, counters, (unreadable, failure) -> {
            throw failure;
        });
        return batch;
    }

    private static boolean isLoaded(OwnRows from, SessionId id) throws SQLException {
        return loaded(from, Set.of(id), Set.of()).entries().containsKey(id);
    }

    private static Tally tally(OwnRows from, Counter counter) throws SQLException {
        return loaded(from, Set.of(), Set.of(counter)).counters().tally(counter);
    }

    private boolean isInTable(SessionId id) throws Exception {
        return fromTable(fresh -> isLoaded(fresh, id));
    }

    private Tally inTable(Counter counter) throws Exception {
        return fromTable(fresh -> tally(fresh, counter));
    }

    private <T> T fromTable(Look<T> look) throws Exception {
        OwnRows fresh = new OwnRows(source, new WidgetRevisions(), null, true);
        try {
            return look.at(fresh);
        } finally {
            fresh.disconnect();
        }
    }

    @FunctionalInterface
    private interface Look<T> {
        T at(OwnRows rows) throws SQLException;
    }

    /** As the lane has it. */
    private SessionId started() throws SQLException {
        Decision<SessionId> started = ContractFixtures.started(widget, NOW);
        Batch batch = new Batch();
        batch.entries().put(started.answer(), Batch.Entry.toBe(null));
        rows.write(take(batch, started.answer(), started), () -> {});
        return started.answer();
    }

    private void moved(SessionId id) throws SQLException {
        Batch batch = loaded(rows, Set.of(id), Set.of());
        Batch.Entry entry = batch.entries().get(id);
        assertThat(entry).isNotNull();
        Session session = entry.session;
        assertThat(session).isNotNull();
        rows.write(take(batch, id, session.dispatched(1, Outcome.ACCEPTED, NOW)), () -> {});
    }

    private static Batch take(Batch batch, SessionId id, Decision<?> decision) {
        Batch.Entry entry = batch.entries().get(id);
        assertThat(entry).isNotNull();
        entry.take(decision, NOW);
        return batch;
    }

    /** From the tables alone. */
    private SessionRow read(SessionId id) throws Exception {
        return fromTable(fresh -> {
            Batch.Entry entry = loaded(fresh, Set.of(id), Set.of()).entries().get(id);
            assertThat(entry).isNotNull();
            Session session = entry.session;
            assertThat(session).isNotNull();
            return entry.row(session);
        });
    }

    private OwnRows start() {
        OwnRows started =
                new OwnRows(source, new WidgetRevisions(), new Journal(directory.resolve("otp.mv.db")), false);
        started.start();
        return started;
    }

    private List<Path> journals() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().contains(".journal."))
                    .toList();
        }
    }
}
