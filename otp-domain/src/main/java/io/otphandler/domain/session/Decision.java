package io.otphandler.domain.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What came of a move: the state that holds from now on, what happened, and what the caller is told. A refusal is an
 * answer too, and may well change the state: a wrong code costs a try.
 *
 * @param next the state as it was where nothing changed, the very same object
 */
public record Decision<A>(Session next, List<SessionEvent> events, A answer) {

    public Decision {
        events = List.copyOf(events);
    }

    static <A> Decision<A> of(Session next, A answer, SessionEvent... events) {
        return new Decision<>(next, List.of(events), answer);
    }

    /** Whether there is something to keep, when the state was this one before. */
    public boolean changes(Session before) {
        return next != before || !events.isEmpty();
    }

    /** The same course with another answer. */
    public <B> Decision<B> answering(B other) {
        return new Decision<>(next, events, other);
    }

    /** This and then a move of the state that it led to. */
    public <B> Decision<B> then(Function<Session, Decision<B>> move) {
        Decision<B> second = move.apply(next);
        if (events.isEmpty()) {
            return second;
        }
        List<SessionEvent> all = new ArrayList<>(events);
        all.addAll(second.events());
        return new Decision<>(second.next(), all, second.answer());
    }
}
