package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Counter;
import io.otphandler.domain.session.SessionId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.function.BiConsumer;

/** Where a lane finds its sessions and counters and keeps them. Used by the lane's thread. */
interface Rows {

    /**
     * Adds to the batch what there is of these sessions, of those that are to be added, and of these counters.
     *
     * @param unreadable is told of sessions that are there but cannot be read
     */
    void load(
            Batch batch, Set<SessionId> ids, Set<Counter> counters, BiConsumer<SessionId, RuntimeException> unreadable)
            throws SQLException;

    /**
     * Keeps what has changed; once it returns, that is safe. Entries that somebody else changed meanwhile are marked, and
     * nothing of them is kept.
     *
     * @param counted is called once it is known which counters were kept, if those can be kept without their sessions
     */
    void write(Batch batch, Runnable counted) throws SQLException;

    /** For something else; to be followed by {@link #commit} or {@link #rollback}. */
    Connection connection() throws SQLException;

    void commit() throws SQLException;

    /** Forgets what was being written. Whether the connection can go on; if not, it has been let go. */
    boolean rollback();

    /** Lets the connection go. */
    void disconnect();

    /** Whether all this hardly ever waits for anything, so that whoever asks may do it himself. */
    boolean isPrompt();

    /** Whether sessions that are added have to be written apart from moves of theirs that wait already. */
    boolean addsApart();
}
