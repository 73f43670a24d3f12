package io.otphandler.domain.session;

import io.otphandler.domain.limit.Budget;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** The backend has been told. */
public record Completed(SessionTerms terms, Instant confirmedAt, Instant completedAt) implements Session {

    @Override
    public Refusal.Reason refusal() {
        return Refusal.Reason.SESSION_CLOSED;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
        return cases.completed(this);
    }

    @Override
    public Instant expiresAt() {
        return Confirmed.expiry(terms, confirmedAt);
    }

    @Override
    public Decision<Optional<Answer<Boolean>>> awaitStatus(Instant now) {
        return Decision.of(this, Optional.of(Answer.granted(false)));
    }

    @Override
    public Decision<Answer<Boolean>> completeIfConfirmed(Instant now) {
        return complete(now);
    }

    @Override
    public Decision<Answer<Boolean>> resend(Predicate<String> reachable, Budget budget, Instant now) {
        return Decision.of(this, Answer.refused(Refusal.Reason.SESSION_ALREADY_CONFIRMED));
    }

    @Override
    public Decision<Answer<Boolean>> cancel(Instant now) {
        return Decision.of(this, Answer.refused(refusal()));
    }
}
