package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.port.Once;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread with one connection that writes sessions: it takes all moves that wait, reads their sessions in one query,
 * applies them one after another, writes the outcome in one batch and commits once. While it commits the next ones
 * gather, so the busier it is the more share a commit; a lone one waits for nobody. Thread-safe.
 *
 * <p>What is read is guarded by its version when it is written, so several lanes, here or on other nodes, may meet on a
 * session: who comes second is applied again to what the first has left.
 */
final class Lane {

    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    /** How long a move waits before its caller is told that the store is unavailable. */
    static final Duration PATIENCE = Duration.ofMillis(1_600);

    /** How often something is tried that others stand in the way of. */
    private static final int ATTEMPTS = 3;

    /** More than can be written within {@link #PATIENCE}. */
    private static final int CAPACITY = 50_000;

    /** Without signs, as PostgreSQL has them. */
    private static final Comparator<UUID> AS_THE_DATABASE = Comparator.<UUID>comparingLong(
                    id -> id.getMostSignificantBits() + Long.MIN_VALUE)
            .thenComparingLong(id -> id.getLeastSignificantBits() + Long.MIN_VALUE);

    private final Engine engine;
    private final WidgetRevisions revisions;
    private final Clock clock;
    private final Consumer<Decision<?>> listeners;
    private final BlockingQueue<Job> waiting = new LinkedBlockingQueue<>(CAPACITY);
    private final Thread thread;
    private volatile List<Job> underWay = List.of();
    private volatile boolean closing;
    private volatile boolean ended;
    private @Nullable Statements statements;

