package io.otphandler.application.session;

import io.otphandler.application.port.Sessions;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.ChannelView;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.util.concurrent.CompletableFuture;

/** {@code getChannel}: shows the current channel. Thread-safe. */
public final class GetChannel {

    private final SessionGuard guard;

    public GetChannel(SessionGuard guard) {
        this.guard = guard;
    }

    public Answer<ChannelView> get(Caller caller, SessionId id) {
        return Sessions.joined(submit(caller, id));
    }

    /** {@link #get} without waiting for what it writes: completes as {@link Sessions#submitWithin}. */
    public CompletableFuture<Answer<ChannelView>> submit(Caller caller, SessionId id) {
        return guard.ask(caller, id, null, Session::showChannel);
    }
}
