package io.otphandler.domain.session;

import static io.otphandler.domain.session.SessionEvent.Kind.ATTEMPTS_EXPIRED;
import static io.otphandler.domain.session.SessionEvent.Kind.CHANNEL_FAILED;
import static io.otphandler.domain.session.SessionEvent.Kind.CONFIRMED;
import static io.otphandler.domain.session.SessionEvent.Kind.DISPATCH_REQUESTED;
import static io.otphandler.domain.session.SessionEvent.Kind.EXHAUSTED;
import static io.otphandler.domain.session.SessionEvent.Kind.RECEIPT;
import static io.otphandler.domain.session.SessionEvent.Kind.WRONG_CODE;

import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.code.IssuedCode;
import io.otphandler.domain.code.TypedCode;
import io.otphandler.domain.limit.Budget;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The steps from state to state that several states take. */
final class Course {

    private Course() {}

    /** Enters a leg: its tries and restarts are full. */
    static Decision<Boolean> begin(
            SessionTerms terms, int leg, int number, Cause cause, @Nullable LeftCode left, Instant now) {
        Channel channel = terms.leg(leg).channel();
        ChannelRun run = new ChannelRun(
                leg,
                new Dispatch(number, now, terms.fixedCode()),
                channel.codeType(),
                channel.settings().numberOfTries(),
                channel.settings().numberOfRestart(),
                number > 1,
                false,
                left);
        return dispatch(terms, run, cause, now);
    }

    /** Starts the channel again, or the next one, whichever {@link #resendTarget} says. */
    static Decision<Boolean> resend(SessionTerms terms, ChannelRun run, Instant now) {
        int number = run.dispatch().number() + 1;
        if (run.restartsLeft() == 0) {
            return begin(terms, run.leg() + 1, number, Cause.NEXT_CHANNEL, null, now);
        }
        ChannelRun restarted = new ChannelRun(
                run.leg(),
                new Dispatch(number, now, terms.fixedCode()),
                run.leg(terms).channel().codeType(),
                run.triesLeft(),
                run.restartsLeft() - 1,
                true,
                false,
                null);
        return dispatch(terms, restarted, Cause.RESTART, now);
    }

    /** The channel that a resend would start, where it could start any. */
    static Channel resendTarget(SessionTerms terms, ChannelRun run) {
        return terms.leg(run.restartsLeft() > 0 ? run.leg() : run.leg() + 1).channel();
    }

    static boolean isReachable(Channel channel, Predicate<String> reachable) {
        return channel.gateways().stream().anyMatch(reachable);
    }

    private static Decision<Boolean> dispatch(SessionTerms terms, ChannelRun run, Cause cause, Instant now) {
        int number = run.dispatch().number();
        if (terms.fixedCode() != null) {
            // a test recipient: there is nothing to hand over, so it is as good as sent
            return Decision.of(new Sent(terms, run, now), true, SessionEvent.of(SessionEvent.Kind.ACCEPTED, number));
        }
        return Decision.of(new Waiting(terms, run), true, new SessionEvent(DISPATCH_REQUESTED, number, cause.words()));
    }

    /**
     * The channel failed: the next one starts at once, unless that is held back; else the user may ask for what is left;
     * else nothing is left.
     */
    static Decision<Boolean> fail(SessionTerms terms, ChannelRun run, String why, Instant now, SessionEvent... before) {
        List<SessionEvent> events = new ArrayList<>(List.of(before));
        int number = run.dispatch().number();
        boolean next = terms.hasLegAfter(run.leg());
        events.add(new SessionEvent(
                CHANNEL_FAILED, number, next && run.heldBack() ? why + ", no message of the day left" : why));
        if (next && !run.heldBack()) {
            Decision<Boolean> begun = begin(terms, run.leg() + 1, number + 1, Cause.FAILURE, null, now);
            events.addAll(begun.events());
            return new Decision<>(begun.next(), events, true);
        }
        if (run.canRestartOrMoveOn(terms)) {
            return new Decision<>(new Failed(terms, run), events, true);
        }
        events.add(SessionEvent.of(EXHAUSTED, 0));
        return new Decision<>(new Exhausted(terms), events, true);
    }

    /** The channel's lifetime is over: nothing starts by itself. */
    static Decision<Boolean> lapse(SessionTerms terms, ChannelRun run) {
        SessionEvent lapsed = new SessionEvent(CHANNEL_FAILED, run.dispatch().number(), "lifetime over");
        return run.canRestartOrMoveOn(terms)
                ? Decision.of(new Failed(terms, run), true, lapsed)
                : Decision.of(new Exhausted(terms), true, lapsed, SessionEvent.of(EXHAUSTED, 0));
    }

