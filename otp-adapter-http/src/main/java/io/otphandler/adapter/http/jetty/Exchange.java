package io.otphandler.adapter.http.jetty;

import java.util.Objects;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one request on its way: set by the handlers before the routes, read by these, and by whoever watches
 * when it is over. Used by one thread at a time.
 */
public final class Exchange {
    /** The route of requests that fit none. */
    public static final String UNMATCHED = "unmatched";

    private static final String ATTRIBUTE = Exchange.class.getName();
    private static final byte[] NOTHING = {};

    private final long start = System.nanoTime();
    private final boolean management;
    private volatile String route = UNMATCHED;
    private volatile byte[] body = NOTHING;
    private volatile boolean bodyTooLarge;
    private volatile boolean over;
    private volatile boolean left;
    private volatile @Nullable Runnable atEnd;

    Exchange(boolean management) {
        this.management = management;
    }

    static Exchange begin(Request request, boolean management) {
        Exchange exchange = new Exchange(management);
        request.setAttribute(ATTRIBUTE, exchange);
        return exchange;
    }

    /** The one of a request that all handlers before the routes have seen. */
    public static Exchange of(Request request) {
        return (Exchange) Objects.requireNonNull(request.getAttribute(ATTRIBUTE));
    }

    /** Whether the request came by the management port. */
    public boolean isManagement() {
        return management;
    }

    /** The template of the route that the request fits. */
    public String route() {
        return route;
    }

    public void route(String template) {
        route = template;
    }

    /** All of the body; empty where there is none, or too much. */
    public byte[] body() {
        return body;
    }

    void body(byte[] bytes) {
        body = bytes;
    }

    /** Whether the body was longer than is taken; what there was of it is gone. */
    public boolean isBodyTooLarge() {
        return bodyTooLarge;
    }

    void bodyIsTooLarge() {
        bodyTooLarge = true;
    }

    /** Whether nothing more can be answered: all is said, or the client has gone. */
    public boolean isOver() {
        return over;
    }

    /**
     * Has something done once it is over; at once if that is so already.
     *
     * @param work one at most; quick, and never to throw
     */
    public void atEnd(Runnable work) {
        atEnd = work;
        if (over) {
            work.run();
        }
    }

    /** Whether the client of the request has gone before it was answered, as far as that is known. */
    static boolean hasLeft(Request request) {
        return request.getAttribute(ATTRIBUTE) instanceof Exchange exchange && exchange.left;
    }

    void leave() {
        left = true;
        end();
    }

    void end() {
        over = true;
        Runnable work = atEnd;
        if (work != null) {
            work.run();
        }
    }

    long nanos() {
        return System.nanoTime() - start;
    }
}
