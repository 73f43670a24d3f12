package io.otphandler.domain.session;

/** Ended by the wrong code that used the last try. */
public record AttemptsExpired(SessionTerms terms) implements Session {

    @Override
    public Refusal.Reason refusal() {
        return Refusal.Reason.ATTEMPTS_EXPIRED;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
        return cases.attemptsExpired(this);
    }
}
