package io.otphandler.application.session;

import io.otphandler.application.port.Gateways;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.SessionId;

/** {@code resend}: starts the channel again with a new code, or else the next channel. Thread-safe. */
public final class Resend {

    private final SessionGuard guard;
    private final Gateways gateways;

    public Resend(SessionGuard guard, Gateways gateways) {
        this.guard = guard;
        this.gateways = gateways;
    }

    public Answer<Boolean> resend(Caller caller, SessionId id) {
        return guard.moveOnce(caller, id, (session, budget, now) -> session.resend(gateways::isReachable, budget, now));
    }
}
