package io.otphandler.domain.session;

import io.otphandler.domain.limit.Rule;
import io.otphandler.domain.limit.Tally;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a move used of its recipient's budget. The first message of a session is not among it: whoever starts a session
 * has taken its place before.
 *
 * @param wrongCode whether a wrong code was judged
 * @param rightCode whether a right one was: it takes no place, but there must have been one
 * @param messageAsked when the message was asked for that takes a place; null: none was
 * @param messageReturned when the message was asked for that never was handed over, and gives its place back; null: none
 */
public record Usage(
        boolean wrongCode,
        boolean rightCode,
        @Nullable Instant messageAsked,
        @Nullable Instant messageReturned) {

    static final String BY_CODE = "code";

    /** Of the move that made this decision of that state. */
    public static Usage of(Session before, Decision<?> decision) {
        boolean wrong = false;
        boolean right = false;
        boolean asked = false;
        boolean handedOver = false;
        for (SessionEvent event : decision.events()) {
            switch (event.kind()) {
                case WRONG_CODE -> wrong = true;
                case CONFIRMED -> right = event.detail().equals(BY_CODE);
                case DISPATCH_REQUESTED -> asked = true;
                case ACCEPTED, UNKNOWN -> handedOver = true;
                default -> {
                    // concerns no budget
                }
            }
        }
        Session next = decision.next();
        Instant taken = asked && next instanceof Waiting waiting
                ? waiting.run().dispatch().askedAt()
                : null;
        boolean ended = taken != null || next instanceof Failed || next instanceof Exhausted;
        Instant returned = before instanceof Waiting waiting && ended && !handedOver
                ? waiting.run().dispatch().askedAt()
                : null;
        return new Usage(wrong, right, taken, returned);
    }

    public boolean concernsMessages() {
        return messageAsked != null || messageReturned != null;
    }

    /** The messages counted, after this. */
    public Tally countMessages(Tally messages, Rule rule) {
        return with(without(messages, rule, messageReturned), rule, messageAsked);
    }

    /** The messages counted, as if this had not been. */
    public Tally uncountMessages(Tally messages, Rule rule) {
        return with(without(messages, rule, messageAsked), rule, messageReturned);
    }

    private static Tally with(Tally tally, Rule rule, @Nullable Instant at) {
        return at == null ? tally : tally.with(rule, at);
    }

    private static Tally without(Tally tally, Rule rule, @Nullable Instant at) {
        return at == null ? tally : tally.without(rule, at);
    }
}
