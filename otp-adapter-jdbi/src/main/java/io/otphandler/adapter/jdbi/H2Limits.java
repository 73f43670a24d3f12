package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Limit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Counters of the one process that has the database open: judged by the lane, and committed with what else waits. */
final class H2Limits extends WrittenLimits {

    private final JdbiSessions writing;

    H2Limits(JdbiSessions writing) {
        super(writing);
        this.writing = writing;
    }

    @Override
    public Optional<Instant> take(List<Limit> limits, Instant now) {
        return writing.count(counters(limits), rows -> rows.take(limits, now));
    }

    @Override
    public void giveBack(List<Limit> limits, Instant takenAt) {
        boolean done = writing.count(counters(limits), rows -> {
            Limit.counted(limits)
                    .forEach((counter, rule) ->
                            rows.set(counter, rows.tally(counter).without(rule, takenAt), rule.endOf(takenAt)));
            return true;
        });
        assert done;
    }

    private static List<Counter> counters(List<Limit> limits) {
        return limits.stream().map(Limit::counter).distinct().toList();
    }
}
