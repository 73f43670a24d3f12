package io.otphandler.application.session;

import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.SessionId;
import java.util.concurrent.CompletableFuture;

/** {@code resend}: starts the channel again with a new code, or else the next channel. Thread-safe. */
public final class Resend {

    private final SessionGuard guard;
    private final Gateways gateways;

    public Resend(SessionGuard guard, Gateways gateways) {
        this.guard = guard;
        this.gateways = gateways;
    }

    public Answer<Boolean> resend(Caller caller, SessionId id) {
        return Sessions.joined(submit(caller, id));
    }

    /** {@link #resend} without waiting for the store: completes as {@link Sessions#submitWithin}. */
    public CompletableFuture<Answer<Boolean>> submit(Caller caller, SessionId id) {
        return guard.submitOnce(
                caller, id, (session, budget, now) -> session.resend(gateways::isReachable, budget, now));
    }
}