    /**
     * Judges a typed code against those that are alive.
     *
     * @param budget with room for one more wrong code at least
     * @param stay the state with its run replaced, for when the guess was wrong and tries are left
     */
    static Decision<Answer<Boolean>> judge(
            SessionTerms terms,
            ChannelRun run,
            List<IssuedCode> alive,
            TypedCode typed,
            Budget budget,
            Function<ChannelRun, Session> stay,
            Instant now) {
        boolean right = false;
        for (IssuedCode code : alive) {
            // every one is compared, so that the time taken does not tell which was nearer
            right |= typed.matches(code);
        }
        int number = run.dispatch().number();
        if (right) {
            return Decision.of(
                    new Confirmed(terms, run, now),
                    Answer.granted(true),
                    new SessionEvent(CONFIRMED, number, Usage.BY_CODE));
        }
        boolean lastOfTheDay = budget.wrongCodes() <= 1;
        int triesLeft = lastOfTheDay ? 0 : run.triesLeft() - 1;
        Answer<Boolean> wrong = Answer.refused(Refusal.invalidCode(triesLeft));
        SessionEvent counted = new SessionEvent(WRONG_CODE, number, Integer.toString(triesLeft));
        return triesLeft == 0
                ? Decision.of(
                        new AttemptsExpired(terms),
                        wrong,
                        counted,
                        new SessionEvent(ATTEMPTS_EXPIRED, 0, lastOfTheDay ? AttemptsExpired.OF_THE_DAY : ""))
                : Decision.of(stay.apply(run.withTriesLeft(triesLeft)), wrong, counted);
    }

    /** The code of the channel left by fallback, while it is good. */
    static List<IssuedCode> leftCode(SessionTerms terms, ChannelRun run, Instant now) {
        LeftCode left = run.left();
        return left == null || !now.isBefore(left.until())
                ? List.of()
                : List.of(ChannelRun.issued(terms, left.leg(), left.dispatch(), left.chosen()));
    }

    /**
     * Lets an open state become what its recipient's budget makes of it.
     *
     * @param with the state with its run replaced
     */
    static Decision<Boolean> heed(Session session, ChannelRun run, Budget budget, Function<ChannelRun, Session> with) {
        if (budget.wrongCodes() <= 0) {
            return Decision.of(
                    new AttemptsExpired(session.terms()),
                    true,
                    new SessionEvent(ATTEMPTS_EXPIRED, 0, AttemptsExpired.OF_THE_DAY));
        }
        ChannelRun heeding = run.heeding(budget, session.terms());
        return heeding.heldBack() == run.heldBack()
                ? Decision.of(session, false)
                : Decision.of(with.apply(heeding), true);
    }

    /** Refuses another message before the instant that the budget names. */
    static Optional<Refusal> tooSoon(Instant available, Budget budget, Instant now) {
        Instant next = budget.nextMessage();
        Instant from = next != null && next.isAfter(available) ? next : available;
        return now.isBefore(from)
                ? Optional.of(Refusal.until(Refusal.Reason.RESTART_COOLDOWN_ACTIVE, Duration.between(now, from)))
                : Optional.empty();
    }

    static Decision<Answer<Boolean>> cancel(SessionTerms terms) {
        return Decision.of(new Cancelled(terms), Answer.granted(true), SessionEvent.of(SessionEvent.Kind.CANCELLED, 0));
    }

    static SessionEvent outcome(int dispatch, Outcome outcome, String detail) {
        SessionEvent.Kind kind = switch (outcome.kind()) {
            case ACCEPTED -> SessionEvent.Kind.ACCEPTED;
            case REJECTED -> SessionEvent.Kind.REJECTED;
            case UNAVAILABLE -> SessionEvent.Kind.UNAVAILABLE;
            case UNKNOWN -> SessionEvent.Kind.UNKNOWN;
        };
        return new SessionEvent(kind, dispatch, detail);
    }

    static SessionEvent tooLate(int dispatch, Outcome outcome) {
        return outcome(dispatch, outcome, "too late");
    }

    static SessionEvent receiptTooLate(int dispatch, Receipt receipt) {
        return new SessionEvent(RECEIPT, dispatch, receipt.status().wireName() + ", changed nothing");
    }
}
