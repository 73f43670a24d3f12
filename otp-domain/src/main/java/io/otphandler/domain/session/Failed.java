package io.otphandler.domain.session;

import io.otphandler.domain.limit.Budget;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** The API's {@code error}: the channel failed or its lifetime is over, and the user may ask for another message. */
public record Failed(SessionTerms terms, ChannelRun run) implements Session {

    public Failed {
        if (!run.canRestartOrMoveOn(terms)) {
            throw new IllegalArgumentException("Where nothing is left to start, a session is exhausted, not failed");
        }
    }

    @Override
    public Refusal.Reason refusal() {
        return Refusal.Reason.RESEND_CHANNEL;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
        return cases.failed(this);
    }

    @Override
    public Decision<Boolean> heed(Budget budget, Instant now) {
        return isGone(now)
                ? Decision.of(this, false)
                : Course.heed(this, run, budget, other -> new Failed(terms, other));
    }

    @Override
    public Decision<Answer<Boolean>> resend(Predicate<String> reachable, Budget budget, Instant now) {
        Optional<Refusal> tooSoon = Course.tooSoon(now, budget, now);
        if (tooSoon.isPresent()) {
            return Decision.of(this, Answer.refused(tooSoon.get()));
        }
        return Course.isReachable(Course.resendTarget(terms, run), reachable)
                ? Course.resend(terms, run, now).answering(Answer.granted(true))
                : Decision.of(this, Answer.refused(Refusal.Reason.RESEND_CHANNEL));
    }

    @Override
    public Decision<Answer<Boolean>> cancel(Instant now) {
        return Course.cancel(terms);
    }
}
