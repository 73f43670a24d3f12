package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.domain.session.SessionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what is unwritten into the tables of a database that nobody else writes. Used by one thread. */
final class TableWriter extends PreparedConnection {

    private static final Logger log = LoggerFactory.getLogger(TableWriter.class);

    private static final String INSERT_COUNTER =
            "INSERT INTO limits (counter, kind, hits, ends_at) VALUES (?, ?, ?, ?)";
    private static final String UPDATE_COUNTER =
            "UPDATE limits SET hits = ?3, ends_at = ?4 WHERE counter = ?1 AND kind = ?2";

    /**
     * So many counters share a transaction: H2 keeps what a transaction has changed until it ends, several objects for
     * each row, and with tens of thousands of rows every collection copied them.
     */
    private static final int TOGETHER = 2_048;

    private final PreparedStatement insert = prepare(SessionRow.INSERT);
    private final PreparedStatement update = prepare(SessionRow.update(SessionRow.CHANGED));
    private final PreparedStatement insertCounter = prepare(INSERT_COUNTER);
    private final PreparedStatement updateCounter = prepare(UPDATE_COUNTER);
    private final PreparedStatement mergeCounter = prepare(CounterRow.MERGE);
    private final PreparedStatement delete = prepare(SessionRow.DELETE);
    private final PreparedStatement deleteCounter = prepare(CounterRow.DELETE);

    TableWriter(DataSource source) throws SQLException {
        super(source, false);
    }

    /**
     * In the order of the tables' keys, so that each page is looked for once: first counters, which may be written as
     * often as one likes, then in one transaction sessions and the note of the journal's files up to which the tables have
     * all sessions, and all counters.
     */
    void write(Unwritten unwritten, @Nullable Journal journal, int upTo, int countersUpTo) throws SQLException {
        writeCounters(unwritten);
        List<Unwritten.Row> sessions = unwritten.sessions().values().stream()
                .sorted(Comparator.comparing(row -> row.row().session().id().value(), Counters.AS_THE_DATABASE))
                .toList();
        for (Unwritten.Row row : sessions) {
            PreparedStatement to = row.isNew() ? insert : update;
            row.bind(new StatementBinder(to));
            write(to, row.row().session().id());
        }
        if (journal != null) {
            JournalReplay.note(connection, journal.lineage(), upTo, countersUpTo);
        }
        connection.commit();
    }

    private void writeCounters(Unwritten unwritten) throws SQLException {
        // those that seemed to be new may be there when an earlier attempt came half through
        boolean again = unwritten.begin();
        int[] written = {0};
        unwritten.counters().forEachInOrder((counter, tallied) -> {
            PreparedStatement to = again ? mergeCounter : tallied.isNew() ? insertCounter : updateCounter;
            to.setObject(1, counter.key());
            to.setInt(2, counter.kind().number());
            to.setArray(3, CounterRow.hits(connection, tallied.hits()));
            to.setLong(4, tallied.endsAt());
            write(to, counter);
            written[0]++;
            if (written[0] % TOGETHER == 0) {
                connection.commit();
            }
        });
    }

    /** In a transaction; those that are not there are passed over. */
    void delete(Tombstones.Marked rows) throws SQLException {
        for (SessionId session : rows.sessions()) {
            delete.setObject(1, session.value());
            executed(delete, session);
        }
        for (Tombstones.CounterKey counter : rows.counters()) {
            deleteCounter.setObject(1, counter.counter());
            deleteCounter.setInt(2, counter.kind());
            executed(deleteCounter, counter);
        }
        connection.commit();
    }

    private static void write(PreparedStatement row, Object of) throws SQLException {
        if (executed(row, of) == 0) {
            log.error("{} is not in its table any more: somebody else has deleted it", of);
        }
    }

    /** How many rows; negative: it failed. What fails every time must not stand in the way of all that comes after it. */
    @CanIgnoreReturnValue
    private static int executed(PreparedStatement row, Object of) throws SQLException {
        try {
            return row.executeUpdate();
        } catch (SQLException e) {
            if (!Failures.isOurFault(e)) {
                throw e;
            }
            log.error("{} cannot be written into its table", of, e);
            return -1;
        }
    }

    /** How many sessions and counters there are; H2 knows without counting. */
    long rows() throws SQLException {
        long rows = rows(connection);
        connection.commit();
        return rows;
    }

    static long rows(Connection of) throws SQLException {
        try (PreparedStatement count =
                        of.prepareStatement("SELECT (SELECT COUNT(*) FROM sessions) + (SELECT COUNT(*) FROM limits)");
                ResultSet row = count.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
