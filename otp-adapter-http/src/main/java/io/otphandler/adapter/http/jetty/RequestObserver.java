package io.otphandler.adapter.http.jetty;

/** Learns of every request that is over. Must be quick and must not throw. */
@FunctionalInterface
public interface RequestObserver {
    /**
     * Hears of one.
     *
     * @param route the template of its route, or {@link Exchange#UNMATCHED}
     * @param method one that HTTP knows, or {@code OTHER}
     * @param status as it was answered; 499: the client went away before
     */
    void over(String route, String method, int status, long nanos);
}
