package io.otphandler.bootstrap.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What comes before anything is measured: a few clients ask, so that the server's compilers find a processor that is not
 * taken; then all of them, as what many do at once is compiled otherwise. Those compilers are a thread or two among all
 * that want to run: beside 32 clients on two processors they took minutes for what took them half a minute beside four. For
 * one thread.
 */
final class WarmUp {

    /** What is asked of a server whose compilers nobody can look at. */
    static final Duration USUAL = Duration.ofSeconds(10);

    private static final Duration FEW_AT_LEAST = Duration.ofSeconds(8);
    private static final Duration FEW_AT_MOST = Duration.ofSeconds(60);
    private static final Duration ALL_AT_LEAST = Duration.ofSeconds(4);
    private static final Duration ALL_AT_MOST = Duration.ofSeconds(20);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(4);

    /** Compilers that were busy for less than one of so many seconds are done but for what never ends. */
    private static final int QUIET = 10;

    private final Phase few;
    private final Phase all;

    /** Returns once it is over. */
    @FunctionalInterface
    private interface Phase {
        void await() throws IOException, InterruptedException;
    }

    private WarmUp(Phase few, Phase all) {
        this.few = few;
        this.all = all;
    }

    /** Of that length, three quarters of it with a few clients. */
    static WarmUp lasting(Duration length) {
        Duration quarter = length.dividedBy(4);
        return new WarmUp(() -> sleep(quarter.multipliedBy(3)), () -> sleep(quarter));
    }

    /** As long as it takes until the compilers of the server have little to do, a minute or so at most. */
    static WarmUp untilCompiled(ServiceProcess server) {
        return new WarmUp(
                () -> awaitQuiet(server, FEW_AT_LEAST, FEW_AT_MOST),
                () -> awaitQuiet(server, ALL_AT_LEAST, ALL_AT_MOST));
    }

    /** @param length null: as long as it takes, where that can be told */
    static WarmUp of(@Nullable Duration length, @Nullable ServiceProcess server) {
        if (length != null) {
            return lasting(length);
        }
        return server == null ? lasting(USUAL) : untilCompiled(server);
    }

    /** While a few clients ask. */
    void few() throws IOException, InterruptedException {
        few.await();
    }

    /** After that, while all do. */
    void all() throws IOException, InterruptedException {
        all.await();
    }

    private static void awaitQuiet(ServiceProcess server, Duration atLeast, Duration atMost)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Duration before = server.compiling();
        boolean quiet = false;
        while (!quiet && System.nanoTime() - start < atMost.toNanos()) {
            sleep(LOOK_EVERY);
            Duration now = server.compiling();
            quiet = now.minus(before).multipliedBy(QUIET).compareTo(LOOK_EVERY) < 0
                    && System.nanoTime() - start >= atLeast.toNanos();
            before = now;
        }
    }

    private static void sleep(Duration length) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
    }
}
