package io.otphandler.application.session;

import io.otphandler.application.port.Sessions;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.util.concurrent.CompletableFuture;

/** {@code complete}: completes a confirmed session, once. Thread-safe. */
public final class CompleteSession {

    private final SessionGuard guard;

    public CompleteSession(SessionGuard guard) {
        this.guard = guard;
    }

    public Answer<Boolean> complete(Caller caller, SessionId id) {
        return Sessions.joined(submit(caller, id));
    }

    /** {@link #complete} without waiting for the store: completes as {@link Sessions#submitWithin}. */
    public CompletableFuture<Answer<Boolean>> submit(Caller caller, SessionId id) {
        return guard.submitOnce(caller, id, null, Session::complete);
    }
}
