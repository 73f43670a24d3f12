package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.ContractFixtures;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.Widget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Not a test: how many changes a second the store takes. */
final class Probe {

    private Probe() {}

    /** @param args database file, threads, seconds, optionally further settings for its URL */
    public static void main(String[] args) throws Exception {
        Clock clock = Clock.tickMillis(ZoneOffset.UTC);
        Path file = Path.of(args[0] + ".mv.db");
        Files.deleteIfExists(file);
        int threads = Integer.parseInt(args[1]);
        long end = System.nanoTime() + Long.parseLong(args[2]) * 1_000_000_000L;
        String more = args.length > 3 ? args[3] : "";
        AtomicLong changes = new AtomicLong();
        AtomicInteger kept = new AtomicInteger();
        long[] took = new long[4_000_000];
        long start = System.nanoTime();
        try (JdbiDatabase database =
                JdbiDatabase.open(new JdbiDatabase.Settings("jdbc:h2:file:" + args[0] + more, "", "", 10), clock)) {
            database.migrate();
            System.out.printf("open after %d ms%n", (System.nanoTime() - start) / 1_000_000);
            Sessions sessions = database.sessions();
            Widget widget = database.widgets().save(ContractFixtures.widget());
            start = System.nanoTime();
            Thread[] all = new Thread[threads];
            for (int t = 0; t < threads; t++) {
                all[t] = new Thread(() -> {
                    while (System.nanoTime() < end) {
                        Decision<SessionId> started = ContractFixtures.started(widget, clock.instant());
                        SessionId id = started.answer();
                        timed(took, changes, () -> sessions.add(started));
                        timed(
                                took,
                                changes,
                                () -> sessions.decide(id, s -> s.dispatched(1, Outcome.ACCEPTED, clock.instant())));
                        timed(
                                took,
                                changes,
                                () -> sessions.decide(id, s -> s.checkCode(code -> true, clock.instant())));
                        timed(took, changes, () -> sessions.decide(id, s -> s.complete(clock.instant())));
                        kept.incrementAndGet();
                    }
                });
                all[t].start();
            }
            while (System.nanoTime() < end) {
                Thread.sleep(2_000);
                System.out.printf("  %d changes, file %d MB%n", changes.get(), Files.size(file) >> 20);
            }
            for (Thread thread : all) {
                thread.join();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            int n = (int) Math.min(changes.get(), took.length);
            Arrays.sort(took, 0, n);
            System.out.printf(
                    "%d threads: %.0f changes/s, p50 %.2f ms, p99 %.2f ms, max %.1f ms; file %d MB%n",
                    threads,
                    changes.get() / seconds,
                    took[n / 2] / 1e6,
                    took[(int) (n * 0.99)] / 1e6,
                    took[n - 1] / 1e6,
                    Files.size(file) >> 20);
            start = System.nanoTime();
        }
        System.out.printf(
                "closed in %d ms; %d sessions in %d MB: %d bytes each%n",
                (System.nanoTime() - start) / 1_000_000,
                kept.get(),
                Files.size(file) >> 20,
                Files.size(file) / Math.max(1, kept.get()));
    }

    private static void timed(long[] took, AtomicLong changes, Runnable change) {
        long start = System.nanoTime();
        change.run();
        int i = (int) changes.getAndIncrement();
        if (i < took.length) {
            took[i] = System.nanoTime() - start;
        }
    }
}
