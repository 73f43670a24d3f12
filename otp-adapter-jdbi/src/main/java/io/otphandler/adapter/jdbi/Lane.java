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
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where sessions are written, by one thread at a time: it takes all moves that wait, reads their sessions at once, applies
 * them one after another and keeps the outcome at once. While it writes the next ones gather, so the busier it is the more
 * share a write; a lone one waits for nobody. That thread is the lane's own, or, where nothing has to be waited for,
 * whoever comes with a move while nobody is at it. Thread-safe.
 *
 * <p>Where others write as well, several lanes, here or on other nodes, may meet on a session: who comes second is applied
 * again to what the first has left. One whose session turns out to have been changed by somebody else has its place
 * already when it is decided again, and gives it back if it needs none any more. See {@link SharedRows}, {@link OwnRows}.
 */
final class Lane {

    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    /** How long a move waits before its caller is told that the store is unavailable. */
    static final Duration PATIENCE = Duration.ofMillis(1_600);

    /** How often something is tried that others stand in the way of. */
    private static final int ATTEMPTS = 3;

    /** How often one who only wanted his own change made also makes those of others that have come meanwhile. */
    private static final int MOST_TURNS = 3;

    /** More than can be written within {@link #PATIENCE}. */
    private static final int CAPACITY = 50_000;

    private final Rows rows;
    private final int batchSize;
    private final Allowance allowance;
    private final Embargo embargo;
    private final Clock clock;
    private final Consumer<Decision<?>> listeners;
    private final Queue<Job> waiting = new LinkedBlockingQueue<>(CAPACITY);
    /** Who has it takes what waits, and has to look again once it is given back. */
    private final ReentrantLock turn = new ReentrantLock();
    /** Of whoever has the turn: what is done but has not been told yet. */
    private final List<BatchJob> written = new ArrayList<>();

    private final Thread thread;
    private volatile List<Job> underWay = List.of();
    private volatile boolean closing;
    private volatile boolean ended;

