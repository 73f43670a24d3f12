package io.otphandler.application.delivery;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The way to one gateway, so many wide: what does not fit waits its turn, and holds up no other gateway's messages.
 * Thread-safe.
 */
final class Lane {

    private final int width;
    private final Queue<Supplier<CompletionStage<?>>> waiting = new ArrayDeque<>();
    private int running;

    Lane(int width) {
        this.width = width;
    }

    /** Starts the work now or when there is room. The work takes its room until its stage is complete; it does not throw. */
    void run(Supplier<CompletionStage<?>> work) {
        synchronized (this) {
            if (running >= width) {
                waiting.add(work);
                return;
            }
            running++;
        }
        start(work);
    }

    private void start(Supplier<CompletionStage<?>> work) {
        work.get().whenComplete((result, failure) -> next());
    }

    private void next() {
        Supplier<CompletionStage<?>> work;
        synchronized (this) {
            work = waiting.poll();
            if (work == null) {
                running--;
                return;
            }
        }
        start(work);
    }
}
