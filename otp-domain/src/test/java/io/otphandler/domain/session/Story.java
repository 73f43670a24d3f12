package io.otphandler.domain.session;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.domain.Fixtures;
import io.otphandler.domain.Fixtures.ChannelBuilder;
import io.otphandler.domain.code.ChosenCode;
import io.otphandler.domain.code.TypedCode;
import io.otphandler.domain.limit.Budget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A session played from move to move. Its clock stands still until told the seconds since the start; what providers
 * report is of the current dispatch unless another is named.
 */
final class Story {

    static final Answer<Boolean> YES = Answer.granted(true);
    static final Answer<Boolean> NO = Answer.granted(false);

    private Session session;
    private Instant now;
    private int dispatches;
    private final List<SessionEvent> events = new ArrayList<>();
    private List<SessionEvent> lastEvents = List.of();
    private boolean changed;

    private Story(SessionTerms terms) {
        Decision<SessionId> start = Session.start(terms);
        session = start.next();
        now = terms.startedAt();
        remember(start.events());
    }

    static Story of(ChannelBuilder... channels) {
        return new Story(Fixtures.terms(channels));
    }

    static Story of(SessionTerms terms) {
        return new Story(terms);
    }

    /** Refused for that reason, with nothing more to say. */
    static <T> Answer<T> refused(Refusal.Reason reason) {
        return Answer.refused(reason);
    }

    static Answer<Boolean> wrong(int triesLeft) {
        return Answer.refused(new Refusal(Refusal.Reason.INVALID_CODE, null, triesLeft));
    }

    Story at(long seconds) {
        now = Fixtures.at(seconds);
        return this;
    }

    /** A nanosecond before so many seconds have passed. */
    Story justBefore(long seconds) {
        now = Fixtures.at(seconds).minusNanos(1);
        return this;
    }

    @CanIgnoreReturnValue
    Story accepted() {
        outcome(Outcome.ACCEPTED);
        return this;
    }

    @CanIgnoreReturnValue
    Story accepted(ChosenCode code) {
        outcome(Outcome.accepted(code));
        return this;
    }

    @CanIgnoreReturnValue
    Story rejected() {
        outcome(Outcome.REJECTED);
        return this;
    }

    @CanIgnoreReturnValue
    boolean outcome(Outcome outcome) {
        return outcome(dispatches, outcome);
    }

    @CanIgnoreReturnValue
    boolean outcome(int dispatch, Outcome outcome) {
        return take(state -> state.dispatched(dispatch, outcome, now));
    }

    @CanIgnoreReturnValue
    boolean receipt(Receipt.Status status) {
        return receipt(dispatches, Receipt.of(status));
    }

    @CanIgnoreReturnValue
    boolean receipt(int dispatch, Receipt receipt) {
        return take(state -> state.receive(dispatch, receipt, now));
    }

    @CanIgnoreReturnValue
    Optional<HandOver> handOver() {
        return handOver(dispatches);
    }

    @CanIgnoreReturnValue
    Optional<HandOver> handOver(int dispatch) {
        return take(state -> state.handOver(dispatch, now));
    }

    @CanIgnoreReturnValue
    boolean settle() {
        return take(state -> state.settle(now));
    }

    @CanIgnoreReturnValue
    Answer<ChannelView> showChannel() {
        return take(state -> state.showChannel(now));
    }

    /** What a form is shown, where it is shown anything. */
    ChannelView view() {
        return showChannel().fold(view -> view, refusal -> {
            throw new AssertionError("Nothing is shown: " + refusal);
        });
    }

    @CanIgnoreReturnValue
    Answer<Boolean> status() {
        return take(state -> state.status(now));
    }

    @CanIgnoreReturnValue
    Optional<Answer<Boolean>> awaitStatus() {
        return take(state -> state.awaitStatus(now));
    }

    @CanIgnoreReturnValue
    Answer<Boolean> check(TypedCode typed) {
        return take(state -> state.checkCode(typed, now));
    }

    @CanIgnoreReturnValue
    Answer<Boolean> check(TypedCode typed, Budget budget) {
        return take(state -> state.checkCode(typed, budget, now));
    }

    @CanIgnoreReturnValue
    boolean heed(Budget budget) {
        return take(state -> state.heed(budget, now));
    }

    @CanIgnoreReturnValue
    Answer<Boolean> resend(Budget budget) {
        return take(state -> state.resend(gateway -> true, budget, now));
    }

    @CanIgnoreReturnValue
    Answer<Boolean> completeIfConfirmed() {
        return take(state -> state.completeIfConfirmed(now));
    }

    @CanIgnoreReturnValue
    Answer<Boolean> complete() {
        return take(state -> state.complete(now));
    }

    @CanIgnoreReturnValue
    Answer<Boolean> resend() {
        return take(state -> state.resend(gateway -> true, now));
    }

    /** Resends while no other gateway than that one can be reached. */
    @CanIgnoreReturnValue
    Answer<Boolean> resendWithOnly(String reachable) {
        return take(state -> state.resend(reachable::equals, now));
    }

    @CanIgnoreReturnValue
    Answer<Boolean> cancel() {
        return take(state -> state.cancel(now));
    }

    Session session() {
        return session;
    }

    /** The state in the words of SPEC §2. */
    String state() {
        return nameOf(session);
    }

    /** How many messages were asked for so far. */
    int dispatches() {
        return dispatches;
    }

    /** What the last move said to have happened. */
    List<SessionEvent> lastEvents() {
        return lastEvents;
    }

    /** All that happened, in short. */
    List<SessionEvent.Kind> kinds() {
        return events.stream().map(SessionEvent::kind).toList();
    }

    /** Whether the last move left something to keep. */
    boolean changed() {
        return changed;
    }

    @CanIgnoreReturnValue
    private <A> A take(Function<Session, Decision<A>> move) {
        Decision<A> decision = move.apply(session);
        changed = decision.changes(session);
        session = decision.next();
        remember(decision.events());
        return decision.answer();
    }

    private void remember(List<SessionEvent> more) {
        lastEvents = more;
        events.addAll(more);
        for (SessionEvent event : more) {
            if (event.kind() == SessionEvent.Kind.DISPATCH_REQUESTED || event.kind() == SessionEvent.Kind.ACCEPTED) {
                // the latter alone for test recipients, of whose messages none is asked for
                dispatches = Math.max(dispatches, event.dispatch());
            }
        }
    }

    static String nameOf(Session session) {
        return session.fold(new Session.Cases<>() {
            @Override
            public String waiting(Waiting state) {
                return "wait";
            }

            @Override
            public String sent(Sent state) {
                return "sent";
            }

            @Override
            public String failed(Failed state) {
                return "error";
            }

            @Override
            public String confirmed(Confirmed state) {
                return "confirmed";
            }

            @Override
            public String completed(Completed state) {
                return "completed";
            }

            @Override
            public String cancelled(Cancelled state) {
                return "cancelled";
            }

            @Override
            public String attemptsExpired(AttemptsExpired state) {
                return "attempts expired";
            }

            @Override
            public String exhausted(Exhausted state) {
                return "exhausted";
            }
        });
    }
}
