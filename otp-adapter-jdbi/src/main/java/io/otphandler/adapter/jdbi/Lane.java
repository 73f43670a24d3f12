package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.port.BudgetId;
import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Embargo;
import io.otphandler.application.port.Limit;
import io.otphandler.application.port.Once;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.limit.Allowance;
import io.otphandler.domain.limit.Budget;
import io.otphandler.domain.limit.Rule;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.Usage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 *
 * <p>What moves use of their sessions' budgets is counted before the sessions are written, in rows that must still be as
 * they were read. So no move is kept that was decided on more than there was; one whose session turns out to have been
 * changed by somebody else has its place already when it is decided again, and gives it back if it needs none any more.
 *
 * <p>Where nobody else writes, it remembers what it has committed, and reads only what it does not remember. That is
 * judged as if it had been read: what is not as it was remembered is not written.
 */
final class Lane {

    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    /** How long a move waits before its caller is told that the store is unavailable. */
    static final Duration PATIENCE = Duration.ofMillis(1_600);

    /** How often something is tried that others stand in the way of. */
    private static final int ATTEMPTS = 3;

    /** More than can be written within {@link #PATIENCE}. */
    private static final int CAPACITY = 50_000;

    private final Engine engine;
    private final WidgetRevisions revisions;
    private final Allowance allowance;
    private final Embargo embargo;
    private final Clock clock;
    private final Consumer<Decision<?>> listeners;
    /** Null: others write as well. */
    private final @Nullable LaneMemory memory;

    private final BlockingQueue<Job> waiting = new LinkedBlockingQueue<>(CAPACITY);
    private final Thread thread;
    private volatile List<Job> underWay = List.of();
    private volatile boolean closing;
    private volatile boolean ended;
    private @Nullable Statements statements;

