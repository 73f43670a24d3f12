package io.otphandler.bootstrap.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * What clients measure, in microseconds with three significant digits, and what went wrong. Recording is thread-safe and
 * waits for nobody; taking is for one thread.
 */
final class Measures {

    /** Longer than any call is waited for. */
    private static final long LONGEST = TimeUnit.MINUTES.toMicros(10);

    private static final int DIGITS = 3;

    private final Map<Step, Recorder> recorders = new EnumMap<>(Step.class);
    private final Map<Step, Map<String, LongAdder>> errors = new EnumMap<>(Step.class);
    private final Map<Step, @Nullable Histogram> recycled = new EnumMap<>(Step.class);

    Measures() {
        for (Step step : Step.values()) {
            recorders.put(step, new Recorder(LONGEST, DIGITS));
            errors.put(step, new ConcurrentHashMap<>());
        }
    }

    static Histogram empty() {
        return new Histogram(LONGEST, DIGITS);
    }

    void record(Step step, long nanos) {
        recorder(step).recordValue(Math.min(LONGEST, Math.max(0, nanos / 1_000)));
    }

    /** @param what without anything that differs from one error of its kind to the next */
    void error(Step step, String what) {
        errorsOf(step).computeIfAbsent(what, text -> new LongAdder()).increment();
    }

    /** What was recorded since the last time; good until the next. */
    Histogram take(Step step) {
        Histogram taken = recorder(step).getIntervalHistogram(recycled.get(step));
        recycled.put(step, taken);
        return taken;
    }

    /** Forgets what was recorded so far; errors stay. */
    void reset() {
        recorders.values().forEach(Recorder::reset);
    }

    /** By what they were, since the beginning. */
    Map<String, Long> errors(Step step) {
        Map<String, Long> counts = new TreeMap<>();
        errorsOf(step).forEach((what, count) -> counts.put(what, count.sum()));
        return counts;
    }

    boolean hasErrors() {
        return errors.values().stream().anyMatch(counts -> !counts.isEmpty());
    }

    private Recorder recorder(Step step) {
        return java.util.Objects.requireNonNull(recorders.get(step));
    }

    private Map<String, LongAdder> errorsOf(Step step) {
        return java.util.Objects.requireNonNull(errors.get(step));
    }
}
