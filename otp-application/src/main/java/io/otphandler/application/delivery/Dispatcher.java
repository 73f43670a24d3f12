package io.otphandler.application.delivery;

import io.otphandler.application.code.CodeKey;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.Lease;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.ProviderMessage;
import io.otphandler.application.port.SessionListener;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.application.port.Timers;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.HandOver;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands pending messages to gateways: woken by the change that asked for one, not by looking around. Decide (message
 * asked for), hand over, decide (outcome): no lock and no transaction is held while a gateway is waited for. Thread-safe.
 *
 * <p>A gateway that is unavailable is followed by the channel's next one, and they are tried in turn with growing pauses
 * until {@code timeout}. One that does not answer in that time may have taken the message: that is {@code UNKNOWN}.
 */
public final class Dispatcher implements SessionListener {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    /** How soon an outcome that could not be kept is tried again. */
    private static final Duration RECORD_AGAIN = Duration.ofMillis(500);
    /** A message that waited longer than this for its turn may have been cancelled meanwhile: look once more. */
    private static final Duration FRESH = Duration.ofMillis(50);

    /** How far the clocks of two nodes may be apart, together with the time from this node's last look to a hand-over. */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(3);

    private static final Duration RENEW_AFTER = Duration.ofSeconds(2);

    private final Sessions sessions;
    private final Gateways gateways;
    private final MessageWriter writer;
    private final CodeKey codes;
    private final TakeReport reports;
    private final Timers timers;
    private final Executor executor;
    private final Clock clock;
    private final Duration timeout;
    private final DeliveryObserver observer;
    private final Map<String, Lane> lanes;
    private final Map<DispatchId, Task> tasks = new ConcurrentHashMap<>();
    /** Those that turned out not to be handed over after all when everything had stopped. */
    private final Set<Task> unused = ConcurrentHashMap.newKeySet();

    private volatile boolean stopped;

    /**
     * @param reports is told under which names providers know the messages that they took
     * @param executor where messages are written and gateways called, which do not block
     * @param timeout how long an unavailable gateway is tried again, and an answer is waited for
     * @param concurrency messages at most under way to one gateway
     */
    public Dispatcher(
            Sessions sessions,
            Gateways gateways,
            CodeKey codes,
            TakeReport reports,
            Timers timers,
            Executor executor,
            Clock clock,
            Duration timeout,
            int concurrency,
            DeliveryObserver observer) {
        this.sessions = sessions;
        this.gateways = gateways;
        this.writer = new MessageWriter(codes);
        this.codes = codes;
        this.reports = reports;
        this.timers = timers;
        this.executor = executor;
        this.clock = clock;
        this.timeout = timeout;
        this.observer = observer;
        this.lanes = gateways.all().stream()
                .collect(Collectors.toMap(Gateway::name, gateway -> new Lane(concurrency, executor)));
    }

    /** Takes up a message that was just asked for. */
    @Override
    public void changed(Session session, List<SessionEvent> events) {
        // one that is over again by the end of the same change, as by a cancellation, is not wanted any more
        if (session instanceof Waiting waiting) {
            int dispatch = waiting.run().dispatch().number();
            if (events.stream()
                    .anyMatch(event ->
                            event.kind() == SessionEvent.Kind.DISPATCH_REQUESTED && event.dispatch() == dispatch)) {
                take(session, dispatch, clock.instant(), Lease.ofStorer(waiting));
            }
        }
    }

    /**
     * Takes up a message that another process left behind, unless it is under way here.
     *
     * @param claimedAt the instant that {@link Sessions#claimDue} was given
     */
    public void takeOver(Waiting session, Instant claimedAt) {
        take(session, session.run().dispatch().number(), Instant.MIN, Lease.from(session, claimedAt));
    }

    /**
     * Keeps what waits or is under way here from being taken over by another node. To be called several times within
     * {@link Sessions#LEASE}; one statement for all, and none where nothing has waited for long.
     */
    public void renewLeases() {
        Instant now = clock.instant();
        Map<Task, Hold> held = new HashMap<>();
        for (Task task : tasks.values()) {
            Hold hold = task.hold;
            // what has been handed over is renewed even when it is late: only its outcome is still to be kept
            if (hold.until().isBefore(now.plus(Sessions.LEASE).minus(RENEW_AFTER))
                    && (task.handedOver || task.isHeld(now))) {
                held.put(task, hold);
            }
        }
        if (held.isEmpty()) {
            return;
        }
        try {
            Set<DispatchId> renewed = sessions.renew(
                    held.values().stream()
                            .flatMap(hold -> hold.leases().stream())
                            .toList(),
                    now);
            held.forEach((task, hold) -> task.learn(hold, renewed.contains(task.id) ? hold.renewed(now) : Hold.LOST));
        } catch (StoreUnavailableException e) {
            held.forEach((task, hold) -> task.learn(hold, hold.perhapsRenewed(now)));
            throw e;
        }
    }

