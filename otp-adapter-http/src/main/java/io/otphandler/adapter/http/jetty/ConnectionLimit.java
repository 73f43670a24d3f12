package io.otphandler.adapter.http.jetty;

import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the connections of a port. At the bound none is accepted any more: the next one may still be, and is closed;
 * those after it wait in the accept queue until others have gone. Says so in the log, at most once a minute. Thread-safe.
 */
public final class ConnectionLimit extends NetworkConnectionLimit {
    private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);
    private static final long SILENCE = 60_000_000_000L;

    private final int max;
    private final AtomicLong told = new AtomicLong(System.nanoTime() - SILENCE);

    /** Leaves idle timeouts alone, which the base class could shorten: long polls are idle most of their time. */
    public ConnectionLimit(int max, Connector connector) {
        super(max, connector);
        this.max = max;
    }

    @Override
    protected void limit() {
        super.limit();
        long now = System.nanoTime();
        long last = told.get();
        if (now - last >= SILENCE && told.compareAndSet(last, now)) {
            log.warn("There are {} connections, as many as there may be (http.maxConnections): new ones wait", max);
        }
    }
}
