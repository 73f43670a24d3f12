package io.otphandler.bootstrap.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop: every client begins its next round when its last one is over, so what is measured is what so many
 * clients get, and a service that stalls is asked less while it does. A thread a client.
 */
final class Load {

    /** One client, on a thread of its own. */
    interface Client extends AutoCloseable {

        /** Does its calls once; false: something went wrong, and was counted. */
        boolean round();

        /** Ends what it waits for. */
        @Override
        void close();
    }

    /** After the end a client has so long for the call that it is in. */
    private static final Duration LAST_CALL = Duration.ofSeconds(10);

    /** What is waited for may take so much longer than the load was to last. */
    private static final Duration OVERTIME = Duration.ofSeconds(20);

    private static final long AFTER_ERROR_MILLIS = 50;

    /** One of so many clients begins the warm-up. */
    private static final int FEW = 8;

    private final List<? extends Client> clients;
    private final Measures measures;
    private final Supplier<Optional<Duration>> cpu;
    private volatile boolean over;

    /** @param cpu what the server has used of the processors so far, if that is known */
    Load(List<? extends Client> clients, Measures measures, Supplier<Optional<Duration>> cpu) {
        this.clients = clients;
        this.measures = measures;
        this.cpu = cpu;
    }

    /**
     * What was measured.
     *
     * @param warmUpSeconds how long was asked before
     * @param seconds how long that took
     * @param cpu what the server used of the processors meanwhile; null: not known
     * @param slices the time in pieces
     */
    record Outcome(
            double warmUpSeconds,
            double seconds,
            @Nullable Duration cpu,
            Map<Step, Histogram> totals,
            List<Slice> slices) {

        long count(Step step) {
            Histogram histogram = totals.get(step);
            return histogram == null ? 0 : histogram.getTotalCount();
        }

        long calls() {
            return totals.entrySet().stream()
                    .filter(entry -> entry.getKey().isCall())
                    .mapToLong(entry -> entry.getValue().getTotalCount())
                    .sum();
        }

        /** Both as if they were one. */
        Outcome with(Outcome other) {
            Map<Step, Histogram> sums = new EnumMap<>(Step.class);
            List.of(this, other)
                    .forEach(one -> one.totals.forEach(
                            (step, histogram) -> sums.computeIfAbsent(step, unused -> Measures.empty())
                                    .add(histogram)));
            List<Slice> all = new ArrayList<>(slices);
            all.addAll(other.slices);
            Duration both = cpu == null || other.cpu == null ? null : cpu.plus(other.cpu);
            return new Outcome(warmUpSeconds + other.warmUpSeconds, seconds + other.seconds, both, sums, all);
        }

        /** Of the server, for a call; null: not known. */
        @Nullable
        Double cpuMicrosPerCall() {
            return cpu == null || calls() == 0 ? null : Double.valueOf(cpu.toNanos() / 1e3 / calls());
        }
    }

    /**
     * A piece of the time.
     *
     * @param at its end, in seconds from the beginning
     * @param rate calls a second
     * @param p50 of all calls, in microseconds
     */
    record Slice(double at, double rate, long p50, long p99) {}

    /** Warms up, measures, and lets the clients finish; closes them in the end. */
    Outcome run(WarmUp warmUp, Duration duration) throws IOException, InterruptedException {
        return run(warmUp, duration, () -> true);
    }

    /** @param done without which it goes on for a while longer */
    Outcome run(WarmUp warmUp, Duration duration, BooleanSupplier done) throws IOException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Client client : clients) {
            Thread thread = new Thread(() -> loop(client), "bench-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
        }
        int few = Math.max(1, threads.size() / FEW);
        long start = System.nanoTime();
        threads.subList(0, few).forEach(Thread::start);
        try {
            warmUp.few();
            threads.subList(few, threads.size()).forEach(Thread::start);
            warmUp.all();
            return measure((System.nanoTime() - start) / 1e9, duration, done);
        } finally {
            over = true;
            long end = System.nanoTime() + LAST_CALL.toNanos();
            for (Thread thread : threads) {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
            clients.forEach(Client::close);
        }
    }

    private Outcome measure(double warmUpSeconds, Duration duration, BooleanSupplier done) throws InterruptedException {
        Map<Step, Histogram> totals = new EnumMap<>(Step.class);
        List<Slice> slices = new ArrayList<>();
        long slice = Math.min(
                TimeUnit.SECONDS.toNanos(1), Math.max(TimeUnit.MILLISECONDS.toNanos(100), duration.toNanos() / 50));
        long latest = duration.plus(OVERTIME).toNanos();
        Optional<Duration> cpuBefore = cpu.get();
        measures.reset();
        long start = System.nanoTime();
        long before = start;
        long now = start;
        while (now - start < duration.toNanos() || (!done.getAsBoolean() && now - start < latest)) {
            long rest = duration.toNanos() - (now - start);
            TimeUnit.NANOSECONDS.sleep(rest > 0 ? Math.min(slice, rest) : slice);
            Histogram calls = Measures.empty();
            for (Step step : Step.values()) {
                Histogram taken = measures.take(step);
                if (taken.getTotalCount() > 0) {
                    totals.computeIfAbsent(step, unused -> Measures.empty()).add(taken);
                    if (step.isCall()) {
                        calls.add(taken);
                    }
                }
            }
            now = System.nanoTime();
            slices.add(new Slice(
                    (now - start) / 1e9,
                    calls.getTotalCount() / ((now - before) / 1e9),
                    calls.getValueAtPercentile(50),
                    calls.getValueAtPercentile(99)));
            before = now;
        }
        Duration used = cpu.get().flatMap(after -> cpuBefore.map(after::minus)).orElse(null);
        return new Outcome(warmUpSeconds, (now - start) / 1e9, used, totals, slices);
    }

    private void loop(Client client) {
        try {
            while (!over) {
                if (!client.round()) {
                    // who is refused at once would otherwise do nothing but ask
                    TimeUnit.MILLISECONDS.sleep(AFTER_ERROR_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
