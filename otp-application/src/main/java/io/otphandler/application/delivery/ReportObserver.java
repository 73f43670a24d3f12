package io.otphandler.application.delivery;

/** Learns what became of providers' reports; for metrics. Must be quick and must not throw. */
@FunctionalInterface
public interface ReportObserver {

    /** How a report ended. */
    enum Fate {
        /** It found its session, whether it came in time to matter or not. */
        TAKEN,
        /** Nobody here knows the message. */
        UNKNOWN,
        /** It did not come from the provider. */
        UNAUTHORIZED,
        /** It made no sense. */
        MALFORMED
    }

    void reported(String gateway, Fate fate);
}