    /** @param listeners is called with every change, after it is safe, on the lane's thread */
    Lane(String name, Engine engine, WidgetRevisions revisions, Clock clock, Consumer<Decision<?>> listeners) {
        this.engine = engine;
        this.revisions = revisions;
        this.clock = clock;
        this.listeners = listeners;
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    <A> CompletableFuture<Optional<A>> submit(SessionId id, Function<Session, Decision<A>> move) {
        return submit(id, null, move);
    }

    /** @param once null: a move that is made as often as it is asked for */
    <A> CompletableFuture<Optional<A>> submit(
            SessionId id, @Nullable Once<A> once, Function<Session, Decision<A>> move) {
        Move<A> job = new Move<>(id, once, move);
        enqueue(job);
        return job.future;
    }

    CompletableFuture<Boolean> add(Decision<SessionId> started) {
        Add job = new Add(started);
        enqueue(job);
        return job.future;
    }

    /** Does something else in a transaction of its own, between two batches. */
    <T> CompletableFuture<T> call(Work<T> work) {
        Call<T> job = new Call<>(work);
        enqueue(job);
        return job.future;
    }

    /** What the connection is used for; the transaction is committed afterwards, or rolled back if it throws. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** Fails what has waited too long: the thread itself cannot while the database does not answer it. */
    void failOverdue() {
        long overdue = System.nanoTime() - PATIENCE.toNanos();
        underWay.forEach(job -> job.failIfSince(overdue));
        for (Job job : waiting) {
            if (!job.failIfSince(overdue)) {
                return;
            }
        }
    }

    /** Takes nothing new, finishes what waits, and lets the connection go. */
    void close(Duration patience) throws InterruptedException {
        closing = true;
        if (!waiting.offer(new Call<>(connection -> true))) {
            log.warn("Closing with {} changes waiting", waiting.size());
        }
        thread.join(patience.toMillis());
        failAll(List.copyOf(waiting), closed());
    }

    private void enqueue(Job job) {
        if (closing) {
            job.fail(closed());
        } else if (!waiting.offer(job)) {
            job.fail(new StoreUnavailableException(
                    "More changes wait than can be written", new TimeoutException("The queue is full")));
        } else if (ended && waiting.remove(job)) {
            job.fail(closed());
        }
    }

    private static StoreUnavailableException closed() {
        return new StoreUnavailableException("The database is being closed", new IllegalStateException("Closed"));
    }

    private void run() {
        List<Job> jobs = new ArrayList<>(engine.batchSize());
        while (!closing || !waiting.isEmpty()) {
            jobs.clear();
            try {
                jobs.add(waiting.take());
            } catch (InterruptedException e) {
                // nobody is meant to interrupt this thread: H2 would close the file under it
                log.warn("Somebody interrupted the thread that writes sessions; it goes on");
                continue;
            }
            waiting.drainTo(jobs, engine.batchSize() - 1);
            underWay = List.copyOf(jobs);
            try {
                process(underWay);
            } catch (Throwable e) {
                // the thread must live: without it nothing is ever written again
                log.error("A batch of changes failed", e);
                failAll(underWay, new IllegalStateException("A batch of changes failed", e));
                disconnect();
            } finally {
                underWay = List.of();
            }
        }
        ended = true;
        failAll(List.copyOf(waiting), closed());
        disconnect();
    }

    /** Keeps the order: calls split the batch. */
    private void process(List<Job> jobs) {
        List<RowJob> rows = new ArrayList<>(jobs.size());
        for (Job job : jobs) {
            if (job instanceof RowJob row) {
                rows.add(row);
            } else if (job instanceof Call<?> call) {
                writeTransactions(rows);
                rows = new ArrayList<>();
                perform(call);
            }
        }
        writeTransactions(rows);
    }

    /** Sessions that are added, and those that are there, apart where each batch of statements commits itself. */
    private void writeTransactions(List<RowJob> jobs) {
        if (!engine.commitsBatches()) {
            writeAll(jobs);
            return;
        }
        Set<SessionId> added =
                jobs.stream().filter(Add.class::isInstance).map(job -> job.id).collect(Collectors.toSet());
        Map<Boolean, List<RowJob>> parts =
                jobs.stream().collect(Collectors.partitioningBy(job -> added.contains(job.id)));
        parts.values().forEach(this::writeAll);
    }

    private <T> void perform(Call<T> call) {
        if (call.future.isDone()) {
            return;
        }
        for (int attempt = 1; ; attempt++) {
            try {
                Connection connection = connected().connection;
                T result = call.work.on(connection);
                commit(connection, true);
                call.future.complete(result);
                return;
            } catch (SQLException | RuntimeException e) {
                boolean again =
                        rollback() && e instanceof SQLException sql && Failures.isConflict(sql) && attempt < ATTEMPTS;
                if (!again) {
                    call.fail(Failures.translate("The database could not be written", e));
                    return;
                }
            }
        }
    }

    /** Writes them together; those whose sessions somebody else changed meanwhile, again; if that fails, one by one. */
    private void writeAll(List<RowJob> jobs) {
        List<RowJob> rest = jobs;
        while (!rest.isEmpty()) {
            List<RowJob> wanted =
                    rest.stream().filter(job -> !job.future().isDone()).toList();
            if (wanted.isEmpty()) {
                return;
            }
            try {
                rest = write(wanted);
            } catch (SQLException | RuntimeException e) {
                boolean lost = !rollback();
                if (!lost && e instanceof SQLException sql && Failures.isConflict(sql)) {
                    continue;
                }
                if (lost || (e instanceof SQLException sql && !Failures.isOurFault(sql))) {
                    StoreUnavailableException unavailable =
                            new StoreUnavailableException("The database could not be written", e);
                    failAll(wanted, unavailable);
                    log.warn("{} changes could not be written: {}", wanted.size(), e.toString());
                    return;
                }
                if (wanted.size() == 1) {
                    wanted.get(0).fail(refused(wanted.get(0), e));
                    return;
                }
                wanted.forEach(job -> writeAll(List.of(job)));
                return;
            }
        }
    }

    private static RuntimeException refused(RowJob job, Exception e) {
        return job instanceof Add && e instanceof SQLException sql && Failures.isDuplicate(sql)
                ? new IllegalArgumentException("There is a session " + job.id + " already", e)
                : new IllegalStateException("Session " + job.id + " could not be written", e);
    }

    /**
     * One transaction.
     *
     * @return the jobs whose sessions were changed by somebody else meanwhile, of which nothing has been kept
     */
    private List<RowJob> write(List<RowJob> jobs) throws SQLException {
        Statements to = connected();
        Instant now = clock.instant();
        Map<SessionId, Entry> entries = load(to, jobs);
        for (RowJob job : jobs) {
            Entry entry = entries.get(job.id);
            if (entry != null) {
                job.applyTo(entry, now);
            }
        }
        boolean inserting = false;
        List<Entry> updated = new ArrayList<>();
        // everywhere in the same order: two lanes that meet on several sessions must not wait for each other
        for (Entry entry : inOrder(entries)) {
            if (entry.session == null || entry.timeline == null) {
                continue;
            }
            if (entry.version == 0) {
                SessionRow.bindInsert(to.insert, entry.session, entry.timeline.bytes());
                to.insert.addBatch();
                inserting = true;
            } else {
                SessionRow.bindUpdate(
                        to.update, entry.session, entry.version, entry.requestsDone, entry.timeline.bytes());
                to.update.addBatch();
                updated.add(entry);
            }
        }
        if (inserting) {
            to.insert.executeBatch();
        }
        if (!updated.isEmpty()) {
            int[] counts = to.update.executeBatch();
            for (int i = 0; i < counts.length; i++) {
                updated.get(i).overtaken = counts[i] == 0;
            }
        }
        commit(to.connection, inserting || !updated.isEmpty());
        List<RowJob> overtaken = new ArrayList<>();
        for (RowJob job : jobs) {
            Entry entry = entries.get(job.id);
            if (entry != null && entry.overtaken) {
                overtaken.add(job);
            } else {
                if (job.change != null) {
                    listeners.accept(job.change);
                }
                job.complete();
            }
        }
        return overtaken;
    }

    private static List<Entry> inOrder(Map<SessionId, Entry> entries) {
        return entries.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().value(), AS_THE_DATABASE))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** After a commit that failed nobody knows what was kept: nothing may be tried again on the strength of it. */
    private void commit(Connection connection, boolean wrote) throws SQLException {
        try {
            if (!engine.commitsBatches()) {
                connection.commit();
            }
        } catch (SQLException e) {
            disconnect();
            if (wrote) {
                throw new SQLException("The commit failed", "08007", e);
            }
            throw e;
        }
    }

