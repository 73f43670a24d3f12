package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Counter;
import io.otphandler.domain.session.SessionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rows that count as deleted while they still stand in their tables. The lane marks them, which costs it next to nothing;
 * whoever writes the tables deletes them when he comes to it, and then takes their marks away. Thread-safe.
 */
final class Tombstones {

    private final Set<SessionId> sessions = ConcurrentHashMap.newKeySet();
    private final Set<CounterKey> counters = ConcurrentHashMap.newKeySet();

    /** A row of {@code limits}; of its kind perhaps only a newer version knows. */
    record CounterKey(UUID counter, int kind) {
        static CounterKey of(Counter counter) {
            return new CounterKey(counter.key(), counter.kind().number());
        }

        /** As {@link CounterRow#ENDED} has it. */
        static CounterKey read(ResultSet row) throws SQLException {
            return new CounterKey(row.getObject(1, UUID.class), row.getInt(2));
        }

        /** Empty: only a newer version knows its kind. */
        Optional<Counter> known() {
            return CounterRow.kind(kind).map(known -> new Counter(counter, known));
        }
    }

    /** What is marked at some moment. */
    record Marked(List<SessionId> sessions, List<CounterKey> counters) {
        boolean isEmpty() {
            return sessions.isEmpty() && counters.isEmpty();
        }
    }

    void mark(SessionId session) {
        sessions.add(session);
    }

    void mark(CounterKey counter) {
        counters.add(counter);
    }

    boolean has(SessionId session) {
        return sessions.contains(session);
    }

    boolean has(Counter counter) {
        return !counters.isEmpty() && counters.contains(CounterKey.of(counter));
    }

    Marked marked() {
        return new Marked(List.copyOf(sessions), List.copyOf(counters));
    }

    /** To be called once their rows are gone. */
    void unmark(Marked deleted) {
        deleted.sessions().forEach(sessions::remove);
        deleted.counters().forEach(counters::remove);
    }
}
