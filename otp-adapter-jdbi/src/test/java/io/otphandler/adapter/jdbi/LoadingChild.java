package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.ContractFixtures;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.Widget;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** A process that writes sessions as fast as it can and prints each change once it was acknowledged, to be killed. */
final class LoadingChild {

    private static final int THREADS = 16;

    private LoadingChild() {}

    /** @param args the database URL */
    public static void main(String[] args) throws Exception {
        Clock clock = Clock.tickMillis(ZoneOffset.UTC);
        JdbiDatabase database = JdbiDatabase.open(new JdbiDatabase.Settings(args[0], "", "", 4), clock);
        database.migrate();
        Sessions sessions = database.sessions();
        Widget widget = database.widgets().save(ContractFixtures.widget());
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        for (int i = 0; i < THREADS; i++) {
            new Thread(() -> {
                        while (true) {
                            Decision<SessionId> started = ContractFixtures.started(widget, clock.instant());
                            SessionId id = started.answer();
                            sessions.add(started);
                            acknowledge(out, id, 1);
                            sessions.decide(id, s -> s.dispatched(1, Outcome.ACCEPTED, clock.instant()));
                            acknowledge(out, id, 2);
                            sessions.decide(id, s -> s.checkCode(code -> false, clock.instant()));
                            acknowledge(out, id, 3);
                            sessions.decide(id, s -> s.checkCode(code -> true, clock.instant()));
                            acknowledge(out, id, 4);
                            sessions.decide(id, s -> s.complete(clock.instant()));
                            acknowledge(out, id, 5);
                        }
                    })
                    .start();
        }
        // old ones are deleted meanwhile, so that space is used again; what the test looks at is younger
        Instant begin = clock.instant();
        while (true) {
            sessions.deleteGone(begin.minus(Duration.ofDays(1)), 500);
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
        }
    }

    private static void acknowledge(PrintStream out, SessionId id, int changes) {
        byte[] line = (id + " " + changes + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (out) {
            out.write(line, 0, line.length);
            out.flush();
        }
    }
}
