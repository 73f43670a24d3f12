package io.otphandler.application.session;

import io.otphandler.application.port.Sessions;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.util.concurrent.CompletableFuture;

/** Ends a session that the user has given up. Thread-safe. */
public final class CancelSession {

    private final SessionGuard guard;

    public CancelSession(SessionGuard guard) {
        this.guard = guard;
    }

    public Answer<Boolean> cancel(Caller caller, SessionId id) {
        return Sessions.joined(submit(caller, id));
    }

    /** {@link #cancel} without waiting for the store: completes as {@link Sessions#submitWithin}. */
    public CompletableFuture<Answer<Boolean>> submit(Caller caller, SessionId id) {
        return guard.submit(caller, id, null, Session::cancel);
    }
}
