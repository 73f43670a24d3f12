package io.otphandler.application.port;

import io.otphandler.domain.limit.Tally;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counters that live as long as this object: for tests that need no infrastructure. Thread-safe. */
public final class InMemoryLimits implements Limits {

    private final Map<Counter, Row> rows = new HashMap<>();

    private record Row(Tally tally, Instant endsAt) {}

    @Override
    public synchronized Optional<Instant> take(List<Limit> limits, Instant now) {
        Optional<Instant> roomAt = limits.stream()
                .flatMap(limit -> tally(limit.counter()).roomAt(limit.rule(), now).stream())
                .max(Comparator.naturalOrder());
        if (roomAt.isEmpty()) {
            Limit.counted(limits)
                    .forEach((counter, rule) -> keep(counter, tally(counter).with(rule, now), rule.endOf(now)));
        }
        return roomAt;
    }

    @Override
    public synchronized void giveBack(List<Limit> limits, Instant takenAt) {
        Limit.counted(limits)
                .forEach((counter, rule) -> rows.computeIfPresent(
                        counter, (same, row) -> new Row(row.tally.without(rule, takenAt), row.endsAt)));
    }

    @Override
    public synchronized void lift(Collection<Counter> counters) {
        counters.forEach(rows::remove);
    }

    @Override
    public synchronized int deleteEnded(Instant now, int limit) {
        List<Counter> ended = rows.entrySet().stream()
                .filter(row -> row.getValue().endsAt.isBefore(now))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
        ended.forEach(rows::remove);
        return ended.size();
    }

    /** How many counters there are. */
    public synchronized int size() {
        return rows.size();
    }

    synchronized Tally tally(Counter counter) {
        Row row = rows.get(counter);
        return row == null ? Tally.NONE : row.tally;
    }

    synchronized void keep(Counter counter, Tally tally, Instant endsAt) {
        rows.put(counter, new Row(tally, endsAt));
    }
}
