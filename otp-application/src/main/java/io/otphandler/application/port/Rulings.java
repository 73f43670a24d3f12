package io.otphandler.application.port;

import io.otphandler.domain.guard.NumberPrefix;
import io.otphandler.domain.widget.WidgetId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * What is decided about prefixes, and the traffic that it is decided on as far as it looks odd, for all nodes and so that it
 * survives the process. Thread-safe; throws {@link StoreUnavailableException}.
 */
public interface Rulings {

    /** Keeps a ruling in the place of the last one about that widget and prefix. */
    void put(Ruling ruling);

    /** Those that are not to be forgotten by then, in any order. */
    List<Ruling> inForce(Instant now);

    /** Keeps what a node counted, in the place of what it has told of the same widget and prefix before. */
    void tell(Collection<Tale> tales);

    /** What other nodes, or earlier runs of this one, told then or later, in any order. */
    List<Tale> toldSince(Instant instant, UUID exceptBy);

    /**
     * Deletes rulings that are to be forgotten by then, and what was told more than a day before.
     *
     * @return how many; fewer than the limit: no more are left
     */
    int deleteEnded(Instant now, int limit);

    /**
     * The traffic to a prefix as a node counted it.
     *
     * @param by the node that tells
     * @param traffic in the guard's own form, at most {@value #MAX_LENGTH} characters of ASCII
     */
    record Tale(UUID by, WidgetId widget, NumberPrefix prefix, String traffic, Instant toldAt) {

        public static final int MAX_LENGTH = 512;
    }
}
