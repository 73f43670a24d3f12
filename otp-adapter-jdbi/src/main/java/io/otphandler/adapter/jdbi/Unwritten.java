package io.otphandler.adapter.jdbi;

import io.otphandler.domain.session.SessionId;
import java.io.ByteArrayOutputStream;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is safe and is not in the tables yet, as it is by now: of a session that moved several times only the last state.
 * One thread at a time puts; any may look.
 */
final class Unwritten {

    private final Map<SessionId, Row> sessions;
    private final UnwrittenCounters counters;
    private boolean begun;

    Unwritten() {
        this(new ConcurrentHashMap<>(), new UnwrittenCounters());
    }

    private Unwritten(Map<SessionId, Row> sessions, UnwrittenCounters counters) {
        this.sessions = sessions;
        this.counters = counters;
    }

    /** What this has of sessions; it must not be put into any more. */
    Unwritten sessionsAlone() {
        return new Unwritten(sessions, new UnwrittenCounters());
    }

    /** What this has of counters, to be put into in place of this. */
    Unwritten countersAlone() {
        return new Unwritten(new ConcurrentHashMap<>(), counters);
    }

    /**
     * A session.
     *
     * @param isNew whether it is not in the table at all
     * @param timeline all of it where it is new, otherwise what is to be appended
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(SessionRow row, boolean isNew, byte[] timeline) {

        /** This one, after another change. */
        Row then(Row next) {
            if (timeline.length >= Timeline.BOUND) {
                return new Row(next.row, isNew, timeline);
            }
            ByteArrayOutputStream both = new ByteArrayOutputStream(timeline.length + next.timeline.length);
            both.writeBytes(timeline);
            both.writeBytes(next.timeline);
            return new Row(next.row, isNew, both.toByteArray());
        }

        /** As {@link SessionRow#INSERT} has it where it is new, otherwise as {@link SessionRow#update} of what changes. */
        void bind(Binder to) throws SQLException {
            if (isNew) {
                row.withoutBudgetOfTheEnded().bindNew(to, timeline);
            } else {
                row.bindChanged(to, timeline);
            }
        }
    }

    @Nullable
    Row session(SessionId id) {
        return sessions.get(id);
    }

    /** Whether there is one like that. */
    boolean hasSession(Predicate<SessionRow> like) {
        return sessions.values().stream().map(Row::row).anyMatch(like);
    }

    /** Behind what there may be of it. */
    @SuppressWarnings("CheckReturnValue") // only that it is there matters
    void put(Row session) {
        sessions.merge(session.row().session().id(), session, Row::then);
    }

    Map<SessionId, Row> sessions() {
        return sessions;
    }

    /** To be called by whoever brings it into the tables, before; whether somebody has been at it. For one thread. */
    boolean begin() {
        boolean before = begun;
        begun = true;
        return before;
    }

    UnwrittenCounters counters() {
        return counters;
    }

    /** Whether there are no sessions, and no counters where they matter. */
    boolean isEmpty(boolean withCounters) {
        return sessions.isEmpty() && (!withCounters || counters.count() == 0);
    }

    int sessionCount() {
        return sessions.size();
    }
}
