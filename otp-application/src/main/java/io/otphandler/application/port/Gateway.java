package io.otphandler.application.port;

import java.util.concurrent.CompletionStage;

/** A party that delivers messages, and reports what became of them. Thread-safe. */
public interface Gateway {

    /** How well a gateway is known to work. */
    enum Health {
        UP,
        /** It was down; some messages find out whether it still is. */
        PROBING,
        /** It is not tried for now. */
        DOWN
    }

    /** Its name in the configuration. */
    String name();

    default Health health() {
        return Health.UP;
    }

    /** Whether it may be tried now; false while it is known to be down. */
    default boolean isReachable() {
        return health() != Health.DOWN;
    }

    /**
     * Hands a message over, without blocking the caller. The stage does not fail: what went wrong is a
     * {@link Delivery} too. The same {@link Message#id} may come again after a crash.
     */
    CompletionStage<Delivery> deliver(Message message);

    /** Begins to listen to the provider, where that takes more than answering its callbacks. Called once. */
    default void start(Reports reports) {}

    /** Checks who sent a callback and understands it. Does not block, does not throw. */
    default CallbackReading read(Callback callback) {
        return CallbackReading.notExpected();
    }

    /** Whether the provider wants to hear what became of its messages in the end. */
    default boolean wantsConclusions() {
        return false;
    }

    /** Tells the provider what became of a message, as well as it can be; does not block. */
    default void conclude(ProviderMessage message, Conclusion conclusion) {}

    /** Lets go of the provider. */
    default void close() {}
}
