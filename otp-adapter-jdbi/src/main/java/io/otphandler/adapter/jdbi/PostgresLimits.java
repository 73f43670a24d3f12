package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Limit;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.limit.Rule;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counters that several nodes share: each {@code take} is one statement, which locks the rows that are there in one order,
 * judges them all, and then changes all of them or none. Thread-safe.
 *
 * <p>Two that are the first to count the same thing at the same time both find no row. The one that comes second fails on
 * the row of the first, with all that it has done, and is asked again.
 */
final class PostgresLimits extends WrittenLimits {

    /** How often it is asked again; each time somebody else was the first to count something. */
    private static final int ATTEMPTS = 20;

    /**
     * The limits as rows, those that they find locked, and when there is room. {@code kept} is 0 where nothing is counted,
     * {@code spacing} where nothing is paced.
     */
    private static final String HELD = "WITH asked AS (SELECT * FROM unnest(?::uuid[], ?::smallint[], ?::int[],"
            + " ?::bigint[], ?::bigint[], ?::int[], ?::bigint[])"
            + " AS a (counter, kind, most, period, spacing, kept, ends_at)),"
            + " held AS MATERIALIZED (SELECT l.counter, l.kind, l.hits FROM limits AS l WHERE (l.counter, l.kind) IN"
            + " (SELECT counter, kind FROM asked) ORDER BY l.counter, l.kind FOR UPDATE OF l)";

    /** Nothing of it needs to be on the disk before what it is for: a session whose commit takes it along. */
    private static final String TAKE = HELD
            + ", refused AS MATERIALIZED (SELECT max(LEAST(room_at, latest)) AS room_at FROM (SELECT CASE WHEN a.spacing > 0"
            + " THEN h.hits[1] - a.spacing * (a.most - 1) ELSE h.hits[a.most] + a.period END AS room_at,"
            + " ?::bigint + a.period AS latest FROM asked AS a JOIN held AS h USING (counter, kind)) AS j WHERE room_at > ?),"
            + " taken AS (SELECT a.* FROM asked AS a, refused AS r WHERE a.kept > 0 AND r.room_at IS NULL),"
            + " renewed AS (UPDATE limits AS l SET hits = CASE WHEN t.spacing > 0"
            + " THEN ARRAY[GREATEST(h.hits[1], ?) + t.spacing] ELSE (ARRAY[?::bigint] || h.hits)[1:t.kept] END,"
            + " ends_at = t.ends_at FROM taken AS t JOIN held AS h USING (counter, kind)"
            + " WHERE l.counter = t.counter AND l.kind = t.kind),"
            + " begun AS (INSERT INTO limits (counter, kind, hits, ends_at)"
            + " SELECT t.counter, t.kind, ARRAY[?::bigint + t.spacing], t.ends_at FROM taken AS t"
            + " LEFT JOIN held AS h USING (counter, kind) WHERE h.counter IS NULL ORDER BY t.counter, t.kind)"
            + " SELECT room_at, set_config('synchronous_commit', 'off', true) FROM refused";

    private static final String GIVE_BACK = HELD
            + " UPDATE limits AS l SET hits = CASE WHEN a.spacing > 0 THEN ARRAY[h.hits[1] - a.spacing]"
            + " ELSE h.hits[:array_position(h.hits, ?) - 1] || h.hits[array_position(h.hits, ?) + 1:] END"
            + " FROM asked AS a JOIN held AS h USING (counter, kind) WHERE l.counter = a.counter AND l.kind = a.kind"
            + " AND a.kept > 0 AND cardinality(h.hits) > 0 AND (a.spacing > 0 OR array_position(h.hits, ?) IS NOT NULL)";

    private final Pool pool;

    PostgresLimits(Pool pool, JdbiSessions writing) {
        super(writing);
        this.pool = pool;
    }

    @Override
    public Optional<Instant> take(List<Limit> limits, Instant now) {
        long millis = now.toEpochMilli();
        return on(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
                int next = bind(statement, limits, now);
                for (int i = 0; i < 5; i++) {
                    statement.setLong(next + i, millis);
                }
                try (ResultSet row = statement.executeQuery()) {
                    @Nullable Long roomAt = row.next() ? row.getObject(1, Long.class) : null;
                    return Optional.ofNullable(roomAt).map(Instant::ofEpochMilli);
                }
            }
        });
    }

    @Override
    public void giveBack(List<Limit> limits, Instant takenAt) {
        int changed = on(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(GIVE_BACK)) {
                int next = bind(statement, limits, takenAt);
                for (int i = 0; i < 3; i++) {
                    statement.setLong(next + i, takenAt.toEpochMilli());
                }
                return statement.executeUpdate();
            }
        });
        assert changed <= limits.size();
    }

    /** Answers with the number of the next parameter. */
    private static int bind(PreparedStatement to, List<Limit> limits, Instant now) throws SQLException {
        Map<Counter, Rule> counted = Limit.counted(limits);
        // one row of each counter carries what becomes of it: the one whose rule remembers most
        List<Boolean> carries = limits.stream()
                .map(limit -> limit.counts() && counted.remove(limit.counter(), limit.rule()))
                .toList();
        to.setArray(
                1,
                array(
                        to,
                        "uuid",
                        limits.stream().map(limit -> limit.counter().key()).toArray()));
        to.setArray(
                2,
                array(
                        to,
                        "smallint",
                        limits.stream()
                                .map(limit -> (short) limit.counter().kind().number())
                                .toArray()));
        to.setArray(
                3,
                array(
                        to,
                        "integer",
                        limits.stream().map(limit -> limit.rule().most()).toArray()));
        to.setArray(4, longs(to, limits, limit -> limit.rule().period().toMillis()));
        to.setArray(5, longs(to, limits, limit -> limit.rule().spacing().toMillis()));
        Object[] kept = new Object[limits.size()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = carries.get(i) ? limits.get(i).rule().most() : 0;
        }
        to.setArray(6, array(to, "integer", kept));
        to.setArray(
                7, longs(to, limits, limit -> CounterRow.wholeHour(limit.rule().endOf(now))));
        return 8;
    }

    private static Array longs(PreparedStatement to, List<Limit> limits, ToLongFunction<Limit> column)
            throws SQLException {
        return array(to, "bigint", limits.stream().mapToLong(column).boxed().toArray());
    }

    static Array array(PreparedStatement to, String type, @Nullable Object[] values) throws SQLException {
        return to.getConnection().createArrayOf(type, values);
    }

    private <T> T on(Lane.Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = pool.connection()) {
                return work.on(connection);
            } catch (SQLException e) {
                boolean again = Failures.isDuplicate(e) || Failures.isConflict(e);
                if (!again) {
                    throw Failures.translate("The limits could not be reached", e);
                }
                if (attempt == ATTEMPTS) {
                    throw new StoreUnavailableException("Too many count the same at once", e);
                }
            }
        }
    }
}
