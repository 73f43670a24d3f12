package io.otphandler.domain.session;

import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.code.IssuedCode;
import io.otphandler.domain.code.TypedCode;
import io.otphandler.domain.limit.Budget;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The API's {@code wait}: a message is on its way to a gateway. */
public record Waiting(SessionTerms terms, ChannelRun run) implements Session {

    /** What the event says of a message that waited longer than it could help. */
    public static final String NOT_IN_TIME = "not handed over in time";

    @Override
    public Refusal.Reason refusal() {
        return Refusal.Reason.INVALID_CODE;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
        return cases.waiting(this);
    }

    @Override
    public Decision<Answer<ChannelView>> showChannel(Instant now) {
        ChannelRun seen = run.seen();
        return Decision.of(
                run.changeUnseen() ? with(seen) : this,
                Answer.granted(ChannelView.of(terms, seen, ChannelStatus.WAIT)));
    }

    @Override
    public Decision<Answer<Boolean>> status(Instant now) {
        return Decision.of(
                this, run.changeUnseen() ? Answer.refused(Refusal.Reason.CHANNEL_CHANGED) : Answer.granted(false));
    }

    @Override
    public Decision<Optional<Answer<Boolean>>> awaitStatus(Instant now) {
        return Decision.of(this, Optional.empty());
    }

    /** Only the code of a channel left by fallback can be alive here; where none is, no try is used. */
    @Override
    public Decision<Answer<Boolean>> checkCode(TypedCode typed, Budget budget, Instant now) {
        if (run.codeType() == CodeType.CODELESS) {
            return Decision.of(this, Answer.refused(Refusal.Reason.IS_CODELESS_CHANNEL));
        }
        Decision<Boolean> heeded = heed(budget, now);
        if (heeded.next() instanceof AttemptsExpired) {
            return heeded.then(next -> next.checkCode(typed, budget, now));
        }
        List<IssuedCode> alive = Course.leftCode(terms, run, now);
        return alive.isEmpty()
                ? Decision.of(this, Answer.refused(Refusal.invalidCode(run.triesLeft())))
                : Course.judge(terms, run, alive, typed, budget, this::with, now);
    }

    @Override
    public Decision<Answer<Boolean>> completeIfConfirmed(Instant now) {
        return complete(now);
    }

    @Override
    public Decision<Boolean> heed(Budget budget, Instant now) {
        return isGone(now) ? Decision.of(this, false) : Course.heed(this, run, budget, this::with);
    }

    /** Never while a message is on its way: its cooldown has not even begun. */
    @Override
    public Decision<Answer<Boolean>> resend(Predicate<String> reachable, Budget budget, Instant now) {
        return Decision.of(
                this,
                Answer.refused(Refusal.until(
                        Refusal.Reason.RESTART_COOLDOWN_ACTIVE,
                        run.settings(terms).restartCooldown())));
    }

    @Override
    public Decision<Answer<Boolean>> cancel(Instant now) {
        return Course.cancel(terms);
    }

    /** Empty for a message that has waited longer than it could help: then the channel fails instead. */
    @Override
    public Decision<Optional<HandOver>> handOver(int dispatch, Instant now) {
        if (dispatch != run.dispatch().number()) {
            return Decision.of(this, Optional.empty());
        }
        Instant tooOld = run.dispatch().askedAt().plus(run.settings(terms).lifetime());
        if (!now.isBefore(tooOld)) {
            return Course.fail(terms, passingOn(), NOT_IN_TIME, now).answering(Optional.empty());
        }
        return Decision.of(
                this,
                Optional.of(new HandOver(terms, dispatch, run.leg(terms), run.codeType(), run.issuedCode(terms))));
    }

    @Override
    public Decision<Boolean> dispatched(int dispatch, Outcome outcome, Instant now) {
        if (dispatch != run.dispatch().number()) {
            return Decision.of(this, false, Course.tooLate(dispatch, outcome));
        }
        SessionEvent event = Course.outcome(dispatch, outcome, "");
        return switch (outcome.kind()) {
            case ACCEPTED, UNKNOWN -> Decision.of(new Sent(terms, run.withCode(outcome.chosen()), now), true, event);
            case REJECTED -> Course.fail(terms, passingOn(), "rejected", now, event);
            case UNAVAILABLE -> Course.fail(terms, passingOn(), "no gateway available", now, event);
        };
    }

    /** A receipt that overtakes the acceptance says that the message was accepted, too. */
    @Override
    public Decision<Boolean> receive(int dispatch, Receipt receipt, Instant now) {
        return dispatch == run.dispatch().number()
                ? dispatched(dispatch, Outcome.ACCEPTED, now).then(sent -> sent.receive(dispatch, receipt, now))
                : Decision.of(this, false, Course.receiptTooLate(dispatch, receipt));
    }

    /** What was never handed over leaves its place in the budget to what follows. */
    private ChannelRun passingOn() {
        return run.withHeldBack(false);
    }

    private Waiting with(ChannelRun other) {
        return new Waiting(terms, other);
    }
}
