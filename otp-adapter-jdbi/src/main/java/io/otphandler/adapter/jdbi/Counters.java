package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Limit;
import io.otphandler.domain.limit.Tally;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The counters that a batch is concerned with. Used by one thread. */
final class Counters {

    /** Without signs, as PostgreSQL has them. */
    static final Comparator<UUID> AS_THE_DATABASE = Comparator.<UUID>comparingLong(
                    id -> id.getMostSignificantBits() + Long.MIN_VALUE)
            .thenComparingLong(id -> id.getLeastSignificantBits() + Long.MIN_VALUE);

    static final Comparator<Counter> IN_ORDER = Comparator.comparing(Counter::key, AS_THE_DATABASE)
            .thenComparing(counter -> counter.kind().number());

    private final Map<Counter, CounterRow> rows = new HashMap<>();

    /** @param kept null: there is no such row */
    void loaded(Counter counter, long @Nullable [] kept) {
        rows.putIfAbsent(counter, new CounterRow(counter, kept));
    }

    boolean has(Counter counter) {
        return rows.containsKey(counter);
    }

    CounterRow row(Counter counter) {
        return rows.computeIfAbsent(counter, missing -> new CounterRow(missing, null));
    }

    Tally tally(Counter counter) {
        return row(counter).tally();
    }

    void set(Counter counter, Tally tally, Instant endsAt) {
        row(counter).set(tally, endsAt);
    }

    /** Counts one against each of the limits, or, answering when there will be room, against none. */
    Optional<Instant> take(List<Limit> limits, Instant now) {
        Optional<Instant> roomAt = limits.stream()
                .flatMap(limit -> tally(limit.counter()).roomAt(limit.rule(), now).stream())
                .max(Comparator.naturalOrder());
        if (roomAt.isEmpty()) {
            Limit.counted(limits)
                    .forEach((counter, rule) -> set(counter, tally(counter).with(rule, now), rule.endOf(now)));
        }
        return roomAt;
    }

    Collection<CounterRow> all() {
        return rows.values();
    }

    /** Those that are to be written. */
    List<CounterRow> changed() {
        return rows.values().stream()
                .filter(CounterRow::isChanged)
                .sorted(CounterRow.IN_ORDER)
                .toList();
    }
}
