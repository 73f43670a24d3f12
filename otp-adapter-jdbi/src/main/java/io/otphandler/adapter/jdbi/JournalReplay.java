package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.StoreUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings into the tables what a process that was killed had only in its {@link Journal}: all in one transaction, together
 * with the note that it is there; so it is brought there once, however often the process is killed.
 */
final class JournalReplay {

    private static final Logger log = LoggerFactory.getLogger(JournalReplay.class);

    /**
     * The row of {@code metadata} that says up to which files of which lineage the tables have all sessions, and all
     * counters: {@code <uuid> <n> <m>}; without the last, all counters as well.
     */
    private static final String NAME = "journal";

    private final Journal journal;
    private final Connection connection;
    private final SortedMap<Key, List<@Nullable Object>> counters = new TreeMap<>(Key.IN_ORDER);
    private int sessions;

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
        List<Integer> files = journal.numbers();
        try {
            replay(files);
        } catch (SQLException | IOException | RuntimeException e) {
            connection.rollback();
            throw e;
        }
        for (int number : files) {
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

    private void replay(List<Integer> files) throws SQLException, IOException {
        Standing standing = standing();
        for (int number : files) {
            standing = replay(number, standing);
        }
        if (standing != null && sessions + counters.size() > 0) {
            writeCounters();
            note(connection, standing.lineage, standing.number, standing.number);
            connection.commit();
            log.info(
                    "{} changes of sessions and {} counters from the journal are in the database now",
                    sessions,
                    counters.size());
        }
    }

    private @Nullable Standing replay(int number, @Nullable Standing standing) throws SQLException, IOException {
        ByteBuffer bytes = journal.read(number);
        try {
            JournalFile file = JournalFile.of(bytes);
            if (file == null) {
                log.debug("Nothing had been written to {} yet", journal.path(number));
                return standing;
            }
            if (standing == null || !standing.isBefore(file, number)) {
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
            replay(file, number > standing.number);
            if (bytes.hasRemaining()) {
                log.info(
                        "The last {} bytes of {} were of a change that was not acknowledged",
                        bytes.remaining(),
                        journal.path(number));
            }
            return new Standing(file.lineage, Math.max(number, standing.number), number);
        } catch (IllegalArgumentException | ClassCastException | IndexOutOfBoundsException | NullPointerException e) {
            throw refused(number, "cannot be understood; was it written by another version?", e);
        } catch (SQLException e) {
            if (Failures.isOurFault(e)) {
                throw refused(number, "does not fit the database: " + e.getMessage(), e);
            }
            throw e;
        }
    }

    /**
     * Writes sessions, and takes note of counters.
     *
     * @param withSessions whether the tables do not have those yet, as they may not have the counters
     */
    private void replay(JournalFile file, boolean withSessions) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(SessionRow.insert(file.added));
                PreparedStatement update = connection.prepareStatement(SessionRow.update(file.changed))) {
            for (List<Records.Row> block = Records.next(file.rest); block != null; block = Records.next(file.rest)) {
                for (Records.Row row : block) {
                    if (row.kind() == Records.COUNTER) {
                        counters.put(Key.of(row), row.values());
                    } else if (withSessions) {
                        PreparedStatement to = switch (row.kind()) {
                            case Records.NEW_SESSION -> insert;
                            case Records.CHANGED_SESSION -> update;
                            default -> throw new IllegalArgumentException("A row of kind " + row.kind());
                        };
                        bind(to, row.values());
                        if (to.executeUpdate() != 1) {
                            throw new IllegalArgumentException("There is no session " + row.values());
                        }
                        sessions++;
                    }
                }
            }
        }
    }

    /** What each has come to, in the order of their keys, so that each page is looked for once. */
    private void writeCounters() throws SQLException {
        try (PreparedStatement merge = connection.prepareStatement(CounterRow.MERGE)) {
            for (List<@Nullable Object> values : counters.values()) {
                bind(merge, values);
                merge.executeUpdate();
            }
        }
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
    private record Standing(UUID lineage, int number, int counters) {

        /** Whether a file goes on from what the tables have, or is one of those that they have something of. */
        boolean isBefore(JournalFile file, int named) {
            return file.lineage.equals(lineage) && file.number == named && named <= number + 1;
        }
    }

    /** Which one a counter is, of whatever kind. */
    private record Key(UUID counter, int kind) {

        static final Comparator<Key> IN_ORDER =
                Comparator.comparing(Key::counter, Counters.AS_THE_DATABASE).thenComparing(Key::kind);

        static Key of(Records.Row row) {
            return new Key(Objects.requireNonNull((UUID) row.values().get(0)), Objects.requireNonNull((Integer)
                    row.values().get(1)));
        }
    }

    /**
     * A file, and what it says of itself.
     *
     * @param rest what comes after that
     */
    private record JournalFile(UUID lineage, int number, String added, String changed, ByteBuffer rest) {

        /** Null: there is not even what it says of itself. */
        static @Nullable JournalFile of(ByteBuffer file) {
            List<Records.Row> header = Records.next(file);
            if (header == null) {
                return null;
            }
            Records.Row row = header.get(0);
            if (row.kind() != Records.HEADER || !Objects.equals(row.values().get(0), Journal.FORMAT)) {
                throw new IllegalArgumentException("Expected a header of format " + Journal.FORMAT);
            }
            return new JournalFile(
                    Objects.requireNonNull((UUID) row.values().get(1)),
                    Objects.requireNonNull((Integer) row.values().get(2)),
                    columns(row.values().get(3)),
                    columns(row.values().get(4)),
                    file);
        }

        private static String columns(@Nullable Object list) {
            if (!(list instanceof String text) || !text.matches("[a-z_]+(, [a-z_]+)*")) {
                throw new IllegalArgumentException("Expected columns, were " + list);
            }
            return text;
        }
    }
}
