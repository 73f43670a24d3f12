package io.otphandler.domain.session;

import io.otphandler.domain.code.TypedCode;
import io.otphandler.domain.limit.Budget;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One authentication attempt, in one of its states. Immutable; every move gives a {@link Decision} and leaves this
 * object as it was. Time is judged by the instant given, never by whether a timer fired: a state first becomes what it
 * has to be at that instant.
 *
 * <p>A session that is gone ({@link #isGone}) takes no moves; whoever keeps it says that it is not found.
 */
public sealed interface Session
        permits Waiting, Sent, Failed, Confirmed, Completed, Cancelled, AttemptsExpired, Exhausted {

    SessionTerms terms();

    /** Why this state refuses whatever it has no better answer to. */
    Refusal.Reason refusal();

    <R> R fold(Cases<R> cases);

    /** Starts the first of the suitable channels. */
    static Decision<SessionId> start(SessionTerms terms) {
        return Course.begin(terms, 0, 1, Cause.START, null, terms.startedAt()).answering(terms.id());
    }

    default SessionId id() {
        return terms().id();
    }

    /** From when on the session is gone. */
    default Instant expiresAt() {
        return terms().endsAt();
    }

    default boolean isGone(Instant now) {
        return !now.isBefore(expiresAt());
    }

    /** When time alone changes this state next; empty: never. */
    default Optional<Instant> nextDue() {
        return Optional.empty();
    }

    /** Becomes what it has to be by now; one that is gone stays as it is. Answers whether that is another state. */
    default Decision<Boolean> settle(Instant now) {
        return unmoved(false);
    }

    /** Shows the current channel to the form. */
    default Decision<Answer<ChannelView>> showChannel(Instant now) {
        return refused();
    }

    /** Tells whether the session is confirmed. */
    default Decision<Answer<Boolean>> status(Instant now) {
        return refused();
    }

    /** Tells whether the session is confirmed once that is decided; empty: not yet. */
    default Decision<Optional<Answer<Boolean>>> awaitStatus(Instant now) {
        return unmoved(Optional.of(Answer.refused(refusal())));
    }

    /**
     * Becomes what it has to be as so much is left for its recipient: ended where no more wrong codes may be typed, held
     * back where no message is left that could follow by itself. Answers whether that is another state.
     */
    default Decision<Boolean> heed(Budget budget, Instant now) {
        return unmoved(false);
    }

    /** Judges a typed code, where there is no limit over all sessions. */
    default Decision<Answer<Boolean>> checkCode(TypedCode typed, Instant now) {
        return checkCode(typed, Budget.UNLIMITED, now);
    }

    /** Judges a typed code; the answer, where it is granted, is true. */
    default Decision<Answer<Boolean>> checkCode(TypedCode typed, Budget budget, Instant now) {
        return refused();
    }

    /** Completes the session if it is confirmed; refuses where the user has to do something first. */
    default Decision<Answer<Boolean>> completeIfConfirmed(Instant now) {
        return refused();
    }

    /** Completes the session if it is confirmed; false in any other state. */
    default Decision<Answer<Boolean>> complete(Instant now) {
        return unmoved(Answer.granted(false));
    }

    /** Starts the channel again, or else the next one, where there is no limit over all sessions. */
    default Decision<Answer<Boolean>> resend(Predicate<String> reachable, Instant now) {
        return resend(reachable, Budget.UNLIMITED, now);
    }

    /**
     * Starts the channel again, or else the next one.
     *
     * @param reachable whether a gateway of that name may be tried now
     */
    default Decision<Answer<Boolean>> resend(Predicate<String> reachable, Budget budget, Instant now) {
        return refused();
    }

    /** Ends an unconfirmed session by force. */
    default Decision<Answer<Boolean>> cancel(Instant now) {
        return unmoved(Answer.granted(true));
    }

    /** Asks for the message of a dispatch at the moment it is to be handed over; empty: it no longer is. */
    default Decision<Optional<HandOver>> handOver(int dispatch, Instant now) {
        return unmoved(Optional.empty());
    }

    /** Takes what became of a dispatch. Answers whether that came in time to matter. */
    default Decision<Boolean> dispatched(int dispatch, Outcome outcome, Instant now) {
        return Decision.of(this, false, Course.tooLate(dispatch, outcome));
    }

    /** Takes what a gateway reports of a message. Answers whether that came in time to matter. */
    default Decision<Boolean> receive(int dispatch, Receipt receipt, Instant now) {
        return Decision.of(this, false, Course.receiptTooLate(dispatch, receipt));
    }

    private <A> Decision<A> unmoved(A answer) {
        return Decision.of(this, answer);
    }

    private <T> Decision<Answer<T>> refused() {
        return unmoved(Answer.refused(refusal()));
    }

    /** One function for each state, so that a new state makes all who must know it fail to compile. */
    interface Cases<R> {
        R waiting(Waiting session);

        R sent(Sent session);

        R failed(Failed session);

        R confirmed(Confirmed session);

        R completed(Completed session);

        R cancelled(Cancelled session);

        R attemptsExpired(AttemptsExpired session);

        R exhausted(Exhausted session);
    }
}
