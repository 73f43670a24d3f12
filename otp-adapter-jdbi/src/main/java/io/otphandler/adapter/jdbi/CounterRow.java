package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Counter;
import io.otphandler.domain.limit.Tally;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A counter within a batch: as it is kept, and as it is to be. Used by one thread. */
final class CounterRow {

    static final String FIND_ALL = "SELECT counter, kind, hits FROM limits WHERE counter = ANY(?)";
    /** Two parameters: before when they must have ended, and how many at most. */
    static final String ENDED = "SELECT counter, kind FROM limits WHERE ends_at < ? FETCH FIRST ? ROWS ONLY";

    /** Two parameters: key and kind. */
    static final String DELETE = "DELETE FROM limits WHERE counter = ? AND kind = ?";

    /** For PostgreSQL: what is there already stays. */
    static final String INSERT_UNLESS_THERE =
            "INSERT INTO limits (counter, kind, hits, ends_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";

    /** For H2: whether or not it is there. */
    static final String MERGE =
            "MERGE INTO limits (counter, kind, hits, ends_at) KEY (counter, kind) VALUES (?, ?, ?, ?)";

    static final String UPDATE = "UPDATE limits SET hits = ?, ends_at = ? WHERE counter = ? AND kind = ? AND hits = ?";

    /** Everywhere the same, so that whoever meets on several counters does not wait for the other for ever. */
    static final Comparator<CounterRow> IN_ORDER = Comparator.comparing(CounterRow::counter, Counters.IN_ORDER);

    private static final Map<Integer, Counter.Kind> KINDS =
            Stream.of(Counter.Kind.values()).collect(Collectors.toUnmodifiableMap(Counter.Kind::number, kind -> kind));

    private static final long HOUR = Duration.ofHours(1).toMillis();
    /** Nothing that is kept is equal to it. */
    private static final long[] NOTHING_KEPT = {-1};

    private final Counter counter;
    private long @Nullable [] kept;
    private Tally tally;
    private Instant endsAt = Instant.EPOCH;
    /** Whether somebody else has changed it meanwhile. */
    private boolean overtaken;

    CounterRow(Counter counter, long @Nullable [] kept) {
        this.counter = counter;
        this.kept = kept;
        this.tally = kept == null ? Tally.NONE : Tally.of(kept);
    }

    /** Adds those of the counters that are there, with one query. */
    static void load(PreparedStatement findAll, Set<Counter> counters, Counters to) throws SQLException {
        if (counters.isEmpty()) {
            return;
        }
        findAll.setArray(
                1,
                findAll.getConnection()
                        .createArrayOf(
                                "uuid", counters.stream().map(Counter::key).toArray()));
        try (ResultSet rows = findAll.executeQuery()) {
            while (rows.next()) {
                UUID key = rows.getObject(1, UUID.class);
                int kind = rows.getInt(2);
                long @Nullable [] hits = hits(rows, "hits");
                for (Counter counter : counters) {
                    if (counter.kind().number() == kind && counter.key().equals(key)) {
                        to.loaded(counter, hits);
                    }
                }
            }
        }
    }

    /** Which one a row of {@link #ENDED} is; empty: one of a kind that only a newer version knows. */
    static Optional<Counter> counter(ResultSet row) throws SQLException {
        UUID key = row.getObject(1, UUID.class);
        return kind(row.getInt(2)).map(kind -> new Counter(key, kind));
    }

    /** Empty: only a newer version knows it. */
    static Optional<Counter.Kind> kind(int number) {
        return Optional.ofNullable(KINDS.get(number));
    }

    Counter counter() {
        return counter;
    }

    long[] hits() {
        return tally.hits();
    }

    /** After which it may be deleted. */
    long endsAt() {
        return wholeHour(endsAt);
    }

    Tally tally() {
        return tally;
    }

    void set(Tally to, Instant ends) {
        tally = to;
        endsAt = ends;
    }

    boolean isChanged() {
        return !Arrays.equals(tally.hits(), kept == null ? Tally.NONE.hits() : kept);
    }

    boolean isNew() {
        return kept == null;
    }

    boolean isOvertaken() {
        return overtaken;
    }

    /** As it is in the database, once all that was to be written is committed. */
    LaneMemory.Kept kept() {
        return new LaneMemory.Kept(kept);
    }

    /** What became of the attempt to keep it. */
    void written(boolean done) {
        if (done) {
            kept = tally.hits();
        } else {
            overtaken = true;
        }
    }

    void bindInsert(PreparedStatement statement) throws SQLException {
        statement.setObject(1, counter.key());
        statement.setInt(2, counter.kind().number());
        statement.setArray(3, hits(statement.getConnection(), tally.hits()));
        statement.setLong(4, wholeHour(endsAt));
    }

    void bindUpdate(PreparedStatement statement) throws SQLException {
        statement.setArray(1, hits(statement.getConnection(), tally.hits()));
        statement.setLong(2, wholeHour(endsAt));
        statement.setObject(3, counter.key());
        statement.setInt(4, counter.kind().number());
        statement.setArray(5, hits(statement.getConnection(), kept == null ? NOTHING_KEPT : kept));
    }

    /**
     * Binds the last two parameters of {@link SessionRow#UPDATE_GUARDED}.
     *
     * @param guessed null: nobody has guessed, and nothing is looked up
     */
    static void bindUnchanged(@Nullable CounterRow guessed, PreparedStatement statement, int first)
            throws SQLException {
        if (guessed == null) {
            statement.setNull(first, Types.OTHER);
            statement.setNull(first + 1, Types.ARRAY);
        } else {
            statement.setObject(first, guessed.counter.key());
            statement.setArray(
                    first + 1, hits(statement.getConnection(), guessed.kept == null ? NOTHING_KEPT : guessed.kept));
        }
    }

    static Array hits(Connection connection, long[] hits) throws SQLException {
        return connection.createArrayOf("bigint", LongStream.of(hits).boxed().toArray());
    }

    /** Null: there is no such row. */
    static long @Nullable [] hits(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array == null
                ? null
                : Arrays.stream((Object[]) array.getArray())
                        .mapToLong(hit -> ((Number) hit).longValue())
                        .toArray();
    }

    /** Changes seldom, so that most changes touch no index. */
    static long wholeHour(Instant instant) {
        return (instant.toEpochMilli() / HOUR + 1) * HOUR;
    }
}
