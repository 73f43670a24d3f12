package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Limits;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Counters in rows of {@code limits}, and how they are deleted. Thread-safe. */
abstract class WrittenLimits implements Limits {

    private static final String LIFT = "DELETE FROM limits WHERE counter = ? AND kind = ?";

    private final Engine engine;
    private final JdbiSessions writing;

    WrittenLimits(Engine engine, JdbiSessions writing) {
        this.engine = engine;
        this.writing = writing;
    }

    @Override
    public void lift(Collection<Counter> counters) {
        List<Counter> all =
                counters.stream().distinct().sorted(Counters.IN_ORDER).toList();
        if (all.isEmpty()) {
            return;
        }
        int[] deleted = Failures.joined(writing.writeCounters(all, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LIFT)) {
                for (Counter counter : all) {
                    statement.setObject(1, counter.key());
                    statement.setInt(2, counter.kind().number());
                    statement.addBatch();
                }
                return statement.executeBatch();
            }
        }));
        assert deleted.length == all.size();
    }

    @Override
    public int deleteEnded(Instant now, int limit) {
        return Failures.joined(writing.writeEndedCounters(now, limit, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(engine.deleteEndedCounters())) {
                statement.setLong(1, now.toEpochMilli());
                statement.setInt(2, limit);
                return statement.executeUpdate();
            }
        }));
    }
}
