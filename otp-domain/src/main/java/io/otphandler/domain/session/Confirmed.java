package io.otphandler.domain.session;

import io.otphandler.domain.limit.Budget;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** The user has proved to hold the number; the company's backend has yet to be told, once. */
public record Confirmed(SessionTerms terms, ChannelRun run, Instant confirmedAt) implements Session {

    /** How long a confirmed session lives at least, so that a slow backend can complete it. */
    public static final Duration TIME_TO_COMPLETE = Duration.ofSeconds(300);

    @Override
    public Refusal.Reason refusal() {
        return Refusal.Reason.SESSION_CLOSED;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
        return cases.confirmed(this);
    }

    @Override
    public Instant expiresAt() {
        return expiry(terms, confirmedAt);
    }

    @Override
    public Decision<Answer<ChannelView>> showChannel(Instant now) {
        return Decision.of(this, Answer.granted(ChannelView.of(terms, run, ChannelStatus.CONFIRMED)));
    }

    @Override
    public Decision<Answer<Boolean>> status(Instant now) {
        return Decision.of(this, Answer.granted(true));
    }

    @Override
    public Decision<Optional<Answer<Boolean>>> awaitStatus(Instant now) {
        return Decision.of(this, Optional.of(Answer.granted(true)));
    }

    @Override
    public Decision<Answer<Boolean>> completeIfConfirmed(Instant now) {
        return complete(now);
    }

    @Override
    public Decision<Answer<Boolean>> complete(Instant now) {
        return Decision.of(
                new Completed(terms, confirmedAt, now),
                Answer.granted(true),
                SessionEvent.of(SessionEvent.Kind.COMPLETED, 0));
    }

    @Override
    public Decision<Answer<Boolean>> resend(Predicate<String> reachable, Budget budget, Instant now) {
        return alreadyConfirmed();
    }

    @Override
    public Decision<Answer<Boolean>> cancel(Instant now) {
        return alreadyConfirmed();
    }

    static Instant expiry(SessionTerms terms, Instant confirmedAt) {
        Instant enough = confirmedAt.plus(TIME_TO_COMPLETE);
        return enough.isAfter(terms.endsAt()) ? enough : terms.endsAt();
    }

    private Decision<Answer<Boolean>> alreadyConfirmed() {
        return Decision.of(this, Answer.refused(Refusal.Reason.SESSION_ALREADY_CONFIRMED));
    }
}
