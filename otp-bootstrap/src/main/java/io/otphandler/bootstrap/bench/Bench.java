package io.otphandler.bootstrap.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One run: the server that does nothing, the service, and the server that does nothing once more, by the same clients.
 * What a machine gives changes while others use it; what was before and after is the fairest to compare with. For one
 * thread.
 */
public final class Bench {

    private static final Duration HOLDING = Duration.ofSeconds(60);
    private static final Duration WAKING = Duration.ofSeconds(15);
    /** Where nobody tells how many polls the service holds, they get so long to arrive. */
    private static final Duration ARRIVING = Duration.ofSeconds(3);

    private final Plan plan;
    private final Target target;
    private final Target noop;
    private final @Nullable ServiceProcess service;
    private final @Nullable ServiceProcess noopService;
    private final Consumer<String> progress;

    /**
     * What is to be done.
     *
     * @param store as the report names it
     * @param widget whose first channel sends over a sandbox gateway
     * @param code that the sandbox gateway always chooses, if it does
     * @param warmUp null: as long as it takes until the server's compilers are done, or 10 s where nobody can look at them
     * @param polls how many are held, in the scenario that is about them
     * @param burst how many of them are woken at once
     */
    public record Plan(
            Scenario scenario,
            String store,
            UUID widget,
            String code,
            int clients,
            @Nullable Duration warmUp,
            Duration duration,
            int polls,
            int burst) {}

    /** What is missing for a run; the message is for whoever wants it. */
    public static final class ImpossibleException extends RuntimeException {

        private static final long serialVersionUID = 1;

        ImpossibleException(String message) {
            super(message);
        }
    }

    /**
     * Nothing is asked yet.
     *
     * @param service null: it is not ours to look into
     * @param noopService null: it is not ours to look into
     * @param progress is told what is being done
     */
    public Bench(
            Plan plan,
            Target target,
            @Nullable ServiceProcess service,
            Target noop,
            @Nullable ServiceProcess noopService,
            Consumer<String> progress) {
        this.plan = plan;
        this.target = target;
        this.service = service;
        this.noop = noop;
        this.noopService = noopService;
        this.progress = progress;
        if (target.isSecure() && plan.scenario() != Scenario.flow) {
            throw new ImpossibleException("--scenario " + plan.scenario() + " holds polls over http only, not https");
        }
    }

    /**
     * Takes the warm-up and the duration twice, and what is to be prepared.
     *
     * @throws ImpossibleException when the service does not do what a run needs
     */
    public Report run() throws IOException, InterruptedException {
        @Nullable String code = probe();
        Measures nothing = new Measures();
        Duration half = plan.duration().dividedBy(2);
        progress.accept("a server that does nothing");
        Load.Outcome before = noops(nothing, WarmUp.of(plan.warmUp(), noopService), half);
        Measures measures = new Measures();
        Rounds rounds = new Rounds(target, plan.widget(), measures);
        progress.accept("the service, " + plan.scenario());
        Report.@Nullable Polls polls = null;
        Load.Outcome outcome;
        switch (plan.scenario()) {
            case flow ->
                outcome = load(rounds.flows(plan.clients(), code), measures)
                        .run(WarmUp.of(plan.warmUp(), service), plan.duration());
            case mixed -> {
                try (PollHolder holder = new PollHolder(target, plan.widget(), measures)) {
                    outcome = load(rounds.mixed(plan.clients(), code, holder), measures)
                            .run(WarmUp.of(plan.warmUp(), service), plan.duration());
                }
            }
            default -> {
                PollsRun run = new PollsRun(rounds, code);
                outcome = run.run();
                polls = run.polls;
            }
        }
        Report.@Nullable Server server = null;
        OptionalLong heap = OptionalLong.empty();
        OptionalLong resident = OptionalLong.empty();
        if (service != null) {
            resident = service.resident();
            heap = service.heap();
        }
        progress.accept("a server that does nothing, again");
        Load.Outcome baseline =
                before.with(noops(nothing, WarmUp.lasting(usualWarmUp().dividedBy(4)), half));
        if (service != null) {
            server = new Report.Server(
                    outcome.cpuMicrosPerCall(), baseline.cpuMicrosPerCall(), boxed(heap), boxed(resident));
        }
        Histogram noops = Optional.ofNullable(baseline.totals().get(Step.NOOP)).orElseGet(Measures::empty);
        double noopRate = baseline.calls() / baseline.seconds();
        double rate = outcome.calls() / outcome.seconds();
        return new Report(
                plan.scenario().name(),
                plan.store(),
                plan.clients(),
                outcome.warmUpSeconds(),
                outcome.seconds(),
                new Report.Row(Step.NOOP, noops, noopRate, nothing.errors(Step.NOOP)),
                Report.rows(outcome, measures),
                rate,
                plan.scenario() == Scenario.polls || noopRate == 0 ? null : Double.valueOf(rate / noopRate),
                polls,
                server,
                outcome.slices());
    }

