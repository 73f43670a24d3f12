package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.BudgetId;
import io.otphandler.application.port.Counter;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.session.SessionId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions and counters of a database that only this process writes. What changes is appended to a {@link Journal} and is
 * safe then; tables are written behind it, by a thread of its own, of each session and counter only what it has come to.
 * So a change costs a few hundred bytes in one write, and the tables' pages, of which a commit writes all that changed,
 * are written once for thousands of changes.
 *
 * <p>Whoever reads the tables has what is in them {@linkplain #settle settled} before; single sessions are {@linkplain
 * #known known} from memory. Reading and {@link #settle} are thread-safe, the rest is for the lane's thread.
 */
final class OwnRows implements Rows, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OwnRows.class);

    /**
     * How long what is in the journal is left there: the more is written at once, the more of it shares a page; but it is
     * what the next start has to do after a kill.
     */
    private static final Duration BEHIND = Duration.ofSeconds(2);
    /**
     * The same for counters. Their keys are random, so that few of them share a page however many are written at once: the
     * longer they are left there the fewer pages are written.
     */
    private static final Duration COUNTERS_BEHIND = Duration.ofSeconds(20);

    /** From so many sessions on they are written at once: some 8 MB. */
    private static final int MANY_SESSIONS = 8_192;
    /** From so many counters on they are written at once: some 5 MB. */
    private static final int MANY_COUNTERS = 65_536;
    /** So many more may come meanwhile before whoever writes has to wait: some 16 MB, four seconds of a busy day. */
    private static final int ROOM = 16_384;
    /** With so many more than that nothing is written before they are. */
    private static final int TOO_MANY = 65_536;

    /** How long a batch waits at most until so many are reached: some of those behind it would be given up otherwise. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(400);

    private static final Duration LONG_PATIENCE = Duration.ofSeconds(10);

    private final DataSource source;
    private final WidgetRevisions revisions;
    private final @Nullable Journal journal;
    private final boolean inMemory;
    private final LaneMemory memory = new LaneMemory();
    private final Records records = new Records();
    private final ScheduledExecutorService writer;
    private final AtomicBoolean called = new AtomicBoolean();
    private final WrittenKeys keys;
    private final Tombstones tombstones = new Tombstones();
    private volatile State state = new State(new Unwritten(), null, 0, 0);
    private long countersTakenAt = System.nanoTime();
    private @Nullable Statements reading;
    private @Nullable TableWriter tables;
    private int deleted;

    /**
     * What is not in the tables yet.
     *
     * @param changing what is added to
     * @param writing what is on its way; null: nothing
     * @param upTo the journal's last file whose sessions are on their way, or in the tables
     * @param countersUpTo the same of counters, which follow later
     */
    private record State(Unwritten changing, @Nullable Unwritten writing, int upTo, int countersUpTo) {

        Unwritten.@Nullable Row session(SessionId id) {
            Unwritten.Row row = changing.session(id);
            return row == null && writing != null ? writing.session(id) : row;
        }

        UnwrittenCounters.@Nullable Tallied counter(Counter counter) {
            UnwrittenCounters.Tallied tallied = changing.counters().get(counter);
            return tallied == null && writing != null ? writing.counters().get(counter) : tallied;
        }

        boolean any(Predicate<Unwritten> like) {
            return like.test(changing) || (writing != null && like.test(writing));
        }

        /** Whether the tables have all sessions, and perhaps all counters. */
        boolean isSettled(boolean withCounters) {
            return writing == null && changing.isEmpty(withCounters);
        }
    }

    /**
     * @param source of connections of its own
     * @param journal null: there is none, so the tables are written before anything is acknowledged, if it matters
     * @param inMemory whether the database is gone with the process, so that it does not
     */
    OwnRows(DataSource source, WidgetRevisions revisions, @Nullable Journal journal, boolean inMemory) {
        this.source = source;
        this.revisions = revisions;
        this.journal = journal;
        this.inMemory = inMemory;
        this.keys = new WrittenKeys(source, this::settleCountersInTime);
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "otp-table-writer");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.writer = executor;
    }

    /**
     * Brings into the tables what an earlier process could not, and begins.
     *
     * @throws StoreUnavailableException if its journal is not one of this database
     */
    void start() {
        if (journal != null) {
            try (Connection connection = source.getConnection()) {
                connection.setAutoCommit(false);
                new JournalReplay(journal, connection).run();
            } catch (SQLException | IOException e) {
                throw Failures.translate("The journal could not be read", e);
            }
        }
        keys.learn();
        writer.scheduleWithFixedDelay(this::writeQuietly, BEHIND.toMillis(), BEHIND.toMillis(), TimeUnit.MILLISECONDS);
    }

    // ---- what is there

    /** The session as it is; null: ask the database. What the database says is never older than what this has said. */
    @Nullable
    SessionRow known(SessionId id) {
        Unwritten.Row row = state.session(id);
        return row == null ? memory.session(id) : row.row();
    }

    /** Whether something in the tables may be older than what was acknowledged. */
    boolean isBehind(SessionId id) {
        return state.session(id) != null;
    }

    /** Whether there is one like that among the sessions that the tables know nothing new of. */
    boolean isBehindWith(Predicate<SessionRow> like) {
        return state.any(unwritten -> unwritten.hasSession(like));
    }

    /** Whether one of these counters is in the tables as it is no more, or not at all. */
    boolean isBehind(Counter counter) {
        return state.any(unwritten -> unwritten.counters().has(counter));
    }

    /** Whether one of the counters that the tables know nothing new of has ended by then. */
    boolean isBehindWithEnded(Instant by) {
        return state.any(unwritten -> unwritten.counters().hasEnded(by.toEpochMilli()));
    }

    /**
     * For a statement about sessions of some kind, to be called by the lane before it: what the table knows to be of the
     * kind must be so, and it must know of all that is.
     *
     * @param like which kind
     * @param sql of the first that the table knows to be; two parameters: an instant, and how many
     */
    void settleUnlessKnown(Predicate<SessionRow> like, Connection connection, String sql, Instant when, int limit)
            throws SQLException {
        if (isBehindWith(like)
                || rows(connection, sql, when, limit, SessionRow::id).stream().anyMatch(this::isBehind)) {
            settle();
        }
    }

    /** Makes something of a row. */
    @FunctionalInterface
    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static <T> List<T> rows(Connection connection, String sql, Instant when, int limit, RowReader<T> reader)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, when.toEpochMilli());
            statement.setInt(2, limit);
            List<T> read = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    read.add(reader.read(rows));
                }
            }
            return read;
        }
    }

    /**
     * To be called by the lane: from now on there are no such sessions any more, which were gone by then. {@link
     * #deleteMarked} deletes them.
     *
     * @param limit how many at most; those that the table has not come up with are none of them
     * @return how many
     */
    int markGone(Connection connection, Instant goneBefore, int limit) throws SQLException {
        List<SessionId> gone = rows(connection, SessionRow.GONE_IDS, goneBefore, limit, SessionRow::id).stream()
                .filter(id -> !isBehind(id))
                .toList();
        gone.forEach(memory::forget);
        gone.forEach(tombstones::mark);
        return gone.size();
    }

    /** {@link #markGone} of counters that had ended by then. */
    int markEnded(Connection connection, Instant endedBefore, int limit) throws SQLException {
        List<Tombstones.CounterKey> ended =
                rows(connection, CounterRow.ENDED, endedBefore, limit, Tombstones.CounterKey::read).stream()
                        .filter(key -> key.known().filter(this::isBehind).isEmpty())
                        .toList();
        ended.forEach(key -> key.known().ifPresent(memory::forget));
        ended.forEach(tombstones::mark);
        return ended.size();
    }

    /**
     * Returns once the tables have no row any more that was marked by now. Not for the lane: it is not to wait so long.
     *
     * @throws StoreUnavailableException if that could not be done in time
     */
    void deleteMarked() {
        onWriter(
                () -> {
                    deleteMarkedFrom(tables());
                    return null;
                },
                LONG_PATIENCE);
    }

    /** Has to be called before sessions are changed by statements of others'. */
    void forget(Collection<SessionId> ids) {
        if (ids.stream().anyMatch(this::isBehind)) {
            settle();
        }
        ids.forEach(memory::forget);
    }

    /** Has to be called before counters are changed by statements of others'. */
    void forgetCounters() {
        memory.forgetCounters();
    }

    // ---- the lane's

    @Override
    public boolean isPrompt() {
        return (journal != null || inMemory) && missingRoom() < 0;
    }

    @Override
    public boolean addsApart() {
        return false;
    }

    @Override
    public void load(
            Batch batch, Set<SessionId> ids, Set<Counter> counters, BiConsumer<SessionId, RuntimeException> unreadable)
            throws SQLException {
        Set<SessionId> unknown = new LinkedHashSet<>();
        Set<Counter> wanted = new LinkedHashSet<>(counters);
        // of those that are to be added as well: there may be one already
        for (Set<SessionId> some : List.of(Set.copyOf(batch.entries().keySet()), ids)) {
            for (SessionId id : some) {
                SessionRow row = known(id);
                if (row != null) {
                    batch.entries().put(id, Batch.Entry.of(row));
                } else if (keys.mayContain(id.value()) && !tombstones.has(id)) {
                    unknown.add(id);
                }
            }
        }
        if (!unknown.isEmpty()) {
            read(unknown, batch, unreadable);
        }
        for (Batch.Entry entry : batch.entries().values()) {
            BudgetId budget = entry.version == 0 ? null : entry.budget;
            if (budget != null) {
                wanted.add(budget.messages());
                wanted.add(budget.wrongCodes());
            }
        }
        wanted.removeIf(counter ->
                recalled(counter, batch.counters()) || !keys.mayContain(counter.key()) || tombstones.has(counter));
        if (!wanted.isEmpty()) {
            CounterRow.load(connected().findCounters, wanted, batch.counters());
            connected().connection.commit();
        }
    }

    private void read(Set<SessionId> ids, Batch batch, BiConsumer<SessionId, RuntimeException> unreadable)
            throws SQLException {
        Statements from = connected();
        batch.read(from.findAll, ids, revisions, unreadable, (session, row) -> {});
        from.connection.commit();
    }

    private boolean recalled(Counter counter, Counters counters) {
        UnwrittenCounters.Tallied tallied = state.counter(counter);
        if (tallied != null) {
            counters.loaded(counter, tallied.hits());
            return true;
        }
        return memory.recall(counter, counters);
    }

    @Override
    public void write(Batch batch, Runnable counted) throws SQLException {
        waitForRoom(batch.entries().size());
        keep(batch);
        if (journal == null && !inMemory) {
            settleCounters();
        }
        batch.entries().forEach((id, entry) -> {
            if (entry.session == null) {
                memory.forget(id);
            } else {
                memory.put(entry.row(entry.session));
            }
        });
        batch.counters().all().forEach(this::remember);
    }

    /** What is not in the table yet need not be remembered once more. */
    private void remember(CounterRow row) {
        if (isBehind(row.counter())) {
            memory.forget(row.counter());
        } else {
            memory.put(row.counter(), row.kept());
        }
    }

    /** Nothing may come between the journal and what is known to be in it. */
    private synchronized void keep(Batch batch) throws SQLException {
        List<Unwritten.Row> sessions = new ArrayList<>();
        List<CounterRow> counters = batch.counters().changed();
        records.clear();
        for (Batch.Entry entry : batch.entries().values()) {
            if (entry.session == null || entry.timeline == null) {
                continue;
            }
            Unwritten.Row session =
                    new Unwritten.Row(entry.row(entry.session), entry.version == 0, entry.timeline.bytes());
            if (session.isNew()) {
                keys.add(entry.session.id().value());
            }
            records.begin(session.isNew() ? Records.NEW_SESSION : Records.CHANGED_SESSION);
            session.bind(records);
            records.end();
            sessions.add(session);
        }
        for (CounterRow row : counters) {
            if (row.isNew()) {
                keys.add(row.counter().key());
            }
            records.begin(Records.COUNTER);
            records.uuid(row.counter().key());
            records.number(row.counter().kind().number());
            records.numbers(row.hits());
            records.instant(row.endsAt());
            records.end();
        }
        if (records.isEmpty()) {
            return;
        }
        if (journal != null) {
            try {
                journal.append(records);
            } catch (IOException e) {
                throw new SQLException("The journal could not be written", "58030", e);
            }
        }
        State current = state;
        sessions.forEach(current.changing::put);
        for (CounterRow row : counters) {
            UnwrittenCounters.Tallied before = current.changing.counters().get(row.counter());
            boolean isNew = before == null
                    ? row.isNew()
                            && (current.writing == null
                                    || !current.writing.counters().has(row.counter()))
                    : before.isNew();
            current.changing
                    .counters()
                    .put(row.counter(), new UnwrittenCounters.Tallied(row.hits(), row.endsAt(), isNew));
            row.written(true);
        }
    }

    /**
     * The further the tables are behind, the longer whoever writes waits, for each session that is written: so they never
     * fall back for good.
     */
    private void waitForRoom(int sessions) {
        int more = missingRoom();
        if (more >= -ROOM && called.compareAndSet(false, true)) {
            writer.execute(this::writeQuietly);
        }
        if (more >= TOO_MANY) {
            settleCounters();
        } else if (more >= 0) {
            LockSupport.parkNanos(Math.min(LONGEST_WAIT.toNanos(), TimeUnit.MICROSECONDS.toNanos(more) * sessions));
        }
    }

    /** How many too many there are that the tables do not know of; negative: for so many there is room. */
    private int missingRoom() {
        Unwritten changing = state.changing;
        int sessions = changing.sessionCount() - MANY_SESSIONS;
        int counters = changing.counters().count() - MANY_COUNTERS;
        return Math.max(sessions, counters) - ROOM;
    }

    @Override
    public Connection connection() throws SQLException {
        return connected().connection;
    }

    @Override
    public void commit() throws SQLException {
        try {
            connected().connection.commit();
        } catch (SQLException e) {
            // nobody knows what was kept: nothing may be tried again on the strength of it
            disconnect();
            throw new SQLException("The commit failed", "08007", e);
        }
    }

    @Override
    public boolean rollback() {
        memory.clear();
        if (reading == null || reading.undo()) {
            return true;
        }
        disconnect();
        return false;
    }

    @Override
    public void disconnect() {
        memory.clear();
        if (reading != null) {
            reading.close();
            reading = null;
        }
    }

    private Statements connected() throws SQLException {
        Statements current = reading;
        if (current == null) {
            current = new Statements(source);
            reading = current;
        }
        return current;
    }

    // ---- the tables

    /**
     * Returns once all sessions that have been acknowledged by now are in the tables.
     *
     * @throws StoreUnavailableException if they are not, within {@link Lane#PATIENCE}
     */
    void settle() {
        settle(false, Lane.PATIENCE);
    }

    /** The same for those who have time. */
    void settleInTime() {
        settle(false, LONG_PATIENCE);
    }

    /** {@link #settle} of sessions and counters. */
    void settleCounters() {
        settle(true, Lane.PATIENCE);
    }

    /** The same for those who have time. */
    void settleCountersInTime() {
        settle(true, LONG_PATIENCE);
    }

    private void settle(boolean withCounters, Duration patience) {
        if (!state.isSettled(withCounters)) {
            onWriter(() -> writeTables(withCounters), patience);
        }
    }

    private void onWriter(Callable<@Nullable Void> work, Duration patience) {
        try {
            Future<?> writing = writer.submit(work);
            writing.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("Interrupted while tables were written", e);
        } catch (ExecutionException e) {
            throw Failures.translate("The tables could not be written", asException(e.getCause()));
        } catch (TimeoutException | RejectedExecutionException e) {
            throw new StoreUnavailableException("The tables were not written in time", e);
        }
    }

    private static Exception asException(@Nullable Throwable cause) {
        return cause instanceof Exception exception ? exception : new CompletionException(cause);
    }

    private void writeQuietly() {
        called.set(false);
        try {
            writeTables(false);
        } catch (Exception e) {
            // it stays where it is, and is tried again
            log.warn("The tables could not be written: {}", e.toString());
            log.debug("The tables could not be written", e);
        }
    }

    /** On the writer's thread: what is on its way, and what has come since; counters only if asked for, or in their time. */
    private @Nullable Void writeTables(boolean withCounters) throws SQLException {
        if (tables != null && keys.mayBeOld()) {
            learnKeysAnew(tables);
        }
        if (state.writing != null) {
            write(state);
        }
        State next = take(withCounters || areCountersDue());
        if (next.writing != null) {
            write(next);
        }
        return null;
    }

    private void learnKeysAnew(TableWriter counting) {
        try {
            keys.learnAnew(counting.rows());
        } catch (SQLException e) {
            log.debug("The rows could not be counted", e);
        }
    }

    private boolean areCountersDue() {
        return state.changing.counters().count() >= MANY_COUNTERS
                || System.nanoTime() - countersTakenAt >= COUNTERS_BEHIND.toNanos();
    }

    private synchronized State take(boolean withCounters) {
        State current = state;
        Unwritten changing = current.changing;
        boolean all = withCounters || changing.counters().count() == 0;
        if (changing.isEmpty(all)) {
            return current;
        }
        int upTo = journal == null ? 0 : journal.rotate();
        State next = all
                ? new State(new Unwritten(), changing, upTo, upTo)
                : new State(changing.countersAlone(), changing.sessionsAlone(), upTo, current.countersUpTo);
        if (all) {
            countersTakenAt = System.nanoTime();
        }
        state = next;
        return next;
    }

    private void write(State current) throws SQLException {
        Unwritten writing = current.writing;
        if (writing == null) {
            return;
        }
        TableWriter to = tables();
        // first: what counts as deleted may be there anew
        deleteMarkedFrom(to);
        onTables(to, () -> to.write(writing, journal, current.upTo, current.countersUpTo));
        synchronized (this) {
            state = new State(state.changing, null, current.upTo, current.countersUpTo);
        }
        if (journal != null) {
            try {
                while (deleted < current.countersUpTo) {
                    journal.delete(deleted + 1);
                    deleted++;
                }
            } catch (IOException e) {
                log.warn("What is in the tables could not be removed from the journal: {}", e.toString());
            }
        }
    }

    private void deleteMarkedFrom(TableWriter from) throws SQLException {
        Tombstones.Marked marked = tombstones.marked();
        if (!marked.isEmpty()) {
            onTables(from, () -> from.delete(marked));
            tombstones.unmark(marked);
        }
    }

    private TableWriter tables() throws SQLException {
        TableWriter current = tables;
        if (current == null) {
            current = new TableWriter(source);
            tables = current;
        }
        return current;
    }

    /** Writes them; where that fails nobody knows what has become of their connection. */
    private void onTables(TableWriter current, Writing work) throws SQLException {
        try {
            work.run();
        } catch (SQLException | RuntimeException e) {
            current.close();
            tables = null;
            throw e;
        }
    }

    @FunctionalInterface
    private interface Writing {
        void run() throws SQLException;
    }

    /** Brings all into the tables. The lane must have ended. */
    @Override
    public void close() {
        keys.close(LONG_PATIENCE);
        try {
            settleCountersInTime();
        } catch (StoreUnavailableException e) {
            log.warn("What is in the journal comes into the tables at the next start: {}", e.getMessage());
        }
        writer.shutdown();
        try {
            if (!writer.awaitTermination(LONG_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("Still writing tables while the database is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (tables != null) {
            tables.close();
        }
    }

    /** What the lane reads with, and whatever else it does. */
    private static final class Statements extends PreparedConnection {
        private final PreparedStatement findAll = prepare(SessionRow.FIND_ALL);
        private final PreparedStatement findCounters = prepare(CounterRow.FIND_ALL);

        Statements(DataSource source) throws SQLException {
            super(source, false);
        }
    }
}
