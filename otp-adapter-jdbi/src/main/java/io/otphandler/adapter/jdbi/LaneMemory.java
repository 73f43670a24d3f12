package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Counter;
import io.otphandler.domain.session.SessionId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the one lane of a database that nobody else writes has kept or read last: sessions that may still move, and
 * counters. It is what is there, so that it need not be read again. Thread-safe.
 */
final class LaneMemory {

    /** Some 15 MB when it is full. */
    static final int SESSIONS = 16_384;
    /** Some 15 MB when it is full. */
    static final int COUNTERS = 65_536;

    private final Map<SessionId, SessionRow> sessions = bounded(SESSIONS);
    private final Map<Counter, Kept> counters = bounded(COUNTERS);

    /**
     * A counter.
     *
     * @param hits null: there is no such row
     */
    @SuppressWarnings("ArrayRecordComponent") // written once, and never compared
    record Kept(long @Nullable [] hits) {}

    synchronized @Nullable SessionRow session(SessionId id) {
        return sessions.get(id);
    }

    /** Remembers it as it was committed; one that has ended is hardly asked for any more, and forgotten. */
    synchronized void put(SessionRow row) {
        SessionId id = row.session().id();
        if (row.hasEnded()) {
            sessions.remove(id);
        } else {
            sessions.put(id, row);
        }
    }

    synchronized void forget(SessionId id) {
        sessions.remove(id);
    }

    /** Forgets sessions that were gone by then. */
    synchronized void forgetGone(Instant goneBefore) {
        sessions.values().removeIf(row -> row.session().isGone(goneBefore));
    }

    /** Null: not known. */
    synchronized @Nullable Kept counter(Counter counter) {
        return counters.get(counter);
    }

    synchronized void put(Counter counter, Kept kept) {
        counters.put(counter, kept);
    }

    synchronized void forgetCounters() {
        counters.clear();
    }

    synchronized void clear() {
        sessions.clear();
        counters.clear();
    }

    /** Forgets what nobody has asked for longest. */
    private static <K, V> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>(256, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }
}
