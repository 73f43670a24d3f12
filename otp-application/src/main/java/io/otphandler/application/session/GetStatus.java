package io.otphandler.application.session;

import io.otphandler.application.port.Sessions;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.util.concurrent.CompletableFuture;

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
        return Sessions.joined(submit(caller, id, recipient));
    }

    /** {@link #get} without waiting for what it writes: completes as {@link Sessions#submitWithin}. */
    public CompletableFuture<Answer<Boolean>> submit(Caller caller, SessionId id, String recipient) {
        return guard.ask(caller, id, recipient, Session::status);
    }
}
