package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.StoreUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings into the tables what a process that was killed had only in its {@link Journal}. Each file is one transaction,
 * together with the note that it is in the tables; so it is brought there once, however often the process is killed.
 */
final class JournalReplay {

    private static final Logger log = LoggerFactory.getLogger(JournalReplay.class);

    /**
     * The row of {@code metadata} that says up to which files of which lineage the tables have all sessions, and all
     * counters: {@code <uuid> <n> <m>}; without the last, all counters as well.
     */
    private static final String NAME = "journal";

    private static final String MERGE_COUNTER =
            "MERGE INTO limits (counter, kind, hits, ends_at) KEY (counter, kind) VALUES (?, ?, ?, ?)";

    private final Journal journal;
    private final Connection connection;

    /** @param connection that commits nothing by itself */
    JournalReplay(Journal journal, Connection connection) {
        this.journal = journal;
        this.connection = connection;
    }

    /**
     * Does so, and begins a lineage of its own.
     *
     * @throws StoreUnavailableException if a file is not one that this database, as it is, was being written with
     */
    void run() throws SQLException, IOException {
        Standing standing = standing();
        for (int number : journal.numbers()) {
            standing = replay(number, standing);
            journal.delete(number);
        }
        UUID lineage = UUID.randomUUID();
        note(connection, lineage, 0, 0);
        connection.commit();
        journal.begin(lineage, 1);
    }

    /** Has the connection's transaction say up to which files the tables have all sessions, and all counters. */
    static void note(Connection connection, UUID lineage, int number, int counters) throws SQLException {
        Metadata.replace(connection, NAME, lineage + " " + number + " " + counters);
    }

    private @Nullable Standing standing() throws SQLException {
        Optional<String> noted = Metadata.get(connection, NAME);
        if (noted.isEmpty()) {
            return null;
        }
        String[] parts = noted.get().split(" ", -1);
        int number = Integer.parseInt(parts[1]);
        return new Standing(UUID.fromString(parts[0]), number, parts.length > 2 ? Integer.parseInt(parts[2]) : number);
    }

    private @Nullable Standing replay(int number, @Nullable Standing standing) throws SQLException, IOException {
        ByteBuffer file = journal.read(number);
        try {
            List<Records.Row> header = Records.next(file);
            if (header == null) {
                log.debug("Nothing had been written to {} yet", journal.path(number));
                return standing;
            }
            Header of = Header.of(header.get(0));
            if (standing == null
                    || !of.lineage.equals(standing.lineage)
                    || of.number != number
                    || number > standing.number + 1) {
                throw refused(
                        number,
                        "belongs to another state of the database than the one that is here; was the database put back"
                                + " from a backup, without it or with another one?",
                        null);
            }
            if (number <= standing.counters) {
                log.debug("The tables have all of {} already", journal.path(number));
                return standing;
            }
            boolean sessions = number > standing.number;
            Standing reached = new Standing(of.lineage, Math.max(number, standing.number), number);
            int rows = replay(file, of, sessions);
            note(connection, reached.lineage, reached.number, reached.counters);
            connection.commit();
            log.info(
                    "{} changes from {} are in the database now{}",
                    rows,
                    journal.path(number),
                    file.hasRemaining()
                            ? "; the last " + file.remaining() + " bytes were of one that was not acknowledged"
                            : "");
            return reached;
        } catch (IllegalArgumentException | ClassCastException | IndexOutOfBoundsException | NullPointerException e) {
            throw refused(number, "cannot be understood; was it written by another version?", e);
        } catch (SQLException e) {
            connection.rollback();
            if (Failures.isOurFault(e)) {
                throw refused(number, "does not fit the database: " + e.getMessage(), e);
            }
            throw e;
        }
    }

    /** @param sessions whether the tables do not have those yet, as they may not have the counters */
    private int replay(ByteBuffer file, Header header, boolean sessions) throws SQLException {
        int count = 0;
        try (PreparedStatement insert = connection.prepareStatement(SessionRow.insert(header.added));
                PreparedStatement update = connection.prepareStatement(SessionRow.update(header.changed));
                PreparedStatement counter = connection.prepareStatement(MERGE_COUNTER)) {
            for (List<Records.Row> block = Records.next(file); block != null; block = Records.next(file)) {
                for (Records.Row row : block) {
                    if (!sessions && row.kind() != Records.COUNTER) {
                        continue;
                    }
                    PreparedStatement to = switch (row.kind()) {
                        case Records.NEW_SESSION -> insert;
                        case Records.CHANGED_SESSION -> update;
                        case Records.COUNTER -> counter;
                        default -> throw new IllegalArgumentException("A row of kind " + row.kind());
                    };
                    bind(to, row.values());
                    if (to.executeUpdate() != 1) {
                        throw new IllegalArgumentException("There is no session " + row.values());
                    }
                    count++;
                }
            }
        }
        return count;
    }

    private void bind(PreparedStatement to, List<@Nullable Object> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            if (value instanceof long[] numbers) {
                to.setArray(i + 1, CounterRow.hits(connection, numbers));
            } else {
                to.setObject(i + 1, value);
            }
        }
    }

    private StoreUnavailableException refused(int number, String why, @Nullable Exception cause) {
        String what = "The journal " + journal.path(number) + " " + why
                + " Nothing was changed. Put back the database that it belongs to, or move the journal away:"
                + " what it tells of is lost then.";
        return new StoreUnavailableException(what, cause == null ? new IllegalStateException(what) : cause);
    }

    /** Up to which file of which lineage the tables have all sessions, and all counters. */
    private record Standing(UUID lineage, int number, int counters) {}

    /** What a file says of itself. */
    private record Header(UUID lineage, int number, String added, String changed) {

        static Header of(Records.Row row) {
            if (row.kind() != Records.HEADER || !Objects.equals(row.values().get(0), Journal.FORMAT)) {
                throw new IllegalArgumentException("Expected a header of format " + Journal.FORMAT);
            }
            return new Header(
                    Objects.requireNonNull((UUID) row.values().get(1)),
                    Objects.requireNonNull((Integer) row.values().get(2)),
                    columns(row.values().get(3)),
                    columns(row.values().get(4)));
        }

        private static String columns(@Nullable Object list) {
            if (!(list instanceof String text) || !text.matches("[a-z_]+(, [a-z_]+)*")) {
                throw new IllegalArgumentException("Expected columns, were " + list);
            }
            return text;
        }
    }
}
