package io.otphandler.application.delivery;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way to one gateway, so many wide: what does not fit waits its turn, and holds up no other gateway's messages.
 * Thread-safe.
 */
final class Lane {

    private final int width;
    private final Executor executor;
    private final Queue<Supplier<CompletableFuture<?>>> waiting = new ArrayDeque<>();
    private int running;

    /** @param executor where work is started that had to wait: whoever makes room is not to be held up by it */
    Lane(int width, Executor executor) {
        this.width = width;
        this.executor = executor;
    }

    /** Starts the work now or when there is room. The work takes its room until its stage is complete; it does not throw. */
    void run(Supplier<CompletableFuture<?>> work) {
        synchronized (this) {
            if (running >= width) {
                waiting.add(work);
                return;
            }
            running++;
        }
        start(work);
    }

    /** A loop, not a recursion: thousands may wait, and all of them be done at once. */
    private void start(Supplier<CompletableFuture<?>> work) {
        @Nullable Supplier<CompletableFuture<?>> next = work;
        while (next != null) {
            CompletableFuture<?> stage = next.get();
            if (!stage.isDone()) {
                stage.whenComplete((result, failure) -> startNext());
                return;
            }
            next = next();
        }
    }

    private void startNext() {
        Supplier<CompletableFuture<?>> work = next();
        if (work != null) {
            try {
                executor.execute(() -> start(work));
            } catch (RejectedExecutionException e) {
                // the process is stopping: the work sees that, and is not lost without a word
                start(work);
            }
        }
    }

    /** Passes the room on; null: none is waiting, and the room is free again. */
    private synchronized @Nullable Supplier<CompletableFuture<?>> next() {
        Supplier<CompletableFuture<?>> work = waiting.poll();
        if (work == null) {
            running--;
        }
        return work;
    }
}
