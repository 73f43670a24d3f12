package io.otphandler.application.port;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Timers that fire when the movable clock they go by is moved with {@link #advance}. Thread-safe. */
public final class ManualTimers implements Timers {

    private final MovableClock clock;
    private final List<Entry> entries = new ArrayList<>();

    public ManualTimers(MovableClock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable task) {
        Entry entry = new Entry(clock.instant().plus(delay), task);
        entries.add(entry);
        return () -> remove(entry);
    }

    /** Moves the clock, stopping at every timer on the way to fire it on the caller's thread. */
    public void advance(Duration by) {
        Instant end = clock.instant().plus(by);
        Optional<Entry> next = nextUntil(end);
        while (next.isPresent()) {
            Duration step = Duration.between(clock.instant(), next.get().at);
            if (!step.isNegative()) {
                clock.advance(step);
            }
            next.get().task.run();
            next = nextUntil(end);
        }
        clock.advance(Duration.between(clock.instant(), end));
    }

    /** How many have yet to fire. */
    public synchronized int count() {
        return entries.size();
    }

    private synchronized Optional<Entry> nextUntil(Instant end) {
        Optional<Entry> next =
                entries.stream().filter(entry -> !entry.at.isAfter(end)).min(Comparator.comparing(entry -> entry.at));
        next.ifPresent(entries::remove);
        return next;
    }

    private synchronized void remove(Entry entry) {
        entries.remove(entry);
    }

    private static final class Entry {
        private final Instant at;
        private final Runnable task;

        Entry(Instant at, Runnable task) {
            this.at = at;
            this.task = task;
        }
    }
}