    /**
     * @param rows for this lane's use alone
     * @param batchSize how many moves are written together at most
     * @param allowance what every budget is counted against
     * @param embargo holds back messages of sessions that have a budget
     * @param listeners is called with every change, after it is safe, by whoever writes
     */
    Lane(
            String name,
            Rows rows,
            int batchSize,
            Allowance allowance,
            Embargo embargo,
            Clock clock,
            Consumer<Decision<?>> listeners) {
        this.rows = rows;
        this.batchSize = batchSize;
        this.allowance = allowance;
        this.embargo = embargo;
        this.clock = clock;
        this.listeners = listeners;
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

    /**
     * Keeps a session that is the first to be counted against any of the limits, if its widget is as it began with it, and
     * does not block the recipient: only where others count as well.
     */
    CompletableFuture<FirstAdded> addFirst(
            Decision<SessionId> started, @Nullable BudgetId budget, List<Limit> counted, Instant asked) {
        AddFirst job = new AddFirst(started, budget, counted, asked);
        enqueue(job);
        return job.future;
    }

    /**
     * What came of it.
     *
     * @param begun the counters that it was counted against, to be given back if it was not kept
     */
    record FirstAdded(boolean kept, Set<Counter> begun) {}

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
        LockSupport.unpark(thread);
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
        } else if (rows.isPrompt()) {
            takeTurns();
        } else {
            LockSupport.unpark(thread);
        }
    }

    /** Does what waits, unless somebody else is at it: that saves waking one thread, and being woken by it. */
    private void takeTurns() {
        for (int turns = 0; !waiting.isEmpty(); turns++) {
            if (turns == MOST_TURNS || waiting.peek() instanceof Call<?>) {
                LockSupport.unpark(thread);
                return;
            }
            if (turn.isHeldByCurrentThread() || !turn.tryLock()) {
                return;
            }
            useTurn(false);
        }
    }

    /** Whoever has the turn: gives it back before he tells others of theirs, who may go on with it where they are told. */
    private void useTurn(boolean withCalls) {
        List<BatchJob> done;
        try {
            done = takeTurn(withCalls);
        } finally {
            turn.unlock();
        }
        done.forEach(Lane::tell);
    }

    /** Whatever fails there concerns nobody else. */
    private static void tell(BatchJob done) {
        try {
            done.complete();
        } catch (RuntimeException e) {
            log.error("{} is kept, but could not be told", done, e);
            done.fail(e);
        }
    }

    private static StoreUnavailableException closed() {
        return new StoreUnavailableException("The database is being closed", new IllegalStateException("Closed"));
    }

    private void run() {
        while (!closing || !waiting.isEmpty()) {
            if (waiting.isEmpty()) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    // nobody is meant to interrupt this thread: H2 would close the file under it
                    log.warn("Somebody interrupted the thread that writes sessions; it goes on");
                }
                continue;
            }
            turn.lock();
            useTurn(true);
        }
        turn.lock();
        try {
            ended = true;
            failAll(List.copyOf(waiting), closed());
            rows.disconnect();
        } finally {
            turn.unlock();
        }
    }

    /** Gives what is done, and has still to be told to those who wait for it. */
    private List<BatchJob> takeTurn(boolean withCalls) {
        List<Job> jobs = new ArrayList<>();
        while (!ended && jobs.size() < batchSize && (withCalls || !(waiting.peek() instanceof Call<?>))) {
            Job job = waiting.poll();
            if (job == null) {
                break;
            }
            jobs.add(job);
        }
        underWay = List.copyOf(jobs);
        try {
            process(jobs);
        } catch (Throwable e) {
            // whoever it is must live: otherwise nothing may ever be written again
            log.error("A batch of changes failed", e);
            jobs.removeAll(written);
            failAll(jobs, new IllegalStateException("A batch of changes failed", e));
            rows.disconnect();
        } finally {
            underWay = List.of();
        }
        List<BatchJob> done = List.copyOf(written);
        written.clear();
        return done;
    }

    /** Keeps the order: calls split the batch. */
    private void process(List<Job> jobs) {
        List<BatchJob> batch = new ArrayList<>(jobs.size());
        for (Job job : jobs) {
            if (job instanceof BatchJob one) {
                batch.add(one);
            } else if (job instanceof Call<?> call) {
                writeTransactions(batch);
                batch = new ArrayList<>();
                perform(call);
            }
        }
        writeTransactions(batch);
    }

    /** Sessions that are added, and those that are there, apart where they have to be. */
    private void writeTransactions(List<BatchJob> jobs) {
        if (!rows.addsApart()) {
            writeAll(jobs);
            return;
        }
        Set<SessionId> added = jobs.stream()
                .filter(Adding.class::isInstance)
                .map(job -> ((Adding) job).id)
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
                T result = call.work.on(rows.connection());
                rows.commit();
                call.future.complete(result);
                return;
            } catch (SQLException | RuntimeException e) {
                boolean again = rows.rollback()
                        && e instanceof SQLException sql
                        && Failures.isConflict(sql)
                        && attempt < ATTEMPTS;
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
                boolean lost = !rows.rollback();
                if (!lost && e instanceof SQLException sql && Failures.isConflict(sql)) {
                    continue;
                }
                if (lost
                        || e instanceof StoreUnavailableException
                        || (e instanceof SQLException sql && !Failures.isOurFault(sql))) {
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
        return job instanceof Adding add && e instanceof SQLException sql && Failures.isDuplicate(sql)
                ? new IllegalArgumentException("There is a session " + add.id + " already", e)
                : new IllegalStateException(job + " could not be written", e);
    }

    /**
     * One transaction.
     *
     * @return the jobs whose sessions were changed by somebody else meanwhile, of which nothing has been kept
     */
    private List<BatchJob> write(List<BatchJob> jobs) throws SQLException {
        Instant now = clock.instant();
        Batch batch = load(jobs);
        for (BatchJob job : jobs) {
            job.applyTo(batch, now);
        }
        rows.write(batch, () -> jobs.forEach(job -> job.counted(batch)));
        List<BatchJob> overtaken = new ArrayList<>();
        for (BatchJob job : jobs) {
            if (job.isOvertaken(batch)) {
                overtaken.add(job);
            } else {
                if (job.change != null) {
                    listeners.accept(job.change);
                }
                written.add(job);
            }
        }
        return overtaken;
    }

    /** An entry for every session that is there or is to be added. One that cannot be read fails its jobs alone. */
    private Batch load(List<BatchJob> jobs) throws SQLException {
        Batch batch = new Batch();
        Set<SessionId> ids = new LinkedHashSet<>();
        Set<Counter> counters = new LinkedHashSet<>();
        for (BatchJob job : jobs) {
            if (job instanceof Adding add) {
                batch.entries().putIfAbsent(add.id, Batch.Entry.toBe(add.budget));
                counters.addAll(add.judges());
            } else if (job instanceof Count<?> count) {
                counters.addAll(count.counters);
            }
        }
        for (BatchJob job : jobs) {
            if (job instanceof RowJob row && !batch.entries().containsKey(row.id)) {
                ids.add(row.id);
            }
        }
        rows.load(batch, ids, counters, (id, failure) -> {
            log.error("Session {} cannot be read", id, failure);
            jobs.stream()
                    .filter(job -> job instanceof RowJob row && row.id.equals(id))
                    .forEach(job -> job.fail(new IllegalStateException("Session " + id + " cannot be read", failure)));
        });
        return batch;
    }

    private static void failAll(List<? extends Job> jobs, RuntimeException failure) {
        jobs.forEach(job -> job.fail(failure));
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
            Batch.Entry entry = batch.entries().get(id);
            if (entry == null) {
                applyToNone();
            } else {
                applyTo(entry, batch, now);
            }
        }

        abstract void applyTo(Batch.Entry entry, Batch batch, Instant now);

        /** There is no such session, perhaps not any more. */
        void applyToNone() {}

        @Override
        boolean isOvertaken(Batch batch) {
            Batch.Entry entry = batch.entries().get(id);
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
            result = work.apply(batch.counters());
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

    /** A session that is to be kept. */
    private abstract static class Adding extends RowJob {
        final Decision<SessionId> started;
        final @Nullable BudgetId budget;
        final List<Limit> counted;
        final Instant asked;

        Adding(Decision<SessionId> started, @Nullable BudgetId budget, List<Limit> counted, Instant asked) {
            super(started.next().id());
            this.started = started;
            this.budget = budget;
            this.counted = counted;
            this.asked = asked;
        }

        /** The counters that have to be looked up for it. */
        abstract List<Counter> judges();
    }

    private static final class Add extends Adding {
        private final CompletableFuture<Optional<Instant>> future = new CompletableFuture<>();
        private Optional<Instant> roomAt = Optional.empty();

        Add(Decision<SessionId> started, @Nullable BudgetId budget, List<Limit> counted, Instant asked) {
            super(started, budget, counted, asked);
        }

        @Override
        List<Counter> judges() {
            return counted.stream().map(Limit::counter).toList();
        }

        @Override
        void applyTo(Batch.Entry entry, Batch batch, Instant now) {
            if (entry.session != null) {
                fail(new IllegalArgumentException("There is a session " + id + " already"));
                return;
            }
            roomAt = batch.counters().take(counted, asked);
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

    private static final class AddFirst extends Adding {
        private final CompletableFuture<FirstAdded> future = new CompletableFuture<>();
        private final Set<Counter> begun = new LinkedHashSet<>();
        private Firsts.@Nullable First first;

        AddFirst(Decision<SessionId> started, @Nullable BudgetId budget, List<Limit> counted, Instant asked) {
            super(started, budget, counted, asked);
        }

        /** None: the database finds out for itself. */
        @Override
        List<Counter> judges() {
            return List.of();
        }

        @Override
        void applyTo(Batch.Entry entry, Batch batch, Instant now) {
            Firsts.First mine = new Firsts.First(started.next().terms(), counted, asked);
            first = batch.firsts().add(mine) ? mine : null;
            if (first != null) {
                entry.take(started, now);
                change = started;
            }
        }

        @Override
        void counted(Batch batch) {
            if (first != null) {
                begun.addAll(first.begun());
                if (!first.isCounted()) {
                    first = null;
                    change = null;
                    Objects.requireNonNull(batch.entries().get(id)).overtaken = true;
                }
            }
        }

        /** Whoever is not the first is not asked again. */
        @Override
        boolean isOvertaken(Batch batch) {
            return false;
        }

        @Override
        void complete() {
            future.complete(new FirstAdded(first != null, Set.copyOf(begun)));
        }

        @Override
        CompletableFuture<FirstAdded> future() {
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
        void applyToNone() {
            answer = Optional.empty();
            usage = null;
            guess = null;
            tooEarly = false;
        }

        @Override
        void applyTo(Batch.Entry entry, Batch batch, Instant now) {
            applyToNone();
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
            if (entry.recalled && entry.timeline == null && isUsedUp(entry.budget, batch.counters(), now)) {
                // it may have been lifted since, and what comes of it would be guarded by nothing
                entry.overtaken = true;
                return;
            }
            try {
                Decision<A> decision = entry.budget == null
                        ? move.apply(before, Budget.UNLIMITED)
                        : limited(before, entry, entry.budget, batch.counters(), now);
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

        private boolean isUsedUp(@Nullable BudgetId id, Counters counters, Instant now) {
            if (id == null) {
                return false;
            }
            Budget left = allowance.budget(counters.tally(id.messages()), counters.tally(id.wrongCodes()), now);
            return !left.hasMessage() || left.wrongCodes() == 0;
        }

        private Decision<A> limited(Session before, Batch.Entry entry, BudgetId id, Counters counters, Instant now) {
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
            Batch.Entry entry = batch.entries().get(id);
            BudgetId budget = entry == null || tooEarly ? null : entry.budget;
            if (budget != null && !batch.counters().row(budget.messages()).isOvertaken()) {
                countedMessages = usage;
            }
            if (budget != null && !batch.counters().row(budget.wrongCodes()).isOvertaken()) {
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
