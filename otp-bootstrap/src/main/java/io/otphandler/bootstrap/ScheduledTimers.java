package io.otphandler.bootstrap;

import io.otphandler.application.port.Timers;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Timers on one thread: what they call only hands work on. Thread-safe. */
final class ScheduledTimers implements Timers, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ScheduledTimers.class);

    /**
     * How often the thread wakes all the same. A timer that is set before all others wakes it, to wait for less: so would
     * each that watches over a message, set and cancelled, where no other is. Few are set for less than this.
     */
    private static final Duration BEAT = Duration.ofMillis(50);

    private final ScheduledThreadPoolExecutor executor;

    ScheduledTimers() {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "timers");
            thread.setDaemon(true);
            return thread;
        });
        // ten thousand held polls come and go: their timers must not stay behind
        executor.setRemoveOnCancelPolicy(true);
        executor.scheduleWithFixedDelay(() -> {}, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        try {
            Future<?> future = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }

    /** Runs the task again and again, with that pause in between. */
    void every(Duration pause, Runnable task) {
        after(pause, () -> {
            run(task);
            every(pause, task);
        });
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("A timer's task failed", e);
        }
    }
}
