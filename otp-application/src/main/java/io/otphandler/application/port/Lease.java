package io.otphandler.application.port;

import io.otphandler.domain.session.Waiting;
import java.time.Instant;

/**
 * A node's hold on a message that is to be handed over: until it ends nobody else takes the message over. Whoever takes
 * it over after that gives it a later end, so that the end tells whose it is.
 *
 * @param until by the clock of the node that holds it, in whole milliseconds
 */
public record Lease(DispatchId dispatch, Instant until) {

    /** Of the node that stored the message: it runs from the instant at which the message was asked for. */
    public static Lease ofStorer(Waiting session) {
        return from(session, session.run().dispatch().askedAt());
    }

    /** Of the node that took the message over with {@link Sessions#claimDue}, or renewed its lease, at that instant. */
    public static Lease from(Waiting session, Instant now) {
        return new Lease(new DispatchId(session.id(), session.run().dispatch().number()), now.plus(Sessions.LEASE));
    }
}
