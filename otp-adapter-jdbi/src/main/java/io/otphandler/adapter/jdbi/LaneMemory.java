package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.port.Counter;
import io.otphandler.domain.session.SessionId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What lanes have kept or read last: sessions that may still move, and counters. Where nobody else writes it is what is
 * there, so that it need not be read again; else it is what was there, for whoever can tell if it still is. Thread-safe.
 */
final class LaneMemory {

    /** Some 15 MB when it is full. */
    static final int SESSIONS = 16_384;
    /** Some 4 MB when it is full. */
    static final int COUNTERS = 16_384;

    private final Map<SessionId, Put> sessions = bounded(SESSIONS);
    /** Null: there is such a row, and nobody here has read what it says. */
    private final Map<Counter, @Nullable Kept> counters = bounded(COUNTERS);

    /** A session, and when it was put there, of {@link System#nanoTime}. */
    private record Put(SessionRow row, long nanos) {}

    /**
     * A counter.
     *
     * @param hits null: there is no such row
     */
    @SuppressWarnings("ArrayRecordComponent") // written once, and never compared
    record Kept(long @Nullable [] hits) {}

    synchronized @Nullable SessionRow session(SessionId id) {
        Put put = sessions.get(id);
        return put == null ? null : put.row;
    }

    /** One that was put there no longer ago than that; null: none is known. */
    synchronized @Nullable SessionRow session(SessionId id, Duration ago) {
        Put put = sessions.get(id);
        return put == null || System.nanoTime() - put.nanos > ago.toNanos() ? null : put.row;
    }

    /** Remembers it as it was committed; one that has ended is hardly asked for any more, and forgotten. */
    synchronized void put(SessionRow row) {
        SessionId id = row.session().id();
        if (row.hasEnded()) {
            sessions.remove(id);
        } else {
            sessions.put(id, new Put(row, System.nanoTime()));
        }
    }

    synchronized void forget(SessionId id) {
        sessions.remove(id);
    }

    /** Null: not known what it says. */
    synchronized @Nullable Kept counter(Counter counter) {
        return counters.get(counter);
    }

    /** Adds it to those of a batch; whether it is known what it says. */
    @CanIgnoreReturnValue
    boolean recall(Counter counter, Counters to) {
        Kept kept = counter(counter);
        if (kept != null) {
            to.loaded(counter, kept.hits());
        }
        return kept != null;
    }

    synchronized void put(Counter counter, Kept kept) {
        counters.put(counter, kept);
    }

    /** Whether it is known that there is such a row. */
    synchronized boolean isThere(Counter counter) {
        Kept kept = counters.get(counter);
        return kept == null ? counters.containsKey(counter) : kept.hits() != null;
    }

    /** From now on it is known that there is such a row, and nothing more of it. */
    synchronized void putUnread(Counter counter) {
        counters.put(counter, null);
    }

    synchronized void forget(Counter counter) {
        counters.remove(counter);
    }

    synchronized void forgetCounters() {
        counters.clear();
    }

    synchronized void clear() {
        sessions.clear();
        counters.clear();
    }

    /** Forgets what nobody has asked for longest. */
    private static <K, V extends @Nullable Object> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>(256, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }
}
