package io.otphandler.domain.session;

import io.otphandler.domain.channel.CodeType;
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
import java.util.function.Supplier;

/**
 * The API's {@code sent}: a message has reached the user, or may have.
 *
 * @param sentAt from when lifetime, cooldown and fallback run
 */
public record Sent(SessionTerms terms, ChannelRun run, Instant sentAt) implements Session {

    @Override
    public Refusal.Reason refusal() {
        return Refusal.Reason.INVALID_CODE;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
        return cases.sent(this);
    }

    @Override
    public Optional<Instant> nextDue() {
        return Optional.of(
                fallbackAt().map(at -> ChannelView.earlier(at, lapsesAt())).orElse(lapsesAt()));
    }

    @Override
    public Decision<Boolean> settle(Instant now) {
        if (isGone(now)) {
            return Decision.of(this, false);
        }
        if (!now.isBefore(lapsesAt())) {
            return Course.lapse(terms, run);
        }
        Optional<Instant> fallback = fallbackAt();
        if (fallback.isPresent() && !now.isBefore(fallback.get())) {
            Dispatch dispatch = run.dispatch();
            return Course.begin(
                    terms,
                    run.leg() + 1,
                    dispatch.number() + 1,
                    Cause.FALLBACK,
                    run.codeType() == CodeType.CODE
                            ? new LeftCode(run.leg(), dispatch.number(), dispatch.chosen(), lapsesAt())
                            : null,
                    now);
        }
        return Decision.of(this, false);
    }

    @Override
    public Decision<Boolean> heed(Budget budget, Instant now) {
        return isGone(now) ? Decision.of(this, false) : Course.heed(this, run, budget, this::with);
    }

    @Override
    public Decision<Answer<ChannelView>> showChannel(Instant now) {
        return settled(now, next -> next.showChannel(now), () -> {
            ChannelRun seen = run.seen();
            return Decision.of(run.changeUnseen() ? with(seen) : this, Answer.granted(view(seen)));
        });
    }

    @Override
    public Decision<Answer<Boolean>> status(Instant now) {
        return settled(
                now,
                next -> next.status(now),
                () -> Decision.of(
                        this,
                        run.changeUnseen() ? Answer.refused(Refusal.Reason.CHANNEL_CHANGED) : Answer.granted(false)));
    }

    @Override
    public Decision<Optional<Answer<Boolean>>> awaitStatus(Instant now) {
        return settled(now, next -> next.awaitStatus(now), () -> Decision.of(this, Optional.empty()));
    }

    @Override
    public Decision<Answer<Boolean>> checkCode(TypedCode typed, Budget budget, Instant now) {
        return settled(now, next -> next.checkCode(typed, budget, now), () -> {
            if (run.codeType() == CodeType.CODELESS) {
                return Decision.of(this, Answer.refused(Refusal.Reason.IS_CODELESS_CHANNEL));
            }
            Decision<Boolean> heeded = heed(budget, now);
            if (heeded.next() instanceof AttemptsExpired) {
                return heeded.then(next -> next.checkCode(typed, budget, now));
            }
            List<IssuedCode> alive = new ArrayList<>(Course.leftCode(terms, run, now));
            alive.add(run.issuedCode(terms));
            return Course.judge(terms, run, alive, typed, budget, this::with, now);
        });
    }

    @Override
    public Decision<Answer<Boolean>> completeIfConfirmed(Instant now) {
        return settled(now, next -> next.completeIfConfirmed(now), () -> Decision.of(this, Answer.granted(false)));
    }

    @Override
    public Decision<Answer<Boolean>> complete(Instant now) {
        return settled(now, next -> next.complete(now), () -> Decision.of(this, Answer.granted(false)));
    }

    @Override
    public Decision<Answer<Boolean>> resend(Predicate<String> reachable, Budget budget, Instant now) {
        return settled(now, next -> next.resend(reachable, budget, now), () -> {
            if (!run.canRestartOrMoveOn(terms)) {
                return Decision.of(this, Answer.refused(Refusal.Reason.NO_AVAILABLE_CHANNELS));
            }
            Optional<Refusal> tooSoon = Course.tooSoon(resendAt(), budget, now);
            if (tooSoon.isPresent()) {
                return Decision.of(this, Answer.refused(tooSoon.get()));
            }
            if (!Course.isReachable(Course.resendTarget(terms, run), reachable)) {
                return Decision.of(this, Answer.refused(Refusal.Reason.RESEND_CHANNEL));
            }
            return Course.resend(terms, run, now).answering(Answer.granted(true));
        });
    }

