package io.otphandler.adapter.http.tls;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections that have not agreed on TLS in time, however busily they send: the idle timeout begins again with
 * every byte. Thread-safe.
 */
final class HandshakeDeadline implements Connection.Listener, SslHandshakeListener {
    private final Map<SSLEngine, Scheduler.Task> running = new ConcurrentHashMap<>();
    private final Duration patience;
    private final Scheduler scheduler;

    HandshakeDeadline(Duration patience, Scheduler scheduler) {
        this.patience = patience;
        this.scheduler = scheduler;
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection ssl) {
            running.put(
                    ssl.getSSLEngine(),
                    scheduler.schedule(
                            () -> ssl.getEndPoint().close(new TimeoutException("No TLS was agreed on in time")),
                            patience.toMillis(),
                            TimeUnit.MILLISECONDS));
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (connection instanceof SslConnection ssl) {
            over(ssl.getSSLEngine());
        }
    }

    @Override
    public void handshakeSucceeded(Event event) {
        over(event.getSSLEngine());
    }

    @Override
    public void handshakeFailed(Event event, Throwable failure) {
        over(event.getSSLEngine());
    }

    private void over(SSLEngine engine) {
        Scheduler.Task task = running.remove(engine);
        if (task != null) {
            task.cancel();
        }
    }
}
