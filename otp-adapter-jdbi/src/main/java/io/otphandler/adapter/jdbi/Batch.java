package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.BudgetId;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.Waiting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is done together. Used by one thread.
 *
 * @param entries the sessions that it is about
 * @param counters the counters that it is about
 * @param firsts those of the sessions that are only added if they are the first to be counted
 */
record Batch(Map<SessionId, Entry> entries, Counters counters, Firsts firsts) {

    Batch() {
        this(new LinkedHashMap<>(), new Counters(), new Firsts());
    }

    /** What else is taken from a session's row. */
    @FunctionalInterface
    interface Also {
        void take(SessionRow session, ResultSet row) throws SQLException;
    }

    /**
     * Adds what there is of these sessions, with one query.
     *
     * @param findAll its one parameter are the ids
     * @param unreadable is told of sessions that are there but cannot be read
     */
    void read(
            PreparedStatement findAll,
            Set<SessionId> ids,
            WidgetRevisions revisions,
            BiConsumer<SessionId, RuntimeException> unreadable,
            Also also)
            throws SQLException {
        Connection connection = findAll.getConnection();
        findAll.setArray(1, Engine.uuids(connection, ids.stream()));
        try (ResultSet rows = findAll.executeQuery()) {
            while (rows.next()) {
                SessionId id = SessionRow.id(rows);
                try {
                    SessionRow row =
                            SessionRow.read(rows, (widget, revision) -> revisions.get(widget, revision, connection));
                    entries.put(id, Entry.of(row));
                    also.take(row, rows);
                } catch (RuntimeException e) {
                    unreadable.accept(id, e);
                }
            }
        }
    }

    /** A session within a batch. */
    static final class Entry {
        @Nullable
        Session session;

        /** As it is kept; 0: it is not. */
        final int version;

        DoneRequests requestsDone;
        final @Nullable BudgetId budget;

        /** When somebody has to look after it; null: never. */
        @Nullable
        Instant due;

        /** The counters that something has used, or that must be as they were. */
        final Set<CounterRow> uses = new LinkedHashSet<>();

        /** The wrong codes counted, where one was judged; null: none was. */
        @Nullable
        CounterRow guessed;

        /** Whether it is what was there when it was kept here last, which somebody else may have changed since. */
        final boolean recalled;

        /** What is to be appended; null: nothing changed. */
        @Nullable
        Timeline timeline;

        /** Whether somebody else has changed it meanwhile: nothing of it was kept. */
        boolean overtaken;

        private Entry(
                @Nullable Session session,
                int version,
                DoneRequests requestsDone,
                @Nullable BudgetId budget,
                @Nullable Instant due,
                boolean recalled) {
            this.recalled = recalled;
            this.session = session;
            this.version = version;
            this.requestsDone = requestsDone;
            this.budget = budget;
            this.due = due;
        }

        /** One that is there. */
        static Entry of(SessionRow row) {
            return of(row, false);
        }

        /** One that was there when it was kept here last. */
        static Entry recalled(SessionRow row) {
            return of(row, true);
        }

        private static Entry of(SessionRow row, boolean recalled) {
            return new Entry(row.session(), row.version(), row.requestsDone(), row.budget(), row.due(), recalled);
        }

        /** One that is to be added. */
        static Entry toBe(@Nullable BudgetId budget) {
            return new Entry(null, 0, DoneRequests.NONE, budget, null, false);
        }

        void learnWhatWasCounted() {
            overtaken |= uses.stream().anyMatch(CounterRow::isOvertaken);
        }

        void take(Decision<?> decision, Instant now) {
            Session next = decision.next();
            // a message that stays pending keeps its lease, whoever changes something else about its session
            if (!isPending(session, next)) {
                due = SessionRow.due(next);
            }
            session = next;
            if (timeline == null) {
                timeline = new Timeline(next.terms().startedAt());
            }
            timeline.append(now, decision.events());
        }

        private static boolean isPending(@Nullable Session before, Session next) {
            return before instanceof Waiting pending
                    && next instanceof Waiting waiting
                    && pending.run().dispatch().number()
                            == waiting.run().dispatch().number();
        }

        /** As it is to be kept, or is. */
        SessionRow row(Session of) {
            return new SessionRow(of, timeline == null ? version : version + 1, requestsDone, budget, due);
        }
    }
}
