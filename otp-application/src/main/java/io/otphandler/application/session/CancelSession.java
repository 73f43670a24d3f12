package io.otphandler.application.session;

import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;

/** Ends a session that the user has given up. Thread-safe. */
public final class CancelSession {

    private final SessionGuard guard;

    public CancelSession(SessionGuard guard) {
        this.guard = guard;
    }

    public Answer<Boolean> cancel(Caller caller, SessionId id) {
        return guard.move(caller, id, null, Session::cancel);
    }
}
