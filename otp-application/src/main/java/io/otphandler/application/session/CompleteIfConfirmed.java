package io.otphandler.application.session;

import io.otphandler.application.port.Sessions;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.util.concurrent.CompletableFuture;

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
        return Sessions.joined(submit(caller, id, recipient));
    }

    /** {@link #complete} without waiting for the store: completes as {@link Sessions#submitWithin}. */
    public CompletableFuture<Answer<Boolean>> submit(Caller caller, SessionId id, String recipient) {
        return guard.submitOnce(caller, id, recipient, Session::completeIfConfirmed);
    }
}