    private Duration usualWarmUp() {
        return Objects.requireNonNullElse(plan.warmUp(), WarmUp.USUAL);
    }

    private Load.Outcome noops(Measures measures, WarmUp warmUp, Duration duration)
            throws IOException, InterruptedException {
        return new Load(new Rounds(noop, plan.widget(), measures).noops(plan.clients()), measures, cpuOf(noopService))
                .run(warmUp, duration);
    }

    private Load load(List<Load.Client> clients, Measures measures) {
        return new Load(clients, measures, cpuOf(service));
    }

    private static Supplier<Optional<Duration>> cpuOf(@Nullable ServiceProcess process) {
        return process == null ? Optional::empty : process::cpu;
    }

    private static @Nullable Long boxed(OptionalLong number) {
        return number.isPresent() ? Long.valueOf(number.getAsLong()) : null;
    }

    /** Goes through one flow, to see that a run makes sense, and who chooses the codes; null: not the provider. */
    private @Nullable String probe() {
        Measures measures = new Measures();
        Rounds rounds = new Rounds(target, plan.widget(), measures);
        try (Visitor visitor = rounds.visitor()) {
            String recipient = rounds.recipient();
            String requestId = visitor.send(recipient);
            if (requestId == null) {
                throw impossible("send", Step.SEND, measures, visitor);
            }
            if (!visitor.awaitChannel(requestId)) {
                throw impossible("channel long poll", Step.CHANNEL_POLL, measures, visitor);
            }
            @Nullable String code = plan.code();
            if (!visitor.checkCode(requestId, plan.code())) {
                code = null;
                String shown = visitor.readCode(recipient);
                if (shown == null) {
                    throw impossible(
                            "the code is not " + plan.code() + ", and the sandbox did not tell it",
                            Step.READ_CODE,
                            measures,
                            visitor);
                }
                if (!visitor.checkCode(requestId, shown)) {
                    throw impossible("checkCode", Step.CHECK_CODE, measures, visitor);
                }
            }
            if (!visitor.complete(requestId, recipient)) {
                throw impossible("checkStatusAndComplete", Step.COMPLETE, measures, visitor);
            }
            return code;
        }
    }

    private ImpossibleException impossible(String what, Step step, Measures measures, Visitor visitor) {
        return new ImpossibleException("A first flow at " + target + " failed: " + what + ": "
                + String.join(", ", measures.errors(step).keySet()) + "\n" + visitor.lastAnswer());
    }

    /** Polls that are held while others read, and a burst that wakes some of them. */
    private final class PollsRun {
        private final Rounds rounds;
        private final @Nullable String code;
        private Report.@Nullable Polls polls;

        private final AtomicBoolean inBurst = new AtomicBoolean();
        private final AtomicBoolean burstOver = new AtomicBoolean();
        private final AtomicLong lastConfirmed = new AtomicLong();

        PollsRun(Rounds rounds, @Nullable String code) {
            this.rounds = rounds;
            this.code = code;
        }

        private record Prepared(String requestId, String recipient) {}

        Load.Outcome run() throws IOException, InterruptedException {
            progress.accept("preparing " + plan.polls() + " sessions");
            List<Prepared> sessions = prepare();
            Visitor watcher = rounds.visitor();
            try (watcher;
                    PollHolder holder = new PollHolder(target, plan.widget(), rounds.measures())) {
                OptionalLong heapBefore = heap();
                OptionalLong residentBefore = resident();
                progress.accept("holding " + sessions.size() + " polls");
                List<PollHolder.Held> held = new ArrayList<>();
                List<Prepared> holding = new ArrayList<>();
                for (Prepared session : sessions) {
                    PollHolder.Held one = holder.hold(session.requestId, session.recipient);
                    if (one != null) {
                        held.add(one);
                        holding.add(session);
                    }
                }
                awaitHeld(held.size());
                OptionalLong heapAfter = heap();
                OptionalLong residentAfter = resident();
                int burst = Math.min(plan.burst(), held.size());
                Load.Outcome outcome = readAndWake(holding, held, holder, burst);
                long last = holder.lastWoken() - lastConfirmed.get();
                polls = new Report.Polls(
                        held.size(),
                        burst,
                        holder.woken(),
                        holder.woken() == 0 ? null : Double.valueOf(Math.max(0, last) / 1e6),
                        perPoll(heapBefore, heapAfter, held.size()),
                        perPoll(residentBefore, residentAfter, held.size()));
                return outcome;
            }
        }

