package io.otphandler.application.session;

import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;

/** {@code complete}: completes a confirmed session, once. Thread-safe. */
public final class CompleteSession {

    private final SessionGuard guard;

    public CompleteSession(SessionGuard guard) {
        this.guard = guard;
    }

    public Answer<Boolean> complete(Caller caller, SessionId id) {
        return guard.moveOnce(caller, id, null, Session::complete);
    }
}
