package io.otphandler.domain.session;

/** Ended because the channel failed and nothing is left to start. */
public record Exhausted(SessionTerms terms) implements Session {

    @Override
    public Refusal.Reason refusal() {
        return Refusal.Reason.NO_AVAILABLE_CHANNELS;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
        return cases.exhausted(this);
    }
}