    /**
     * @param allowance what every budget is counted against
     * @param embargo holds back messages of sessions that have a budget
     * @param listeners is called with every change, after it is safe, on the lane's thread
     */
    Lane(
            String name,
            Engine engine,
            WidgetRevisions revisions,
            Allowance allowance,
            Embargo embargo,
            Clock clock,
            Consumer<Decision<?>> listeners) {
        this.engine = engine;
        this.revisions = revisions;
        this.allowance = allowance;
        this.embargo = embargo;
        this.clock = clock;
        this.listeners = listeners;
        this.memory = engine.isShared() ? null : new LaneMemory();
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    <A> CompletableFuture<Optional<A>> submit(SessionId id, Sessions.Move<A> move) {
        return submit(id, null, move);
    }

    /** @param once null: a move that is made as often as it is asked for */
    <A> CompletableFuture<Optional<A>> submit(SessionId id, @Nullable Once<A> once, Sessions.Move<A> move) {
        Move<A> job = new Move<>(id, once, move);
        enqueue(job);
        return job.future;
    }

    /**
     * Keeps a session, unless one of the limits has no room: then the answer is when there will be some.
     *
     * @param counted only where nobody but this lane counts
     */
    CompletableFuture<Optional<Instant>> add(
            Decision<SessionId> started, @Nullable BudgetId budget, List<Limit> counted, Instant asked) {
        Add job = new Add(started, budget, counted, asked);
        enqueue(job);
        return job.future;
    }

    /** Counts something together with what else waits: only where nobody but this lane counts. */
    <T> CompletableFuture<T> count(Collection<Counter> counters, Function<Counters, T> work) {
        Count<T> job = new Count<>(counters, work);
        enqueue(job);
        return job.future;
    }

    /** Does something else in a transaction of its own, between two batches. */
    <T> CompletableFuture<T> call(Work<T> work) {
        Call<T> job = new Call<>(work);
        enqueue(job);
        return job.future;
    }

    /**
     * The session as it was committed last; null: ask the database. What the database says is never older than what this
     * has said before.
     */
    @Nullable
    Session remembered(SessionId id) {
        SessionRow row = memory == null ? null : memory.session(id);
        return row == null ? null : row.session();
    }

    /** Has to be called before sessions that were gone by then are deleted, where that is done. */
    void forgetGone(Instant goneBefore) {
        if (memory != null) {
            memory.forgetGone(goneBefore);
        }
    }

    /** Has to be called before counters are changed by statements of others', where that is done. */
    void forgetCounters() {
        if (memory != null) {
            memory.forgetCounters();
        }
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
        List<BatchJob> rows = new ArrayList<>(jobs.size());
        for (Job job : jobs) {
            if (job instanceof BatchJob row) {
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
    private void writeTransactions(List<BatchJob> jobs) {
        if (!engine.commitsBatches()) {
            writeAll(jobs);
            return;
        }
        Set<SessionId> added = jobs.stream()
                .filter(Add.class::isInstance)
                .map(job -> ((Add) job).id)
                .collect(Collectors.toSet());
        Map<Boolean, List<BatchJob>> parts = jobs.stream()
                .collect(Collectors.partitioningBy(job -> job instanceof RowJob row && added.contains(row.id)));
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
    private void writeAll(List<BatchJob> jobs) {
        List<BatchJob> rest = jobs;
        while (!rest.isEmpty()) {
            List<BatchJob> wanted =
                    rest.stream().filter(job -> !job.future().isDone()).toList();
            if (wanted.isEmpty()) {
                return;
            }
            try {
                rest = write(wanted);
            } catch (SQLException | RuntimeException e) {
                boolean lost = !rollback();
                forgetAll();
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

    private static RuntimeException refused(BatchJob job, Exception e) {
        return job instanceof Add add && e instanceof SQLException sql && Failures.isDuplicate(sql)
                ? new IllegalArgumentException("There is a session " + add.id + " already", e)
                : new IllegalStateException(job + " could not be written", e);
    }

    /**
     * One transaction.
     *
     * @return the jobs whose sessions were changed by somebody else meanwhile, of which nothing has been kept
     */
    private List<BatchJob> write(List<BatchJob> jobs) throws SQLException {
        Statements to = connected();
        Instant now = clock.instant();
        Batch batch = load(to, jobs);
        for (BatchJob job : jobs) {
            job.applyTo(batch, now);
        }
        boolean counting = count(to, batch, jobs);
        boolean inserting = false;
        List<Entry> updated = new ArrayList<>();
        // everywhere in the same order: two lanes that meet on several sessions must not wait for each other
        for (Entry entry : inOrder(batch.entries)) {
            if (entry.session == null || entry.timeline == null || entry.overtaken) {
                continue;
            }
            if (entry.version == 0) {
                SessionRow.bindInsert(to.insert, entry.session, entry.budget, entry.timeline.bytes());
                to.insert.addBatch();
                inserting = true;
            } else {
                int next = SessionRow.bindUpdate(
                        to.update, entry.session, entry.version, entry.requestsDone, entry.timeline.bytes());
                if (engine.commitsBatches()) {
                    (entry.guessed == null ? CounterRow.NOT_GUESSED : entry.guessed).bindUnchanged(to.update, next);
                }
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
        commit(to.connection, counting || inserting || !updated.isEmpty());
        if (memory != null) {
            remember(batch, memory);
        }
        List<BatchJob> overtaken = new ArrayList<>();
        for (BatchJob job : jobs) {
            if (job.isOvertaken(batch)) {
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

    /** What is committed is known from now on. */
    private static void remember(Batch batch, LaneMemory memory) {
        batch.entries.forEach((id, entry) -> {
            if (entry.session == null || entry.overtaken) {
                memory.forget(id);
            } else {
                memory.put(new SessionRow(
                        entry.session,
                        entry.timeline == null ? entry.version : entry.version + 1,
                        entry.requestsDone,
                        entry.budget));
            }
        });
        batch.counters.all().forEach(row -> memory.put(row.counter(), row.kept()));
    }

    /** Nobody knows what has become of it. */
    private void forgetAll() {
        if (memory != null) {
            memory.clear();
        }
    }

    /**
     * Writes what is counted. Where each batch of statements commits itself, the places taken stay with the jobs until
     * their sessions are written.
     *
     * @return whether there was anything
     */
    private boolean count(Statements to, Batch batch, List<BatchJob> jobs) throws SQLException {
        Map<Boolean, List<CounterRow>> changed =
                batch.counters.changed().stream().collect(Collectors.partitioningBy(CounterRow::isNew));
        List<CounterRow> added = changed.getOrDefault(true, List.of());
        List<CounterRow> updated = changed.getOrDefault(false, List.of());
        for (CounterRow row : added) {
            row.bindInsert(to.insertCounter);
            to.insertCounter.addBatch();
        }
        write(to.insertCounter, added);
        for (CounterRow row : updated) {
            row.bindUpdate(to.updateCounter);
            to.updateCounter.addBatch();
        }
        write(to.updateCounter, updated);
        if (memory != null && changed.values().stream().flatMap(List::stream).anyMatch(CounterRow::isOvertaken)) {
            throw new SQLException("A counter is not as it was remembered", "40001");
        }
        if (engine.commitsBatches()) {
            jobs.forEach(job -> job.counted(batch));
        }
        batch.entries.values().forEach(Entry::learnWhatWasCounted);
        return !added.isEmpty() || !updated.isEmpty();
    }

    private static void write(PreparedStatement batch, List<CounterRow> rows) throws SQLException {
        if (!rows.isEmpty()) {
            int[] counts = batch.executeBatch();
            for (int i = 0; i < counts.length; i++) {
                rows.get(i).written(counts[i] != 0);
            }
        }
    }

    private static List<Entry> inOrder(Map<SessionId, Entry> entries) {
        return entries.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().value(), Counters.AS_THE_DATABASE))
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
    private Batch load(Statements from, List<BatchJob> jobs) throws SQLException {
        Batch batch = new Batch(new LinkedHashMap<>(), new Counters());
        Map<SessionId, Entry> entries = batch.entries;
        Set<UUID> ids = new LinkedHashSet<>();
        Set<Counter> counters = new LinkedHashSet<>();
        for (BatchJob job : jobs) {
            if (job instanceof Add add) {
                entries.putIfAbsent(add.id, new Entry(null, 0, DoneRequests.NONE, add.budget));
                add.counted.forEach(limit -> counters.add(limit.counter()));
            }
        }
        for (BatchJob job : jobs) {
            if (job instanceof RowJob row && !entries.containsKey(row.id)) {
                Entry known = recalled(row.id, batch.counters);
                if (known == null) {
                    ids.add(row.id.value());
                } else {
                    entries.put(row.id, known);
                }
            } else if (job instanceof Count<?> count) {
                counters.addAll(count.counters);
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
                        entries.put(id, new Entry(row.session(), row.version(), row.requestsDone(), row.budget()));
                        BudgetId budget = row.budget();
                        if (budget != null) {
                            batch.counters.loaded(budget.messages(), CounterRow.hits(rows, "messages"));
                            batch.counters.loaded(budget.wrongCodes(), CounterRow.hits(rows, "wrong_codes"));
                        }
                    } catch (RuntimeException e) {
                        log.error("Session {} cannot be read", id, e);
                        jobs.stream()
                                .filter(job -> job instanceof RowJob row && row.id.equals(id))
                                .forEach(job ->
                                        job.fail(new IllegalStateException("Session " + id + " cannot be read", e)));
                    }
                }
            }
        }
        counters.removeIf(counter -> batch.counters.has(counter) || recalled(counter, batch.counters));
        if (!counters.isEmpty()) {
            from.findCounters.setArray(
                    1,
                    from.connection.createArrayOf(
                            "uuid", counters.stream().map(Counter::key).toArray()));
            try (ResultSet rows = from.findCounters.executeQuery()) {
                while (rows.next()) {
                    UUID key = rows.getObject("counter", UUID.class);
                    int kind = rows.getInt("kind");
                    long @Nullable [] hits = CounterRow.hits(rows, "hits");
                    counters.stream()
                            .filter(counter ->
                                    counter.key().equals(key) && counter.kind().number() == kind)
                            .forEach(counter -> batch.counters.loaded(counter, hits));
                }
            }
        }
        return batch;
    }

    /** As if it had been read; null: it is not remembered. */
    private @Nullable Entry recalled(SessionId id, Counters counters) {
        SessionRow row = memory == null ? null : memory.session(id);
        if (row == null) {
            return null;
        }
        BudgetId budget = row.budget();
        return budget == null || (recalled(budget.messages(), counters) && recalled(budget.wrongCodes(), counters))
                ? new Entry(row.session(), row.version(), row.requestsDone(), budget)
                : null;
    }

    private boolean recalled(Counter counter, Counters counters) {
        LaneMemory.Kept kept = memory == null ? null : memory.counter(counter);
        if (kept != null) {
            counters.loaded(counter, kept.hits());
        }
        return kept != null;
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
            current.insertCounter.clearBatch();
            current.updateCounter.clearBatch();
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
        forgetAll();
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
        private final PreparedStatement findCounters;
        private final PreparedStatement insertCounter;
        private final PreparedStatement updateCounter;
        private final int outages;

        Statements(Engine engine) throws SQLException {
            outages = engine.outages();
            connection = engine.source().getConnection();
            try {
                connection.setAutoCommit(engine.commitsBatches());
                findAll = connection.prepareStatement(SessionRow.FIND_ALL_COUNTED);
                insert = connection.prepareStatement(SessionRow.INSERT);
                update = connection.prepareStatement(SessionRow.update(engine));
                findCounters = connection.prepareStatement(CounterRow.FIND_ALL);
                insertCounter = connection.prepareStatement(engine.insertCounter());
                updateCounter = connection.prepareStatement(CounterRow.UPDATE);
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        }
    }

    /** What a batch is concerned with. */
    private record Batch(Map<SessionId, Entry> entries, Counters counters) {}

    /** A session within a batch. */
    private static final class Entry {
        private @Nullable Session session;
        private final int version;
        private DoneRequests requestsDone;
        private final @Nullable BudgetId budget;
        /** The counters that something has used, or that must be as they were. */
        private final Set<CounterRow> uses = new LinkedHashSet<>();
        /** The wrong codes counted, where one was judged; null: none was. */
        private @Nullable CounterRow guessed;
        /** What is to be appended; null: nothing changed. */
        private @Nullable Timeline timeline;

        private boolean overtaken;

        Entry(@Nullable Session session, int version, DoneRequests requestsDone, @Nullable BudgetId budget) {
            this.session = session;
            this.version = version;
            this.requestsDone = requestsDone;
            this.budget = budget;
        }

        void learnWhatWasCounted() {
            overtaken |= uses.stream().anyMatch(CounterRow::isOvertaken);
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

    /** Something done together with others. It may be applied several times; only the last time counts. */
    private abstract static class BatchJob extends Job {
        /** What the listeners are to be told; null: nothing. */
        @Nullable
        Decision<?> change;

        abstract void applyTo(Batch batch, Instant now);

        /** Hears that the counters were written, each of them unless somebody else had changed it. */
        void counted(Batch batch) {}

        abstract boolean isOvertaken(Batch batch);

        abstract void complete();
    }

    /** Something done to one session. */
    private abstract static class RowJob extends BatchJob {
        final SessionId id;

        RowJob(SessionId id) {
            this.id = id;
        }

        @Override
        final void applyTo(Batch batch, Instant now) {
            change = null;
            Entry entry = batch.entries.get(id);
            if (entry != null) {
                applyTo(entry, batch.counters, now);
            }
        }

        abstract void applyTo(Entry entry, Counters counters, Instant now);

        @Override
        boolean isOvertaken(Batch batch) {
            Entry entry = batch.entries.get(id);
            return entry != null && entry.overtaken;
        }

        @Override
        public String toString() {
            return "Session " + id;
        }
    }

    /** Something counted. */
    private static final class Count<T> extends BatchJob {
        private final Collection<Counter> counters;
        private final Function<Counters, T> work;
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private @Nullable T result;

        Count(Collection<Counter> counters, Function<Counters, T> work) {
            this.counters = counters;
            this.work = work;
        }

        @Override
        void applyTo(Batch batch, Instant now) {
            result = work.apply(batch.counters);
        }

        @Override
        boolean isOvertaken(Batch batch) {
            return false;
        }

        @Override
        void complete() {
            future.complete(Objects.requireNonNull(result));
        }

        @Override
        CompletableFuture<T> future() {
            return future;
        }

        @Override
        public String toString() {
            return "A count";
        }
    }

    private static final class Add extends RowJob {
        private final Decision<SessionId> started;
        private final @Nullable BudgetId budget;
        private final List<Limit> counted;
        private final Instant asked;
        private final CompletableFuture<Optional<Instant>> future = new CompletableFuture<>();
        private Optional<Instant> roomAt = Optional.empty();

        Add(Decision<SessionId> started, @Nullable BudgetId budget, List<Limit> counted, Instant asked) {
            super(started.next().id());
            this.started = started;
            this.budget = budget;
            this.counted = counted;
            this.asked = asked;
        }

        @Override
        void applyTo(Entry entry, Counters counters, Instant now) {
            if (entry.session != null) {
                fail(new IllegalArgumentException("There is a session " + id + " already"));
                return;
            }
            roomAt = counters.take(counted, asked);
            if (roomAt.isEmpty()) {
                entry.take(started, now);
                change = started;
            }
        }

        @Override
        void complete() {
            future.complete(roomAt);
        }

        @Override
        CompletableFuture<Optional<Instant>> future() {
            return future;
        }
    }

    private final class Move<A> extends RowJob {
        private final @Nullable Once<A> once;
        private final Sessions.Move<A> move;
        private final CompletableFuture<Optional<A>> future = new CompletableFuture<>();
        private Optional<A> answer = Optional.empty();
        /** What this time uses of the session's budget; null: nothing. */
        private @Nullable Usage usage;

        private @Nullable Instant guess;
        /** What is counted of an earlier time that was not kept; null: nothing. */
        private @Nullable Usage countedMessages;

        private @Nullable Instant countedGuess;
        private boolean tooEarly;

        Move(SessionId id, @Nullable Once<A> once, Sessions.Move<A> move) {
            super(id);
            this.once = once;
            this.move = move;
        }

        @Override
        void applyTo(Entry entry, Counters counters, Instant now) {
            answer = Optional.empty();
            usage = null;
            guess = null;
            // of one that is only being added nobody has looked up what is left
            tooEarly = entry.version == 0 && entry.budget != null;
            Session before = entry.session;
            if (before == null || future.isDone() || tooEarly) {
                return;
            }
            if (once != null && entry.requestsDone.contains(once.request())) {
                answer = Optional.of(once.done());
                return;
            }
            try {
                Decision<A> decision = entry.budget == null
                        ? move.apply(before, Budget.UNLIMITED)
                        : limited(before, entry, entry.budget, counters, now);
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

        private Decision<A> limited(Session before, Entry entry, BudgetId id, Counters counters, Instant now) {
            CounterRow messages = counters.row(id.messages());
            CounterRow wrongCodes = counters.row(id.wrongCodes());
            Rule messageRule = allowance.messages();
            Rule guessRule = allowance.wrongCodes();
            if (countedMessages != null && messageRule != null) {
                messages.set(countedMessages.uncountMessages(messages.tally(), messageRule), messageRule.endOf(now));
                entry.uses.add(messages);
            }
            if (countedGuess != null && guessRule != null) {
                wrongCodes.set(wrongCodes.tally().without(guessRule, countedGuess), guessRule.endOf(now));
                entry.uses.add(wrongCodes);
            }
            Budget budget = allowance
                    .budget(messages.tally(), wrongCodes.tally(), now)
                    .notBefore(embargo.until(before.terms(), now));
            Decision<A> decision = before.heed(budget, now).then(heeding -> move.apply(heeding, budget));
            Usage used = Usage.of(before, decision);
            if (messageRule != null && used.concernsMessages()) {
                messages.set(used.countMessages(messages.tally(), messageRule), messageRule.endOf(now));
                entry.uses.add(messages);
                usage = used;
            }
            if (guessRule != null && (used.wrongCode() || used.rightCode())) {
                entry.uses.add(wrongCodes);
                entry.guessed = wrongCodes;
                if (used.wrongCode()) {
                    wrongCodes.set(wrongCodes.tally().with(guessRule, now), guessRule.endOf(now));
                    guess = now;
                }
            }
            return decision;
        }

        @Override
        void counted(Batch batch) {
            Entry entry = batch.entries.get(id);
            BudgetId budget = entry == null || tooEarly ? null : entry.budget;
            if (budget != null && !batch.counters.row(budget.messages()).isOvertaken()) {
                countedMessages = usage;
            }
            if (budget != null && !batch.counters.row(budget.wrongCodes()).isOvertaken()) {
                countedGuess = guess;
            }
        }

        @Override
        boolean isOvertaken(Batch batch) {
            return tooEarly || super.isOvertaken(batch);
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
