package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.BudgetId;
import io.otphandler.application.port.Counter;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Embargo;
import io.otphandler.application.port.Lease;
import io.otphandler.application.port.Limit;
import io.otphandler.application.port.Limits;
import io.otphandler.application.port.Once;
import io.otphandler.application.port.SessionListener;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.limit.Allowance;
import io.otphandler.domain.session.Confirmed;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionTerms;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions in rows of {@code sessions}. Reads are single statements on connections of the pool; all that writes goes
 * through the {@link Lane lanes}, where it is committed together with what else waits. Thread-safe.
 *
 * <p>Claims pass through a lane as well: H2, which has one, then hardly ever sees two writers of one row, and so no lock
 * that is waited for. Deletions do not: what hundreds of rows take would be waited for by all that moves meanwhile.
 */
final class JdbiSessions implements Sessions {

    private static final Logger log = LoggerFactory.getLogger(JdbiSessions.class);

    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final Duration CHECK_EVERY = Duration.ofMillis(200);

    /** For how long one that was kept here is not looked for: so late is known at most what was not announced. */
    private static final Duration RECENTLY = Duration.ofSeconds(1);

    private final Pool pool;
    private final Engine engine;
    private final WidgetRevisions revisions;
    /** Null: others write as well. */
    private final @Nullable OwnRows own;

    private final OwnTransactions transactions;
    /** Where others write as well. */
    private final LaneMemory recalled = new LaneMemory();

