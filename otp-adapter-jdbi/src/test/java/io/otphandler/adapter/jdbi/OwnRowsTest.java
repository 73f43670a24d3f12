package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

import io.otphandler.application.port.ContractFixtures;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.Widget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of what is acknowledged while the tables cannot be written. */
final class OwnRowsTest {

    private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");

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

    /** As the lane has it. */
    private SessionId started() throws SQLException {
        Decision<SessionId> started = ContractFixtures.started(widget, NOW);
        Batch batch = new Batch();
        batch.entries().put(started.answer(), Batch.Entry.toBe(null));
        rows.write(take(batch, started.answer(), started), () -> {});
        return started.answer();
    }

    private void moved(SessionId id) throws SQLException {
        Batch batch = new Batch();
        SessionRow known = rows.known(id);
        assertThat(known).isNotNull();
        batch.entries().put(id, Batch.Entry.of(known));
        rows.write(take(batch, id, known.session().dispatched(1, Outcome.ACCEPTED, NOW)), () -> {});
    }

    private static Batch take(Batch batch, SessionId id, Decision<?> decision) {
        Batch.Entry entry = batch.entries().get(id);
        assertThat(entry).isNotNull();
        entry.take(decision, NOW);
        return batch;
    }

    /** From the tables alone. */
    private SessionRow read(SessionId id) throws Exception {
        OwnRows fresh = new OwnRows(source, new WidgetRevisions(), null, true);
        try {
            Batch batch = new Batch();
            fresh.load(batch, Set.of(id), Set.of(), (unreadable, failure) -> {
                throw failure;
            });
            Batch.Entry entry = batch.entries().get(id);
            assertThat(entry).isNotNull();
            Session session = entry.session;
            assertThat(session).isNotNull();
            return entry.row(session);
        } finally {
            fresh.disconnect();
        }
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
