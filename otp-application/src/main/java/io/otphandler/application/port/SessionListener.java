package io.otphandler.application.port;

import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import java.util.Collection;
import java.util.List;

/** Learns of changes that are already safe. Called on the store's own threads: must be quick and must not throw. */
@FunctionalInterface
public interface SessionListener {

    /**
     * Hears of one change.
     *
     * @param session as it is after the change
     * @param events what the change consisted of; empty where only what was shown has changed
     */
    void changed(Session session, List<SessionEvent> events);

    /**
     * Hears that another node changed sessions, a moment ago. That may come twice, late or, seldom, not at all.
     *
     * @param ids of sessions that may have changed
     */
    default void changedElsewhere(Collection<SessionId> ids) {}
}
