package io.otphandler.application.session;

import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;

/** {@code getStatus}: tells whether the session is confirmed. Thread-safe. */
public final class GetStatus {

    private final SessionGuard guard;

    public GetStatus(SessionGuard guard) {
        this.guard = guard;
    }

    /**
     * Whether the session is confirmed.
     *
     * @param recipient whom the caller believes to verify
     */
    public Answer<Boolean> get(Caller caller, SessionId id, String recipient) {
        return guard.ask(caller, id, recipient, Session::status);
    }
}
