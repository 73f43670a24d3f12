package io.otphandler.adapter.http.jetty;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The first that a request meets: counts those that run, tells the observer of those that are over, and turns new ones
 * away while the server stops. Thread-safe.
 */
public final class RunningRequests extends Handler.Wrapper {
    private final String managementConnector;
    private final JsonErrors errors;
    private final SafeHeaders safe;
    private final RequestObserver observer;
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean draining;
    private volatile boolean stopping;

    /** @param managementConnector the name of the connector whose requests are management's */
    public RunningRequests(String managementConnector, JsonErrors errors, SafeHeaders safe, RequestObserver observer) {
        this.managementConnector = managementConnector;
        this.errors = errors;
        this.safe = safe;
        this.observer = observer;
    }

    /** From now on no connection is kept for another request. */
    public void drain() {
        draining = true;
    }

    /** From now on new requests are turned away, but for those about health. */
    public void refuse() {
        draining = true;
        stopping = true;
    }

    /**
     * Waits until nothing runs.
     *
     * @return whether that came true in time
     */
    public boolean await(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        synchronized (running) {
            while (running.get() > 0) {
                long millis = (end - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return false;
                }
                running.wait(millis);
            }
        }
        return true;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Exchange exchange = Exchange.begin(
                request,
                managementConnector.equals(
                        request.getConnectionMetaData().getConnector().getName()));
        running.incrementAndGet();
        if (request.getConnectionMetaData().getHttpVersion().getVersion() > 11) {
            // of those who leave HTTP/1.1 tells nothing while they wait
            request.addFailureListener(failure -> exchange.leave());
        }
        Request.addCompletionListener(request, failure -> over(exchange, request, response));
        safe.putInto(request, response);
        if (draining) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
            if (stopping && !Request.getPathInContext(request).startsWith("/health/")) {
                errors.write(request, response, HttpStatus.SERVICE_UNAVAILABLE_503, null, callback);
                return true;
            }
        }
        return super.handle(request, response, callback);
    }

    private void over(Exchange exchange, Request request, Response response) {
        exchange.end();
        int status = Exchange.hasLeft(request) ? 0 : response.getStatus();
        observer.over(
                exchange.route(), RequestGuard.name(request.getMethod()), status == 0 ? 499 : status, exchange.nanos());
        if (running.decrementAndGet() == 0 && stopping) {
            synchronized (running) {
                running.notifyAll();
            }
        }
    }
}