    private final List<Lane> lanes;
    private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
    private volatile Embargo embargo = (terms, now) -> null;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "otp-lane-watch");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param pool of connections for reading
     * @param engine gives every lane a connection of its own
     * @param allowance what every budget is counted against
     * @param laneCount how many write at the same time; the moves of one session are always in the same lane
     */
    JdbiSessions(Pool pool, Engine engine, int laneCount, WidgetRevisions revisions, Allowance allowance, Clock clock) {
        this.pool = pool;
        this.engine = engine;
        this.revisions = revisions;
        this.own = engine.ownRows(revisions);
        this.transactions = new OwnTransactions(pool, engine, this::write, "The database could not be written");
        this.lanes = IntStream.range(0, laneCount)
                .mapToObj(i -> new Lane(
                        "otp-lane-" + i,
                        own == null ? new SharedRows(engine, revisions, recalled) : own,
                        engine.batchSize(),
                        allowance,
                        this::heldBackUntil,
                        clock,
                        this::tell))
                .toList();
    }

    JdbiSessions start() {
        if (own != null) {
            own.start();
            // nobody can be handing anything over
            voidLeases();
        }
        lanes.forEach(Lane::start);
        watch.scheduleWithFixedDelay(
                () -> lanes.forEach(Lane::failOverdue),
                CHECK_EVERY.toMillis(),
                CHECK_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
        return this;
    }

    /** Makes every pending message due at once. */
    private void voidLeases() {
        int voided = read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SessionRow.VOID_LEASES)) {
                return statement.executeUpdate();
            }
        });
        log.debug("{} messages were pending", voided);
    }

    @Override
    public void add(Decision<SessionId> started, @Nullable BudgetId budget) {
        Optional<Instant> roomAt =
                Failures.joined(lane(started.next().id()).add(started, budget, List.of(), Instant.EPOCH));
        assert roomAt.isEmpty();
    }

    /** Where nobody else counts, it is counted where it is kept, and both are committed at once. */
    @Override
    public CompletableFuture<Optional<Instant>> submitCounted(
            Decision<SessionId> started, @Nullable BudgetId budget, Limits limits, List<Limit> counted, Instant now) {
        return isShared()
                ? Sessions.super.submitCounted(started, budget, limits, counted, now)
                : lane(started.next().id()).add(started, budget, counted, now);
    }

    @Override
    public boolean mayBeFirst(List<Limit> counted) {
        return isShared() && counted.stream().noneMatch(limit -> recalled.isThere(limit.counter()));
    }

    @Override
    public CompletableFuture<First> submitFirst(
            Decision<SessionId> started, @Nullable BudgetId budget, List<Limit> counted, Instant now) {
        return isShared()
                ? lane(started.next().id())
                        .addFirst(started, budget, counted, now)
                        .thenApply(added -> first(added, counted))
                : CompletableFuture.completedFuture(First.NOT);
    }

    private First first(Lane.FirstAdded added, List<Limit> counted) {
        if (added.kept()) {
            return First.KEPT;
        }
        counted.stream().filter(Limit::counts).forEach(limit -> recalled.putUnread(limit.counter()));
        return new First(
                false,
                counted.stream()
                        .filter(limit -> added.begun().contains(limit.counter()))
                        .toList());
    }

    @Override
    public Optional<Session> find(SessionId id) {
        SessionRow known = own == null ? null : own.known(id);
        if (known != null) {
            return Optional.of(known.session());
        }
        return read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SessionRow.FIND)) {
                statement.setObject(1, id.value());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(session(row, connection)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public Optional<Session> recall(SessionId id) {
        SessionRow row = isShared() ? recalled.session(id, RECENTLY) : null;
        return row == null ? find(id) : Optional.of(row.session());
    }

    @Override
    public <A> CompletableFuture<Optional<A>> submitWithin(SessionId id, Move<A> move) {
        return lane(id).submit(id, move);
    }

    @Override
    public <A> CompletableFuture<Optional<A>> submitOnce(SessionId id, Once<A> once, Move<A> move) {
        return lane(id).submit(id, once, move);
    }

    @Override
    public List<SessionId> open(BudgetId budget) {
        settle();
        return read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SessionRow.OPEN)) {
                statement.setObject(1, budget.value());
                List<SessionId> open = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        open.add(SessionRow.id(rows));
                    }
                }
                return open;
            }
        });
    }

    @Override
    public List<TimedEvent> timeline(SessionId id) {
        settle();
        return read(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT started_at, timeline FROM sessions WHERE id = ?")) {
                statement.setObject(1, id.value());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Timeline.read(row.getLong(1), row.getBytes(2)) : List.of();
                }
            }
        });
    }

    @Override
    public List<Session> claimDue(Instant now, int limit) {
        settleAhead(row -> row.isDue(now));
        return Failures.joined(lanes.get(0).call(connection -> {
            if (own != null) {
                own.settleUnlessKnown(row -> row.isDue(now), connection, SessionRow.DUE_IDS, now, limit);
            }
            List<Session> claimed = claim(connection, now, limit);
            if (own != null) {
                own.forget(claimed.stream().map(Session::id).toList());
            }
            return claimed;
        }));
    }

    /** Before the lane has to wait for it: little will be left to do there. */
    private void settleAhead(Predicate<SessionRow> like) {
        if (own != null && own.isBehindWith(like)) {
            own.settleInTime();
        }
    }

    private List<Session> claim(Connection connection, Instant now, int limit) throws SQLException {
        List<Session> due = new ArrayList<>();
        engine.claim(connection, now, limit, now.plus(LEASE), row -> {
            try {
                due.add(session(row, connection));
            } catch (RuntimeException e) {
                // claimed all the same: it must not stand in the way of the others for ever
                log.error("Session {} is due but cannot be read", SessionRow.id(row), e);
            }
        });
        return due;
    }

    @Override
    public List<Session> findAll(Collection<SessionId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        settle();
        return read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SessionRow.FIND_ALL)) {
                statement.setArray(1, Engine.uuids(connection, ids.stream()));
                try (ResultSet rows = statement.executeQuery()) {
                    List<Session> found = new ArrayList<>();
                    while (rows.next()) {
                        try {
                            found.add(session(rows, connection));
                        } catch (RuntimeException e) {
                            // whoever asks for the others must be answered
                            log.error("Session {} cannot be read", SessionRow.id(rows), e);
                        }
                    }
                    return found;
                }
            }
        });
    }

    @Override
    public Set<DispatchId> renew(Collection<Lease> leases, Instant now) {
        return leaseUntil(now.plus(LEASE), leases);
    }

    @Override
    public void release(Collection<Lease> leases) {
        Set<DispatchId> released = leaseUntil(Instant.EPOCH, leases);
        log.debug("Released {} of {} leases", released.size(), leases.size());
    }

    private Set<DispatchId> leaseUntil(Instant until, Collection<Lease> leases) {
        return leases.isEmpty()
                ? Set.of()
                : Failures.joined(lanes.get(0).call(connection -> {
                    if (own != null) {
                        own.forget(leases.stream()
                                .map(lease -> lease.dispatch().session())
                                .toList());
                    }
                    return engine.leaseUntil(connection, until, leases);
                }));
    }

    @Override
    public int deleteGone(Instant goneBefore, int limit) {
        settleAhead(row -> row.session().isGone(goneBefore));
        int deleted = transactions.write(connection -> own == null
                ? Pool.execute(connection, SharedRows.DELETE_GONE, goneBefore.toEpochMilli(), limit)
                : own.markGone(connection, goneBefore, limit));
        deleteMarked();
        if (deleted < limit) {
            // every session left ends at goneBefore or later, so none of these can be one's own: see superseded()
            transactions.write(connection ->
                    Pool.execute(connection, engine.deleteOldRevisions(), goneBefore.toEpochMilli(), limit));
        }
        return deleted;
    }

    /** Deletes counters that had ended by then, so many at most; how many. */
    int deleteEndedCounters(Instant endedBefore, int limit) {
        if (own != null && own.isBehindWithEnded(endedBefore)) {
            own.settleCountersInTime();
        }
        int deleted = transactions.write(connection -> own == null
                ? Pool.execute(connection, SharedRows.DELETE_ENDED, endedBefore.toEpochMilli(), limit)
                : own.markEnded(connection, endedBefore, limit));
        deleteMarked();
        return deleted;
    }

    private void deleteMarked() {
        if (own != null) {
            own.deleteMarked();
        }
    }

    /**
     * Until when a session that began with a widget may be there, not counting how long those that are gone are kept:
     * its lifetime and the time to complete it, from the last moment at which somebody may have started one, for which
     * an hour is allowed: a node that has the widget in its memory, a process that was stopped and went on.
     */
    static Instant neededUntil(Instant superseded, Duration sessionLifetime) {
        return superseded.plus(Duration.ofHours(1)).plus(sessionLifetime).plus(Confirmed.TIME_TO_COMPLETE);
    }

    @Override
    public void listen(SessionListener listener) {
        listeners.add(listener);
    }

    @Override
    public void heed(Embargo other) {
        embargo = other;
    }

    private @Nullable Instant heldBackUntil(SessionTerms terms, Instant now) {
        return embargo.until(terms, now);
    }

    @Override
    public boolean isShared() {
        return engine.isShared();
    }

    /** Does something else where sessions are written, in a transaction of its own. */
    <T> CompletableFuture<T> write(Lane.Work<T> work) {
        return lanes.get(lanes.size() - 1).call(work);
    }

    /** {@link #write} of something that deletes those of the counters that it names. */
    <T> CompletableFuture<T> writeCounters(Collection<Counter> counters, Lane.Work<T> work) {
        if (own != null && counters.stream().anyMatch(own::isBehind)) {
            own.settleCountersInTime();
        }
        return write(connection -> {
            if (own != null) {
                if (counters.stream().anyMatch(own::isBehind)) {
                    own.settleCounters();
                }
                own.forgetCounters();
            }
            return work.on(connection);
        });
    }

    /** Counts together with what else waits: only where there is one lane, and nobody else counts. */
    <T> T count(Collection<Counter> counters, Function<Counters, T> work) {
        return Failures.joined(lanes.get(0).count(counters, work));
    }

    /** Finishes what waits. */
    void close() {
        try {
            for (Lane lane : lanes) {
                lane.close(CLOSING);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        watch.shutdownNow();
        if (own != null) {
            own.close();
        }
    }

    /** Before tables are read. */
    private void settle() {
        if (own != null) {
            own.settle();
        }
    }

    /** Passes on what another node has told. */
    void changedElsewhere(Collection<SessionId> ids) {
        ids.forEach(recalled::forget);
        for (SessionListener listener : listeners) {
            try {
                listener.changedElsewhere(ids);
            } catch (RuntimeException e) {
                log.error("A listener failed on changes of another node", e);
            }
        }
    }

    private void tell(Decision<?> change) {
        for (SessionListener listener : listeners) {
            try {
                listener.changed(change.next(), change.events());
            } catch (RuntimeException e) {
                log.error("A listener failed on session {}", change.next().id(), e);
            }
        }
    }

    private Lane lane(SessionId id) {
        return lanes.get(Math.floorMod(id.hashCode(), lanes.size()));
    }

    private Session session(ResultSet row, Connection connection) throws SQLException {
        return SessionRow.read(row, (widget, revision) -> revisions.get(widget, revision, connection))
                .session();
    }

    private <T> T read(Lane.Work<T> work) {
        return pool.on("The database could not be read", work);
    }
}
