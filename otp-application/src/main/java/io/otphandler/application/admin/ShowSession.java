package io.otphandler.application.admin;

import io.otphandler.application.port.Sessions;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tells the course of a session, for as long as it is kept, even when it is gone for everybody else. Thread-safe. */
public final class ShowSession {

    private final Sessions sessions;
    private final Clock clock;

    public ShowSession(Sessions sessions, Clock clock) {
        this.sessions = sessions;
        this.clock = clock;
    }

    public Answer<Report> show(Admin admin, SessionId id) {
        Optional<Session> found = sessions.find(id);
        if (found.isEmpty()) {
            return Answer.refused(Refusal.Reason.SESSION_NOT_FOUND);
        }
        if (!admin.mayManage(found.get().terms().account())) {
            return Answer.refused(Refusal.Reason.FORBIDDEN);
        }
        Instant now = clock.instant();
        return Answer.granted(
                new Report(found.get().settle(now).next(), found.get().isGone(now), sessions.timeline(id)));
    }

    /** A session as it is now, and what happened to it. */
    public record Report(Session session, boolean gone, List<Sessions.TimedEvent> timeline) {}
}
