package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;

import io.otphandler.adapter.jdbi.UnwrittenCounters.Tallied;
import io.otphandler.application.port.Counter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableWriterTest {

    private static final long TOMORROW = 1_800_000_000_000L;

    @TempDir
    Path directory;

    private H2Source h2;

    @BeforeEach
    void open() throws Exception {
        String url = "jdbc:h2:file:" + directory.resolve("otp");
        try (JdbiDatabase database = JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 1), Clock.systemUTC())) {
            database.migrate();
        }
        h2 = new H2Source(url, "", "").start();
    }

    @AfterEach
    void close() {
        h2.close();
    }

    /** Five thousand counters are several transactions. */
    @Test
    void whatWasHalfWrittenIsWrittenOnceMore() throws SQLException {
        Unwritten unwritten = new Unwritten();
        Map<UUID, Long> expected = new HashMap<>();
        for (long i = 0; i < 5_000; i++) {
            Counter counter = new Counter(UUID.randomUUID(), Counter.Kind.SENDS);
            unwritten.counters().put(counter, new Tallied(new long[] {i}, TOMORROW, true));
            expected.put(counter.key(), i);
        }
        try (TableWriter failing = new TableWriter(failingAtCommit(2))) {
            assertThatThrownBy(() -> failing.write(unwritten, null, 0, 0))
                    .isInstanceOf(SQLException.class)
                    .hasMessage("The disk is full");
        }
        assertThat(counters()).hasSizeBetween(1, 4_999);

        try (TableWriter writer = new TableWriter(h2)) {
            writer.write(unwritten, null, 0, 0);
        }
        assertThat(counters()).isEqualTo(expected);
    }

    private DataSource failingAtCommit(int which) throws SQLException {
        Connection real = h2.getConnection();
        Connection connection = mock(Connection.class, delegatesTo(real));
        AtomicInteger commits = new AtomicInteger();
        doAnswer(call -> {
                    if (commits.incrementAndGet() == which) {
                        throw new SQLException("The disk is full");
                    }
                    real.commit();
                    return null;
                })
                .when(connection)
                .commit();
        DataSource source = mock(DataSource.class);
        doReturn(connection).when(source).getConnection();
        return source;
    }

    private Map<UUID, Long> counters() throws SQLException {
        Map<UUID, Long> found = new HashMap<>();
        try (Connection connection = h2.getConnection();
                PreparedStatement all = connection.prepareStatement("SELECT counter, hits FROM limits");
                ResultSet rows = all.executeQuery()) {
            while (rows.next()) {
                found.put(rows.getObject(1, UUID.class), CounterRow.hits(rows, "hits")[0]);
            }
        }
        return found;
    }
}
