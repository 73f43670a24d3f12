package io.otphandler.application.port;

import java.time.Duration;

/** Calls back later. Thread-safe. */
public interface Timers {

    /**
     * Calls the task once, that long from now or a little later, on a thread that it must not hold up. What it throws is
     * logged.
     */
    Timer after(Duration delay, Runnable task);

    /** Something that is going to happen. */
    interface Timer {

        /** Makes it not happen, unless it already has. */
        void cancel();
    }
}
