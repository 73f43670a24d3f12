package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Ruling;
import io.otphandler.application.port.Rulings;
import io.otphandler.domain.guard.NumberPrefix;
import io.otphandler.domain.widget.WidgetId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rulings and tales, each a row; written where sessions are written. Thread-safe. */
final class JdbiRulings implements Rulings {

    private static final Logger log = LoggerFactory.getLogger(JdbiRulings.class);

    private static final String IN_FORCE = "SELECT widget, prefix, state, strikes, since, until_at, kept_until, reason"
            + " FROM guard_rulings WHERE kept_until > ?";
    private static final String TOLD =
            "SELECT node, widget, prefix, traffic, told_at FROM guard_tales WHERE told_at >= ? AND node <> ?";
    private static final Duration TALES_KEPT = Duration.ofDays(1);

    private final Pool pool;
    private final Engine engine;
    private final JdbiProviderMessages.Writer writing;

    JdbiRulings(Pool pool, Engine engine, JdbiProviderMessages.Writer writing) {
        this.pool = pool;
        this.engine = engine;
        this.writing = writing;
    }

    @Override
    public void put(Ruling ruling) {
        int put = Failures.joined(writing.write(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(engine.putRuling())) {
                statement.setObject(1, ruling.widget().value());
                statement.setString(2, ruling.prefix().toString());
                statement.setInt(3, ruling.state().number());
                statement.setInt(4, ruling.strikes());
                statement.setLong(5, ruling.since().toEpochMilli());
                statement.setLong(6, ruling.until().toEpochMilli());
                statement.setLong(7, ruling.keptUntil().toEpochMilli());
                statement.setString(8, ruling.reason());
                return statement.executeUpdate();
            }
        }));
        assert put == 1;
    }

    @Override
    public List<Ruling> inForce(Instant now) {
        return read(IN_FORCE, statement -> statement.setLong(1, now.toEpochMilli()), JdbiRulings::ruling);
    }

    @Override
    public void tell(Collection<Tale> tales) {
        // everywhere in the same order: two nodes that meet on several must not wait for each other
        List<Tale> inOrder = tales.stream()
                .sorted(Comparator.comparing((Tale tale) -> tale.widget().value())
                        .thenComparing(tale -> tale.prefix().toString()))
                .toList();
        int told = Failures.joined(writing.write(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(engine.putTale())) {
                for (Tale tale : inOrder) {
                    statement.setObject(1, tale.by());
                    statement.setObject(2, tale.widget().value());
                    statement.setString(3, tale.prefix().toString());
                    statement.setString(4, tale.traffic());
                    statement.setLong(5, tale.toldAt().toEpochMilli());
                    statement.addBatch();
                }
                return statement.executeBatch().length;
            }
        }));
        assert told == inOrder.size();
    }

    @Override
    public List<Tale> toldSince(Instant instant, UUID exceptBy) {
        return read(
                TOLD,
                statement -> {
                    statement.setLong(1, instant.toEpochMilli());
                    statement.setObject(2, exceptBy);
                },
                JdbiRulings::tale);
    }

    @Override
    public int deleteEnded(Instant now, int limit) {
        return Failures.joined(writing.write(connection -> {
            int deleted = delete(connection, engine.deleteEndedRulings(), now, limit);
            return deleted < limit
                    ? deleted + delete(connection, engine.deleteOldTales(), now.minus(TALES_KEPT), limit - deleted)
                    : deleted;
        }));
    }

    private static int delete(Connection connection, String sql, Instant until, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, until.toEpochMilli());
            statement.setInt(2, limit);
            return statement.executeUpdate();
        }
    }

    /** Empty: of a kind that a newer version has. */
    private static Optional<Ruling> ruling(ResultSet row) throws SQLException {
        int number = row.getInt("state");
        Optional<Ruling.State> state = Stream.of(Ruling.State.values())
                .filter(known -> known.number() == number)
                .findFirst();
        Optional<NumberPrefix> prefix = NumberPrefix.parse(row.getString("prefix"));
        if (state.isEmpty() || prefix.isEmpty()) {
            log.debug("A ruling of a kind that is not known here: {}", number);
            return Optional.empty();
        }
        return Optional.of(new Ruling(
                new WidgetId(row.getObject("widget", UUID.class)),
                prefix.get(),
                state.get(),
                row.getInt("strikes"),
                Instant.ofEpochMilli(row.getLong("since")),
                Instant.ofEpochMilli(row.getLong("until_at")),
                Instant.ofEpochMilli(row.getLong("kept_until")),
                row.getString("reason")));
    }

    private static Optional<Tale> tale(ResultSet row) throws SQLException {
        UUID node = row.getObject("node", UUID.class);
        WidgetId widget = new WidgetId(row.getObject("widget", UUID.class));
        String traffic = row.getString("traffic");
        Instant at = Instant.ofEpochMilli(row.getLong("told_at"));
        return NumberPrefix.parse(row.getString("prefix")).map(prefix -> new Tale(node, widget, prefix, traffic, at));
    }

    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private interface Reading<T> {
        Optional<T> read(ResultSet row) throws SQLException;
    }

    private <T> List<T> read(String sql, Binding binding, Reading<T> reading) {
        return pool.on("The rulings could not be read", connection -> {
            List<T> all = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                binding.bind(statement);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        reading.read(rows).ifPresent(all::add);
                    }
                }
            }
            return all;
        });
    }
}