    /** An entry for every session that is there or is to be added. One that cannot be read fails its jobs alone. */
    private Map<SessionId, Entry> load(Statements from, List<RowJob> jobs) throws SQLException {
        Map<SessionId, Entry> entries = new LinkedHashMap<>();
        Set<UUID> ids = new LinkedHashSet<>();
        for (RowJob job : jobs) {
            if (job instanceof Add) {
                entries.putIfAbsent(job.id, new Entry(null, 0, DoneRequests.NONE));
            }
        }
        for (RowJob job : jobs) {
            if (!entries.containsKey(job.id)) {
                ids.add(job.id.value());
            }
        }
        if (!ids.isEmpty()) {
            from.findAll.setArray(1, from.connection.createArrayOf("uuid", ids.toArray()));
            try (ResultSet rows = from.findAll.executeQuery()) {
                while (rows.next()) {
                    SessionId id = SessionRow.id(rows);
                    try {
                        SessionRow row = SessionRow.read(
                                rows, (widget, revision) -> revisions.get(widget, revision, from.connection));
                        entries.put(id, new Entry(row.session(), row.version(), row.requestsDone()));
                    } catch (RuntimeException e) {
                        log.error("Session {} cannot be read", id, e);
                        jobs.stream()
                                .filter(job -> job.id.equals(id))
                                .forEach(job ->
                                        job.fail(new IllegalStateException("Session " + id + " cannot be read", e)));
                    }
                }
            }
        }
        return entries;
    }

    private Statements connected() throws SQLException {
        if (statements != null && statements.outages != engine.outages()) {
            disconnect();
        }
        if (statements == null) {
            statements = new Statements(engine);
        }
        return statements;
    }

    /** Whether the connection can go on. */
    @CanIgnoreReturnValue
    private boolean rollback() {
        Statements current = statements;
        if (current == null) {
            return false;
        }
        try {
            current.insert.clearBatch();
            current.update.clearBatch();
            if (!engine.commitsBatches()) {
                current.connection.rollback();
            }
            if (current.connection.isValid(1)) {
                return true;
            }
        } catch (SQLException e) {
            log.debug("Nothing to roll back any more", e);
        }
        disconnect();
        return false;
    }

    private void disconnect() {
        Statements current = statements;
        statements = null;
        if (current != null) {
            try {
                current.connection.close();
            } catch (SQLException e) {
                log.debug("The connection was closed already", e);
            }
        }
    }

    private static void failAll(List<? extends Job> jobs, RuntimeException failure) {
        jobs.forEach(job -> job.fail(failure));
    }

    /** A connection and what is prepared on it. */
    private static final class Statements {
        private final Connection connection;
        private final PreparedStatement findAll;
        private final PreparedStatement insert;
        private final PreparedStatement update;
        private final int outages;