        private Load.Outcome readAndWake(
                List<Prepared> sessions, List<PollHolder.Held> held, PollHolder holder, int burst)
                throws IOException, InterruptedException {
            // the last ones are woken, the others read
            int reading = Math.max(1, sessions.size() - burst);
            AtomicInteger next = new AtomicInteger();
            List<Load.Client> readers = rounds.clients(Math.max(1, plan.clients() / 4), visitor -> {
                Prepared session = sessions.get(Math.floorMod(next.getAndIncrement(), reading));
                boolean counts = inBurst.get();
                long start = System.nanoTime();
                boolean read = visitor.readStatus(session.requestId, session.recipient, false);
                if (read && (counts || inBurst.get())) {
                    rounds.measures().record(Step.READ_IN_BURST, System.nanoTime() - start);
                }
                return read;
            });
            Thread confirming = new Thread(() -> burst(sessions, held, holder, burst), "bench-burst");
            confirming.setDaemon(true);
            confirming.start();
            Load.Outcome outcome = load(readers, rounds.measures())
                    .run(WarmUp.lasting(usualWarmUp()), plan.duration(), burstOver::get);
            confirming.join(WAKING.toMillis());
            return outcome;
        }

        /** In the midst of what is measured. */
        private void burst(List<Prepared> sessions, List<PollHolder.Held> held, PollHolder holder, int burst) {
            try {
                TimeUnit.NANOSECONDS.sleep(
                        usualWarmUp().plus(plan.duration().dividedBy(4)).toNanos());
                int first = sessions.size() - burst;
                AtomicInteger next = new AtomicInteger(first);
                inBurst.set(true);
                inParallel(visitor -> {
                    for (int i = next.getAndIncrement(); i < sessions.size(); i = next.getAndIncrement()) {
                        Prepared session = sessions.get(i);
                        String typed = code == null ? visitor.readCode(session.recipient) : code;
                        held.get(i).confirming();
                        if (typed != null && visitor.checkCode(session.requestId, typed)) {
                            lastConfirmed.accumulateAndGet(System.nanoTime(), Math::max);
                        }
                    }
                });
                long end = System.nanoTime() + WAKING.toNanos();
                while (holder.woken() < burst && System.nanoTime() < end) {
                    TimeUnit.MILLISECONDS.sleep(5);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                inBurst.set(false);
                burstOver.set(true);
            }
        }

        private List<Prepared> prepare() throws InterruptedException {
            List<Prepared> sessions = new ArrayList<>();
            AtomicInteger left = new AtomicInteger(plan.polls());
            inParallel(visitor -> {
                while (left.getAndDecrement() > 0) {
                    String recipient = rounds.recipient();
                    String requestId = visitor.send(recipient);
                    if (requestId != null && visitor.awaitChannel(requestId)) {
                        synchronized (sessions) {
                            sessions.add(new Prepared(requestId, recipient));
                        }
                    }
                }
            });
            if (sessions.isEmpty()) {
                throw new ImpossibleException("No session could be started");
            }
            return sessions;
        }

        /** As many as there are clients, each with a connection of its own; until all are done. */
        private void inParallel(Consumer<Visitor> work) throws InterruptedException {
            CountDownLatch done = new CountDownLatch(plan.clients());
            for (int i = 0; i < plan.clients(); i++) {
                Thread thread = new Thread(
                        () -> {
                            try (Visitor visitor = rounds.visitor()) {
                                work.accept(visitor);
                            } finally {
                                done.countDown();
                            }
                        },
                        "bench-prepare-" + i);
                thread.setDaemon(true);
                thread.start();
            }
            done.await();
        }

        private void awaitHeld(int count) throws InterruptedException {
            long end = System.nanoTime() + HOLDING.toNanos();
            long last = -1;
            try (HttpConnection connection = new HttpConnection(target)) {
                while (System.nanoTime() < end) {
                    last = HeldPollsGauge.read(connection, target);
                    if (last >= count) {
                        return;
                    }
                    if (last < 0) {
                        TimeUnit.NANOSECONDS.sleep(ARRIVING.toNanos());
                        return;
                    }
                    TimeUnit.MILLISECONDS.sleep(50);
                }
            }
            rounds.measures().error(Step.WAKE_UP, "only " + last + " of " + count + " polls are held");
        }

        private OptionalLong heap() throws IOException, InterruptedException {
            return service == null ? OptionalLong.empty() : service.heap();
        }

        private OptionalLong resident() {
            return service == null ? OptionalLong.empty() : service.resident();
        }

        private static @Nullable Long perPoll(OptionalLong before, OptionalLong after, int polls) {
            return before.isEmpty() || after.isEmpty() || polls == 0
                    ? null
                    : Long.valueOf((after.getAsLong() - before.getAsLong()) / polls);
        }
    }
}