    @Override
    public Decision<Answer<Boolean>> cancel(Instant now) {
        return settled(now, next -> next.cancel(now), () -> Course.cancel(terms));
    }

    /** Too late, but for an acceptance that a receipt overtook: the user holds the code that the provider chose. */
    @Override
    public Decision<Boolean> dispatched(int dispatch, Outcome outcome, Instant now) {
        return settled(
                now,
                next -> next.dispatched(dispatch, outcome, now),
                () -> dispatch == run.dispatch().number() && run.dispatch().chosen() == null && outcome.chosen() != null
                        ? Decision.of(with(run.withCode(outcome.chosen())), true, Course.outcome(dispatch, outcome, ""))
                        : Decision.of(this, false, Course.tooLate(dispatch, outcome)));
    }

    @Override
    public Decision<Boolean> receive(int dispatch, Receipt receipt, Instant now) {
        return settled(
                now,
                next -> next.receive(dispatch, receipt, now),
                () -> dispatch == run.dispatch().number()
                        ? take(receipt, now)
                        : Decision.of(this, false, Course.receiptTooLate(dispatch, receipt)));
    }

    private Decision<Boolean> take(Receipt receipt, Instant now) {
        int number = run.dispatch().number();
        SessionEvent taken = new SessionEvent(
                SessionEvent.Kind.RECEIPT, number, receipt.status().wireName());
        return switch (receipt.status()) {
            case DELIVERED, READ -> Decision.of(this, true, taken);
            case UNDELIVERED, EXPIRED, DECLINED ->
                Course.fail(terms, run, receipt.status().wireName(), now, taken);
            case CONFIRMED ->
                run.codeType() == CodeType.CODELESS
                        ? Decision.of(
                                new Confirmed(terms, run, now),
                                true,
                                taken,
                                new SessionEvent(SessionEvent.Kind.CONFIRMED, number, "receipt"))
                        : Decision.of(this, false, Course.receiptTooLate(number, receipt));
            case CODE_TYPE_CHANGED -> changeCodeType(receipt, taken);
        };
    }

    /** Receipts come twice: the type changes away from the channel's own, and a second report finds it changed. */
    private Decision<Boolean> changeCodeType(Receipt receipt, SessionEvent taken) {
        CodeType own = run.leg(terms).channel().codeType();
        if (run.codeType() != own) {
            return Decision.of(this, false, Course.receiptTooLate(run.dispatch().number(), receipt));
        }
        CodeType changed = own.other();
        return Decision.of(
                new Sent(terms, run.withCodeType(changed, receipt.chosen()), sentAt),
                true,
                taken,
                new SessionEvent(
                        SessionEvent.Kind.CODE_TYPE_CHANGED, run.dispatch().number(), changed.wireName()));
    }

    private ChannelView view(ChannelRun seen) {
        boolean restartable = run.canRestartOrMoveOn(terms) && resendAt().isBefore(terms.endsAt());
        return ChannelView.sent(terms, seen, sentAt, lapsesAt(), restartable ? resendAt() : null);
    }

    /** When the cooldown is over, or the message has lapsed: then the user need not wait any longer. */
    private Instant resendAt() {
        return ChannelView.earlier(sentAt.plus(run.settings(terms).restartCooldown()), lapsesAt());
    }

    /** When the message stops helping. */
    private Instant lapsesAt() {
        return ChannelView.earlier(sentAt.plus(run.settings(terms).lifetime()), terms.endsAt());
    }

    private Optional<Instant> fallbackAt() {
        Duration after = run.settings(terms).fallbackAfter();
        return after == null || run.heldBack() || !terms.hasLegAfter(run.leg())
                ? Optional.empty()
                : Optional.of(sentAt.plus(after));
    }

    /** Asks the state that time has made of this one, or this one where time has made nothing else of it. */
    private <A> Decision<A> settled(
            Instant now, Function<Session, Decision<A>> otherwise, Supplier<Decision<A>> still) {
        Decision<Boolean> due = settle(now);
        return due.next() == this ? still.get() : due.then(otherwise);
    }

    private Sent with(ChannelRun other) {
        return new Sent(terms, other, sentAt);
    }
}