        Statements(Engine engine) throws SQLException {
            outages = engine.outages();
            connection = engine.source().getConnection();
            try {
                connection.setAutoCommit(engine.commitsBatches());
                findAll = connection.prepareStatement(SessionRow.FIND_ALL);
                insert = connection.prepareStatement(SessionRow.INSERT);
                update = connection.prepareStatement(SessionRow.update(engine));
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        }
    }

    /** A session within a batch. */
    private static final class Entry {
        private @Nullable Session session;
        private final int version;
        private DoneRequests requestsDone;
        /** What is to be appended; null: nothing changed. */
        private @Nullable Timeline timeline;

        private boolean overtaken;

        Entry(@Nullable Session session, int version, DoneRequests requestsDone) {
            this.session = session;
            this.version = version;
            this.requestsDone = requestsDone;
        }

        void take(Decision<?> decision, Instant now) {
            session = decision.next();
            if (timeline == null) {
                timeline = new Timeline(session.terms().startedAt());
            }
            timeline.append(now, decision.events());
        }
    }

    private abstract static class Job {
        private final long since = System.nanoTime();

        abstract CompletableFuture<?> future();

        final void fail(RuntimeException failure) {
            future().completeExceptionally(failure);
        }

        /** Whether it is that old. */
        @CanIgnoreReturnValue
        final boolean failIfSince(long overdue) {
            if (since - overdue > 0) {
                return false;
            }
            if (!future().isDone()) {
                fail(new StoreUnavailableException(
                        "The database did not answer in time",
                        new TimeoutException("Waited longer than " + PATIENCE.toSeconds() + " s")));
            }
            return true;
        }
    }

    /** Something done to one session. It may be applied several times; only the last time counts. */
    private abstract static class RowJob extends Job {
        final SessionId id;
        /** What the listeners are to be told; null: nothing. */
        @Nullable
        Decision<?> change;

        RowJob(SessionId id) {
            this.id = id;
        }

        abstract void applyTo(Entry entry, Instant now);

        abstract void complete();
    }

    private static final class Add extends RowJob {
        private final Decision<SessionId> started;
        private final CompletableFuture<Boolean> future = new CompletableFuture<>();

        Add(Decision<SessionId> started) {
            super(started.next().id());
            this.started = started;
        }

        @Override
        void applyTo(Entry entry, Instant now) {
            change = null;
            if (entry.session != null) {
                fail(new IllegalArgumentException("There is a session " + id + " already"));
            } else {
                entry.take(started, now);
                change = started;
            }
        }

        @Override
        void complete() {
            future.complete(true);
        }

        @Override
        CompletableFuture<Boolean> future() {
            return future;
        }
    }

    private static final class Move<A> extends RowJob {
        private final @Nullable Once<A> once;
        private final Function<Session, Decision<A>> move;
        private final CompletableFuture<Optional<A>> future = new CompletableFuture<>();
        private Optional<A> answer = Optional.empty();

        Move(SessionId id, @Nullable Once<A> once, Function<Session, Decision<A>> move) {
            super(id);
            this.once = once;
            this.move = move;
        }

        @Override
        void applyTo(Entry entry, Instant now) {
            change = null;
            answer = Optional.empty();
            Session before = entry.session;
            if (before == null || future.isDone()) {
                return;
            }
            if (once != null && entry.requestsDone.contains(once.request())) {
                answer = Optional.of(once.done());
                return;
            }
            try {
                Decision<A> decision = move.apply(before);
                answer = Optional.of(decision.answer());
                if (decision.changes(before)) {
                    if (once != null && once.done().equals(decision.answer())) {
                        entry.requestsDone = entry.requestsDone.with(once.request());
                    }
                    entry.take(decision, now);
                    change = decision;
                }
            } catch (RuntimeException | StackOverflowError e) {
                future.completeExceptionally(e);
            }
        }

        @Override
        void complete() {
            future.complete(answer);
        }

        @Override
        CompletableFuture<Optional<A>> future() {
            return future;
        }
    }

    private static final class Call<T> extends Job {
        private final Work<T> work;
        private final CompletableFuture<T> future = new CompletableFuture<>();

        Call(Work<T> work) {
            this.work = work;
        }

        @Override
        CompletableFuture<T> future() {
            return future;
        }
    }
}
