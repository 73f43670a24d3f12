package io.otphandler.adapter.jdbi;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of sessions and of counters that were ever written, so that those of new ones need not be looked up: nearly
 * all of a send's are new. Learnt from the tables, beside what else goes on; until that is done any key may be there.
 * Thread-safe.
 */
final class WrittenKeys {

    private static final Logger log = LoggerFactory.getLogger(WrittenKeys.class);

    /** 512 kB. */
    private static final long FEWEST = 262_144;

    /** From so many times as many keys on as there are rows, they are learnt anew: most are of rows long deleted. */
    private static final long MOST_PER_ROW = 4;

    private static final int PAGE = 5_000;

    private static final UUID LOWEST = new UUID(0, 0);
    private static final String SESSIONS = "SELECT id FROM sessions WHERE id > ? ORDER BY id FETCH FIRST ? ROWS ONLY";
    private static final String COUNTERS =
            "SELECT counter FROM limits WHERE counter > ? ORDER BY counter FETCH FIRST ? ROWS ONLY";

    private final DataSource source;
    private final Runnable settle;
    /** All together; the last one is added to. None: not all have been learnt yet. */
    private volatile List<KeyFilter> known = List.of();
    /** Null: nobody is at it, or only begins. */
    private @Nullable KeyFilter learning;

    private @Nullable Thread learner;

    private volatile boolean closing;

    /** @param settle returns once all that was added is in the tables */
    WrittenKeys(DataSource source, Runnable settle) {
        this.source = source;
        this.settle = settle;
    }

    /** False: it was not written; true: it may have been. */
    boolean mayContain(UUID key) {
        List<KeyFilter> filters = known;
        for (KeyFilter filter : filters) {
            if (filter.mayContain(key)) {
                return true;
            }
        }
        return filters.isEmpty();
    }

    synchronized void add(UUID key) {
        if (!known.isEmpty()) {
            last().add(key);
            if (last().isFull()) {
                List<KeyFilter> more = new ArrayList<>(known);
                more.add(new KeyFilter(2 * last().keys()));
                known = List.copyOf(more);
            }
        }
        if (learning != null) {
            learning.add(key);
        }
    }

    private KeyFilter last() {
        return known.get(known.size() - 1);
    }

    /** Begins to learn them. */
    synchronized void learn() {
        if (!closing && (learner == null || !learner.isAlive())) {
            Thread thread = new Thread(this::learnAll, "otp-key-reader");
            thread.setDaemon(true);
            learner = thread;
            thread.start();
        }
    }

    /** Whether it is worth asking how many rows there are. */
    boolean mayBeOld() {
        return known.isEmpty() || added() > 2 * FEWEST;
    }

    /**
     * Learns them once more, where that failed the last time or most are of rows that are gone. To be asked where they
     * {@link #mayBeOld}.
     *
     * @param rows how many there are
     */
    synchronized void learnAnew(long rows) {
        if (known.isEmpty() || added() > MOST_PER_ROW * rows) {
            learn();
        }
    }

    private long added() {
        return known.stream().mapToLong(KeyFilter::added).sum();
    }

    private void learnAll() {
        try (Connection connection = source.getConnection()) {
            KeyFilter fresh = begin(2 * TableWriter.rows(connection));
            // what was added before somebody listened
            settle.run();
            boolean all = read(connection, SESSIONS, fresh::add) && read(connection, COUNTERS, fresh::add);
            end(all ? fresh : null);
        } catch (SQLException | RuntimeException e) {
            log.debug("The keys could not be read this time", e);
            end(null);
        }
    }

    private synchronized KeyFilter begin(long keys) {
        KeyFilter fresh = new KeyFilter(Math.max(FEWEST, keys));
        learning = fresh;
        return fresh;
    }

    private synchronized void end(@Nullable KeyFilter learnt) {
        if (learnt != null) {
            known = List.of(learnt);
        }
        learning = null;
    }

    /** A page at a time: whoever changes something is never held up. Whether it was read to the end. */
    private boolean read(Connection connection, String sql, Consumer<UUID> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            UUID last = LOWEST;
            for (int rows = PAGE; rows == PAGE; ) {
                if (closing) {
                    return false;
                }
                rows = 0;
                statement.setObject(1, last);
                statement.setInt(2, PAGE);
                try (ResultSet page = statement.executeQuery()) {
                    while (page.next()) {
                        last = page.getObject(1, UUID.class);
                        keys.accept(last);
                        rows++;
                    }
                }
            }
        }
        return true;
    }

    /** Lets go of the database. */
    void close(Duration patience) {
        Thread running;
        synchronized (this) {
            closing = true;
            running = learner;
        }
        if (running != null) {
            try {
                running.join(patience.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
