package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Limits;
import io.otphandler.application.port.LimitsContract;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.Widgets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Limits as two nodes have them that share a PostgreSQL. */
class TwoNodesLimitsTest implements LimitsContract {

    /** An answer that comes late on a busy machine has counted: it is waited for. */
    private final String url = PostgresServer.newDatabase() + "&socketTimeout=20";

    private final MovableClock clock = new MovableClock();
    private JdbiDatabase a;
    private JdbiDatabase b;

    @BeforeEach
    void open() {
        a = node();
        a.migrate();
        b = node();
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private JdbiDatabase node() {
        return JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 4, ALLOWANCE), clock);
    }

    /** Goes on where both have ended. */
    @Override
    public void forgetMemory() {
        close();
        open();
    }

    @Override
    public Limits limits() {
        return a.limits();
    }

    @Override
    public Limits limitsElsewhere() {
        return b.limits();
    }

    @Override
    public Sessions sessions() {
        return a.sessions();
    }

    @Override
    public Sessions sessionsElsewhere() {
        return b.sessions();
    }

    @Override
    public Widgets widgets() {
        return a.widgets();
    }

    @Override
    public MovableClock clock() {
        return clock;
    }
}