    /**
     * What this node knows of its lease of a message.
     *
     * @param leases one of which the store has, if none was lost: several where a renewal went unanswered
     * @param until the end that is sure
     */
    private record Hold(Set<Lease> leases, Instant until) {

        static final Hold LOST = new Hold(Set.of(), Instant.MIN);

        static Hold of(Lease lease) {
            return new Hold(Set.of(lease), lease.until());
        }

        Hold renewed(Instant now) {
            return leases.isEmpty() ? LOST : of(at(now));
        }

        Hold perhapsRenewed(Instant now) {
            return leases.isEmpty()
                    ? LOST
                    : new Hold(
                            Stream.concat(leases.stream(), Stream.of(at(now))).collect(Collectors.toSet()), until);
        }

        private Lease at(Instant now) {
            return new Lease(leases.iterator().next().dispatch(), now.plus(Sessions.LEASE));
        }
    }

    /** How many messages are under way or waiting for their turn. */
    public int pending() {
        return tasks.size();
    }

    /**
     * Takes up nothing any more and waits for what gateways have been given. The rest stays pending in the store.
     *
     * @return whether all that was under way came to its end in time
     */
    public boolean stop(Duration patience) throws InterruptedException {
        stopped = true;
        long end = System.nanoTime() + patience.toNanos();
        release(tasks.values().stream().filter(task -> !task.handedOver).toList());
        for (Task task : tasks.values()) {
            if (task.handedOver) {
                try {
                    task.ended.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (java.util.concurrent.TimeoutException | java.util.concurrent.ExecutionException e) {
                    release(unused);
                    return false;
                }
            }
        }
        release(unused);
        return true;
    }

    /** What nobody has been given need not wait until its lease is over. */
    private void release(Collection<Task> unused) {
        List<Lease> leases =
                unused.stream().flatMap(task -> task.hold.leases().stream()).toList();
        if (!leases.isEmpty()) {
            try {
                sessions.release(leases);
            } catch (StoreUnavailableException e) {
                log.warn("{} messages stay pending until their leases are over: {}", unused.size(), e.getMessage());
            }
        }
    }

    private void take(Session session, int dispatch, Instant seenAt, Lease lease) {
        if (stopped) {
            return;
        }
        Task task = new Task(session, dispatch, seenAt, lease);
        Task underWay = tasks.putIfAbsent(task.id, task);
        if (underWay == null) {
            task.soon();
        } else {
            underWay.claimed(lease);
        }
    }

    private final class Task {
        private final DispatchId id;
        private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
        private Session session;
        private Instant seenAt;
        private @Nullable Instant firstTry;
        private int attempts;
        private volatile boolean handedOver;
        private volatile Hold hold;
        /** The one that may have the message already, and no other may get it then; null: none has. */
        private @Nullable Gateway asked;
        /** Done unless the provider's names of the message are still to be kept. */
        private volatile CompletableFuture<Boolean> named = DONE;

        Task(Session session, int dispatch, Instant seenAt, Lease lease) {
            this.hold = Hold.of(lease);
            this.id = new DispatchId(session.id(), dispatch);
            this.session = session;
            this.seenAt = seenAt;
        }

        /** Whether the message surely is this node's own still: a process may be halted for longer than its leases last. */
        boolean isHeld(Instant now) {
            return now.plus(LEASE_MARGIN).isBefore(hold.until());
        }

        /** Unless it was claimed anew meanwhile. */
        synchronized void learn(Hold before, Hold now) {
            if (hold.equals(before)) {
                hold = now;
            }
        }

        synchronized void claimed(Lease lease) {
            hold = Hold.of(lease);
        }

        void soon() {
            try {
                executor.execute(this::begin);
            } catch (RejectedExecutionException e) {
                end();
            }
        }

        private void begin() {
            try {
                Optional<Gateway> gateway = nextGateway();
                if (gateway.isEmpty()) {
                    log.warn("Dispatch {}: none of its gateways is configured any more", id);
                    giveUp();
                } else {
                    lane(gateway.get()).run(() -> onItsTurn(gateway.get()));
                }
            } catch (RuntimeException e) {
                log.error("Dispatch {} could not be begun; it stays pending", id, e);
                end();
            }
        }

        private Lane lane(Gateway gateway) {
            return Objects.requireNonNull(lanes.get(gateway.name()));
        }

        /** The channel's gateways in turn; one that is known to be down only where all of them are. */
        private Optional<Gateway> nextGateway() {
            if (asked != null) {
                return Optional.of(asked);
            }
            List<Gateway> usable = gateways();
            for (int i = 0; i < usable.size(); i++) {
                Gateway gateway = usable.get((attempts + i) % usable.size());
                if (gateway.isReachable()) {
                    return Optional.of(gateway);
                }
            }
            return usable.isEmpty() ? Optional.empty() : Optional.of(usable.get(attempts % usable.size()));
        }

        private List<Gateway> gateways() {
            return session instanceof Waiting waiting
                    ? waiting.run().leg(waiting.terms()).channel().gateways().stream()
                            .flatMap(name -> gateways.named(name).stream())
                            .toList()
                    : List.of();
        }

        /** Whether it is better to go on with another channel than to wait for this one's gateways. */
        private boolean isHopeless() {
            return asked == null
                    && session instanceof Waiting waiting
                    && waiting.terms().hasLegAfter(waiting.run().leg())
                    && gateways().stream().noneMatch(Gateway::isReachable);
        }

        /** Never throws: the lane relies on it. */
        private CompletableFuture<?> onItsTurn(Gateway gateway) {
            // before looking whether all stops: whoever stops looks at this after saying so, and one of both must see
            handedOver = true;
            try {
                if (stopped) {
                    end();
                    return DONE;
                }
                Optional<HandOver> handOver = stillWanted();
                if (handOver.isPresent() && !isHeld(clock.instant())) {
                    log.warn("Dispatch {} was held for longer than its lease; whoever claims it hands it over", id);
                    end();
                    return DONE;
                }
                if (handOver.isEmpty()) {
                    end();
                    return DONE;
                }
                return deliver(gateway, handOver.get());
            } catch (RuntimeException e) {
                log.error("Dispatch {} could not be handed over; it stays pending", id, e);
                end();
                return DONE;
            }
        }

        private Optional<HandOver> stillWanted() {
            Instant now = clock.instant();
            if (seenAt.isBefore(now.minus(FRESH))) {
                Optional<Session> found = sessions.find(session.id());
                if (found.isEmpty()) {
                    return Optional.empty();
                }
                session = found.get();
                seenAt = now;
            }
            if (session.isGone(now)) {
                return Optional.empty();
            }
            Decision<Optional<HandOver>> decision = session.handOver(id.number(), now);
            return decision.changes(session)
                    ? sessions.decide(session.id(), s -> s.handOver(id.number(), now))
                            .flatMap(Function.identity())
                    : decision.answer();
        }

        private CompletableFuture<?> deliver(Gateway gateway, HandOver handOver) {
            Message message = writer.write(handOver);
            if (firstTry == null) {
                firstTry = clock.instant();
            }
            attempts++;
            long start = System.nanoTime();
            CompletableFuture<Delivery> inTime = new CompletableFuture<>();
            Thread handingOver = Thread.currentThread();
            // first of all: a message that is out without one could stay without an outcome for ever
            Timers.Timer timer = timers.after(
                    timeout, () -> inTime.complete(Delivery.unknown("no answer within " + timeout.toSeconds() + " s")));
            inTime.whenComplete((what, failure) -> {
                timer.cancel();
                observer.attempted(gateway.name(), what.kind(), Duration.ofNanos(System.nanoTime() - start));
                if (Thread.currentThread() == handingOver) {
                    // answered at once: this is the executor's thread already
                    concluded(gateway, handOver, what);
                    return;
                }
                try {
                    executor.execute(() -> concluded(gateway, handOver, what));
                } catch (RejectedExecutionException e) {
                    end();
                }
            });
            try {
                gateway.deliver(message).whenComplete((result, failure) -> {
                    if (!inTime.complete(result == null ? broken(failure) : result) && result != null) {
                        late(gateway, result);
                    }
                });
            } catch (RuntimeException e) {
                inTime.complete(broken(e));
            }
            return inTime;
        }

        /** After the timeout nothing is waited for any more; but the code that a provider chose is what the user holds. */
        private void late(Gateway gateway, Delivery delivery) {
            if (delivery.kind() == Delivery.Kind.ACCEPTED) {
                keep(names(gateway, delivery));
                submitted(accepted(delivery.chosenCode())).whenComplete((kept, failure) -> {
                    if (failure != null) {
                        log.warn("That dispatch {} was accepted late is not kept: {}", id, failure.toString());
                    }
                });
            }
        }

        /** A gateway that does not keep its contract may have sent the message all the same. */
        private static Delivery broken(@Nullable Throwable failure) {
            return Delivery.unknown(failure == null ? "no answer" : failure.toString());
        }

        private void concluded(Gateway gateway, HandOver handOver, Delivery delivery) {
            if (delivery.kind() != Delivery.Kind.ACCEPTED) {
                log.warn("Dispatch {} to {} by {}: {}", id, handOver.terms().recipient(), gateway.name(), delivery);
            }
            switch (delivery.kind()) {
                case ACCEPTED -> {
                    keep(names(gateway, delivery));
                    record(accepted(delivery.chosenCode()));
                }
                case REJECTED -> record(Outcome.REJECTED);
                case UNKNOWN -> record(Outcome.UNKNOWN);
                case UNAVAILABLE -> tryAgain();
                case UNANSWERED -> {
                    asked = gateway;
                    tryAgain();
                }
            }
        }

        private List<ProviderMessage> names(Gateway gateway, Delivery delivery) {
            return delivery.messageIds().stream()
                    .filter(name -> !name.isEmpty() && name.length() <= ProviderMessage.MAX_ID_LENGTH)
                    .map(name -> new ProviderMessage(gateway.name(), name, id))
                    .toList();
        }

        /** Without its names a message's reports find nothing, so it is not over before they are kept. */
        private void keep(List<ProviderMessage> names) {
            if (names.isEmpty()) {
                return;
            }
            CompletableFuture<Boolean> kept = new CompletableFuture<>();
            named = kept;
            keep(names, kept);
        }

        private void keep(List<ProviderMessage> names, CompletableFuture<Boolean> kept) {
            reports.keep(names).whenComplete((done, failure) -> {
                if (failure == null) {
                    kept.complete(true);
                } else {
                    log.warn("The provider's names of dispatch {} are not kept yet: {}", id, failure.toString());
                    timers.after(RECORD_AGAIN, () -> keep(names, kept));
                }
            });
        }

        /** A provider whose code is too short to be one has as good as rejected the message. */
        private Outcome accepted(@Nullable String chosen) {
            if (chosen == null) {
                return Outcome.ACCEPTED;
            }
            return Code.isCode(chosen)
                    ? Outcome.accepted(codes.keep(id.session().value(), new Code(chosen)))
                    : Outcome.REJECTED;
        }

        private void tryAgain() {
            int count = asked == null ? Math.max(1, gateways().size()) : 1;
            int round = attempts / count;
            boolean othersLeft = attempts % count != 0;
            Duration pause = othersLeft ? Duration.ZERO : pause(round);
            Instant until = Objects.requireNonNull(firstTry).plus(timeout);
            if (stopped && asked != null) {
                // whoever comes next would begin with another gateway, perhaps
                giveUp();
            } else if (stopped) {
                // nothing is out: whoever comes next may try
                unused.add(this);
                end();
            } else if (!clock.instant().plus(pause).isBefore(until) || isHopeless()) {
                giveUp();
            } else if (othersLeft) {
                handedOver = false;
                soon();
            } else {
                handedOver = false;
                timers.after(pause, this::soon);
            }
        }

        /**
         * Nothing is out, unless one did not answer; but where the lease has lapsed another node may be at it, and its
         * channel must not fail.
         */
        private void giveUp() {
            if (asked != null) {
                record(Outcome.UNKNOWN);
            } else if (isHeld(clock.instant())) {
                record(Outcome.UNAVAILABLE);
            } else {
                end();
            }
        }

        private static Duration pause(int round) {
            Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(round - 1, 10));
            return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }

        /** Keeps at it while the store is away: otherwise the message would be handed over once more. */
        private void record(Outcome outcome) {
            handedOver = true;
            submitted(outcome).whenComplete((kept, failure) -> {
                if (failure == null) {
                    named.whenComplete((done, never) -> end());
                } else {
                    log.warn("The outcome of dispatch {} is not kept yet: {}", id, failure.toString());
                    timers.after(RECORD_AGAIN, () -> record(outcome));
                }
            });
        }

        private CompletableFuture<Optional<Boolean>> submitted(Outcome outcome) {
            try {
                return sessions.submit(session.id(), s -> {
                    Instant now = clock.instant();
                    return s.isGone(now) ? s.settle(now) : s.dispatched(id.number(), outcome, now);
                });
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private void end() {
            tasks.remove(id, this);
            ended.complete(true);
        }
    }

    private static final CompletableFuture<Boolean> DONE = CompletableFuture.completedFuture(true);
}
