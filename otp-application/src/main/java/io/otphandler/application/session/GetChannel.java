package io.otphandler.application.session;

import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.ChannelView;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;

/** {@code getChannel}: shows the current channel. Thread-safe. */
public final class GetChannel {

    private final SessionGuard guard;

    public GetChannel(SessionGuard guard) {
        this.guard = guard;
    }

    public Answer<ChannelView> get(Caller caller, SessionId id) {
        return guard.ask(caller, id, null, Session::showChannel);
    }
}
