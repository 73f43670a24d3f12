package io.otphandler.application.port;

import java.util.concurrent.CompletionStage;

/** A party that delivers messages. Thread-safe. */
public interface Gateway {

    /** Its name in the configuration. */
    String name();

    /** Whether it may be tried now; false while it is known to be down. */
    default boolean isReachable() {
        return true;
    }

    /**
     * Hands a message over, without blocking the caller. The stage does not fail: what went wrong is a
     * {@link Delivery} too. The same {@link Message#id} may come again after a crash.
     */
    CompletionStage<Delivery> deliver(Message message);
}
