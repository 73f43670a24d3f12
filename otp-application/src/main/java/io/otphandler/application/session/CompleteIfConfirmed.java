package io.otphandler.application.session;

import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;

/** {@code checkStatusAndComplete}: tells a backend, once, that the session is confirmed. Thread-safe. */
public final class CompleteIfConfirmed {

    private final SessionGuard guard;

    public CompleteIfConfirmed(SessionGuard guard) {
        this.guard = guard;
    }

    /**
     * Completes the session if it is confirmed.
     *
     * @param recipient whom the caller believes to verify
     */
    public Answer<Boolean> complete(Caller caller, SessionId id, String recipient) {
        return guard.moveOnce(caller, id, recipient, Session::completeIfConfirmed);
    }
}
