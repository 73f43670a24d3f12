package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Limits;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Counters in rows of {@code limits}, and how they are deleted. Thread-safe. */
abstract class WrittenLimits implements Limits {

    private final JdbiSessions writing;

    WrittenLimits(JdbiSessions writing) {
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
            try (PreparedStatement statement = connection.prepareStatement(CounterRow.DELETE)) {
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
        return writing.deleteEndedCounters(now, limit);
    }
}
