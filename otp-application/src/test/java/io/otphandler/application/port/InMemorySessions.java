package io.otphandler.application.port;

import io.otphandler.domain.limit.Allowance;
import io.otphandler.domain.limit.Budget;
import io.otphandler.domain.limit.Rule;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.Usage;
import io.otphandler.domain.session.Waiting;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Sessions that live as long as this object: for tests that need no infrastructure. Thread-safe.
 *
 * <p>{@link #anotherNode} gives the same sessions as another process would see them.
 */
public final class InMemorySessions implements Sessions {

    private final Clock clock;
    /** Guards all that the nodes share. */
    private final Map<SessionId, Row> rows;

    private final List<InMemorySessions> nodes;
    private final Queue<Decision<?>> untold = new ArrayDeque<>();
    private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
    private final InMemoryLimits limits;
    private final Allowance allowance;
    private boolean telling;
    private volatile boolean deaf;
    private volatile Embargo embargo = (terms, now) -> null;

    public InMemorySessions(Clock clock) {
        this(clock, new InMemoryLimits(), Allowance.UNLIMITED);
    }

    /** With moves that are counted there against what is allowed. */
    public InMemorySessions(Clock clock, InMemoryLimits limits, Allowance allowance) {
        this(clock, new HashMap<>(), new CopyOnWriteArrayList<>(), limits, allowance);
    }

    private InMemorySessions(
            Clock clock,
            Map<SessionId, Row> rows,
            List<InMemorySessions> nodes,
            InMemoryLimits limits,
            Allowance allowance) {
        this.limits = limits;
        this.allowance = allowance;
        this.clock = clock;
        this.rows = rows;
        this.nodes = nodes;
        nodes.add(this);
    }

    /** The same sessions as another node has them: it is told of changes here as of changes elsewhere, and the other way. */
    public InMemorySessions anotherNode() {
        return new InMemorySessions(clock, rows, nodes, limits, allowance);
    }

    /** Whether what other nodes announce is lost on the way to this one. */
    public void isDeaf(boolean now) {
        deaf = now;
    }

    @Override
    public void add(Decision<SessionId> started, BudgetId budget) {
        synchronized (rows) {
            Row row = new Row(started.next(), budget);
            if (rows.putIfAbsent(started.next().id(), row) != null) {
                throw new IllegalArgumentException(
                        "There is a session " + started.next().id() + " already");
            }
            row.keep(started, clock.instant());
            untold.add(started);
        }
        tell();
    }

    @Override
    public Optional<Session> find(SessionId id) {
        synchronized (rows) {
            return Optional.ofNullable(rows.get(id)).map(row -> row.session);
        }
    }

    @Override
    public List<Session> findAll(Collection<SessionId> ids) {
        return ids.stream().distinct().flatMap(id -> find(id).stream()).toList();
    }

    @Override
    public <A> CompletableFuture<Optional<A>> submitWithin(SessionId id, Move<A> move) {
        return submit(id, null, move);
    }

    @Override
    public <A> CompletableFuture<Optional<A>> submitOnce(SessionId id, Once<A> once, Move<A> move) {
        return submit(id, once, move);
    }

    private <A> CompletableFuture<Optional<A>> submit(SessionId id, Once<A> once, Move<A> move) {
        Decision<A> decision;
        synchronized (rows) {
            Row row = rows.get(id);
            if (row == null) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            if (once != null && row.requestsDone.contains(once.request())) {
                return CompletableFuture.completedFuture(Optional.of(once.done()));
            }
            try {
                decision = decided(row, move);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
            if (decision.changes(row.session)) {
                if (once != null && once.done().equals(decision.answer())) {
                    row.requestsDone.add(once.request());
                }
                row.keep(decision, clock.instant());
                untold.add(decision);
            }
        }
        tell();
        return CompletableFuture.completedFuture(Optional.of(decision.answer()));
    }

    private <A> Decision<A> decided(Row row, Move<A> move) {
        BudgetId id = row.budget;
        if (id == null) {
            return move.apply(row.session, Budget.UNLIMITED);
        }
        Instant now = clock.instant();
        Budget budget = allowance
                .budget(limits.tally(id.messages()), limits.tally(id.wrongCodes()), now)
                .notBefore(embargo.until(row.session.terms(), now));
        Decision<A> decision = row.session.heed(budget, now).then(heeding -> move.apply(heeding, budget));
        Usage usage = Usage.of(row.session, decision);
        Rule messages = allowance.messages();
        Rule wrongCodes = allowance.wrongCodes();
        if (messages != null && usage.concernsMessages()) {
            limits.keep(id.messages(), usage.countMessages(limits.tally(id.messages()), messages), messages.endOf(now));
        }
        if (wrongCodes != null && usage.wrongCode()) {
            limits.keep(id.wrongCodes(), limits.tally(id.wrongCodes()).with(wrongCodes, now), wrongCodes.endOf(now));
        }
        return decision;
    }

    @Override
    public void heed(Embargo other) {
        embargo = other;
    }

    @Override
    public List<SessionId> open(BudgetId budget) {
        synchronized (rows) {
            return rows.values().stream()
                    .filter(row -> budget.equals(row.budget))
                    .map(row -> row.session)
                    .filter(session ->
                            session instanceof Waiting || session instanceof Sent || session instanceof Failed)
                    .limit(100)
                    .map(Session::id)
                    .toList();
        }
    }

    @Override
    public List<TimedEvent> timeline(SessionId id) {
        synchronized (rows) {
            Row row = rows.get(id);
            return row == null ? List.of() : List.copyOf(row.timeline);
        }
    }

    @Override
    public List<Session> claimDue(Instant now, int limit) {
        synchronized (rows) {
            List<Row> due = rows.values().stream()
                    .filter(row -> row.due != null && !now.isBefore(row.due))
                    .sorted(Comparator.comparing((Row row) -> row.due))
                    .limit(limit)
                    .toList();
            due.forEach(row -> row.due = now.plus(LEASE));
            return due.stream().map(row -> row.session).toList();
        }
    }

    @Override
    public Set<DispatchId> renew(Collection<Lease> leases, Instant now) {
        return leaseUntil(now.plus(LEASE), leases);
    }

    @Override
    public void release(Collection<Lease> leases) {
        Set<DispatchId> released = leaseUntil(Instant.EPOCH, leases);
        assert released.size() <= leases.size();
    }

    private Set<DispatchId> leaseUntil(Instant until, Collection<Lease> leases) {
        synchronized (rows) {
            Set<DispatchId> held = new HashSet<>();
            for (Lease lease : leases) {
                Row row = rows.get(lease.dispatch().session());
                if (row != null
                        && row.session instanceof Waiting waiting
                        && lease.equals(new Lease(Lease.ofStorer(waiting).dispatch(), row.due))) {
                    held.add(lease.dispatch());
                }
            }
            held.forEach(dispatch -> rows.get(dispatch.session()).due = until);
            return held;
        }
    }

    @Override
    public int deleteGone(Instant goneBefore, int limit) {
        synchronized (rows) {
            List<SessionId> gone = rows.values().stream()
                    .map(row -> row.session)
                    .filter(session -> session.expiresAt().isBefore(goneBefore))
                    .limit(limit)
                    .map(Session::id)
                    .toList();
            gone.forEach(rows::remove);
            return gone.size();
        }
    }

    @Override
    public void listen(SessionListener listener) {
        listeners.add(listener);
    }

    @Override
    public boolean isShared() {
        return nodes.size() > 1;
    }

    /**
     * Tells the changes in their order, one at a time, without holding up anybody: a listener may move a session while it
     * is being told, and may wait for somebody who does.
     */
    private void tell() {
        Optional<Decision<?>> next = nextUntold();
        while (next.isPresent()) {
            try {
                tell(next.get());
            } finally {
                synchronized (rows) {
                    telling = false;
                }
            }
            next = nextUntold();
        }
    }

    /** Empty: there is none, or whoever tells now will come to it. */
    private Optional<Decision<?>> nextUntold() {
        synchronized (rows) {
            if (telling || untold.isEmpty()) {
                return Optional.empty();
            }
            telling = true;
            return Optional.of(untold.remove());
        }
    }

    private void tell(Decision<?> change) {
        listeners.forEach(listener -> listener.changed(change.next(), change.events()));
        nodes.stream()
                .filter(node -> node != this && !node.deaf)
                .flatMap(node -> node.listeners.stream())
                .forEach(listener ->
                        listener.changedElsewhere(List.of(change.next().id())));
    }

    private static final class Row {
        private final BudgetId budget;
        private Session session;
        private Instant due;
        private final List<TimedEvent> timeline = new ArrayList<>();
        private final Set<UUID> requestsDone = new HashSet<>();

        Row(Session session, BudgetId budget) {
            this.session = session;
            this.budget = budget;
        }

        void keep(Decision<?> decision, Instant now) {
            boolean samePending = due != null
                    && session instanceof Waiting before
                    && decision.next() instanceof Waiting after
                    && before.run().dispatch().number()
                            == after.run().dispatch().number();
            session = decision.next();
            for (SessionEvent event : decision.events()) {
                timeline.add(new TimedEvent(now, event));
            }
            if (!samePending) {
                due = session instanceof Waiting waiting
                        ? Lease.ofStorer(waiting).until()
                        : session.nextDue().filter(session.expiresAt()::isAfter).orElse(null);
            }
        }
    }
}
