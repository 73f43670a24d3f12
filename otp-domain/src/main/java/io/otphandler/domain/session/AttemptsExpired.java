package io.otphandler.domain.session;

/** Ended by the wrong code that used the last try, or the last that the recipient had for the day over all sessions. */
public record AttemptsExpired(SessionTerms terms) implements Session {

    /** What the event says where not the channel's tries were used up. */
    public static final String OF_THE_DAY = "wrong codes of the day used up";

    @Override
    public Refusal.Reason refusal() {
        return Refusal.Reason.ATTEMPTS_EXPIRED;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
        return cases.attemptsExpired(this);
    }
}
