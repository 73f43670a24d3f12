package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.BudgetId;
import io.otphandler.application.port.Counter;
import io.otphandler.domain.session.SessionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a database that others write as well. What was kept here last is not read again: it is guarded by its
 * version when it is written, as what is read is, and where nothing is to be written it is read all the same. What
 * moves use of their sessions' budgets is counted before the sessions are written, in rows that must still be as they
 * were read: so none is kept that was decided on more than there was. Each batch of statements is a transaction of its
 * own, one round trip.
 */
final class SharedRows implements Rows {

    /** Two parameters: before when sessions must have been gone, and how many to delete at most. */
    static final String DELETE_GONE = "DELETE FROM sessions WHERE id = ANY (ARRAY"
            + " (SELECT id FROM sessions WHERE expires_at < ? LIMIT ? FOR UPDATE SKIP LOCKED))";

    /** Two parameters: before when counters must have ended, and how many to delete at most. */
    static final String DELETE_ENDED = "DELETE FROM limits WHERE (counter, kind) IN (SELECT counter, kind FROM limits"
            + " WHERE ends_at < ? LIMIT ? FOR UPDATE SKIP LOCKED)";

    private final Engine engine;
    private final WidgetRevisions revisions;
    private final LaneMemory memory;
    private @Nullable Statements statements;

    /** @param memory of all lanes */
    SharedRows(Engine engine, WidgetRevisions revisions, LaneMemory memory) {
        this.engine = engine;
        this.revisions = revisions;
        this.memory = memory;
    }

    @Override
    public boolean isPrompt() {
        return false;
    }

    @Override
    public boolean addsApart() {
        return true;
    }

    @Override
    public void load(
            Batch batch, Set<SessionId> ids, Set<Counter> counters, BiConsumer<SessionId, RuntimeException> unreadable)
            throws SQLException {
        Map<SessionId, SessionRow> recalled = new LinkedHashMap<>();
        Set<SessionId> unknown = new LinkedHashSet<>();
        for (SessionId id : ids) {
            SessionRow row = memory.session(id);
            if (row != null && isBudgetKnown(row)) {
                recalled.put(id, row);
            } else {
                unknown.add(id);
            }
        }
        if (!unknown.isEmpty()) {
            read(unknown, batch, unreadable);
        }
        Set<Counter> missing = counters.stream()
                .filter(counter -> !batch.counters().has(counter))
                .collect(Collectors.toSet());
        if (!missing.isEmpty()) {
            CounterRow.load(connected().findCounters, missing, batch.counters());
        }
        // last, so that what has just been read is not taken for what it was
        recalled.forEach((id, row) -> recall(id, row, batch));
    }

    private boolean isBudgetKnown(SessionRow row) {
        BudgetId budget = row.budget();
        return budget == null
                || (memory.counter(budget.messages()) != null && memory.counter(budget.wrongCodes()) != null);
    }

    private void recall(SessionId id, SessionRow row, Batch batch) {
        batch.entries().put(id, Batch.Entry.recalled(row));
        BudgetId budget = row.budget();
        if (budget != null) {
            memory.recall(budget.messages(), batch.counters());
            memory.recall(budget.wrongCodes(), batch.counters());
        }
    }

    private void read(Set<SessionId> ids, Batch batch, BiConsumer<SessionId, RuntimeException> unreadable)
            throws SQLException {
        batch.read(connected().findAll, ids, revisions, unreadable, (session, row) -> {
            BudgetId budget = session.budget();
            if (budget != null) {
                batch.counters().loaded(budget.messages(), CounterRow.hits(row, "messages"));
                batch.counters().loaded(budget.wrongCodes(), CounterRow.hits(row, "wrong_codes"));
            }
        });
    }

    @Override
    public void write(Batch batch, Runnable counted) throws SQLException {
        Statements to = connected();
        if (!batch.firsts().isEmpty()) {
            batch.firsts().begin(to.begin, batch.counters());
        }
        count(to, batch.counters().changed());
        counted.run();
        batch.entries().values().forEach(Batch.Entry::learnWhatWasCounted);
        boolean inserting = false;
        List<Batch.Entry> updated = new ArrayList<>();
        // everywhere in the same order: two lanes that meet on several sessions must not wait for each other
        for (Batch.Entry entry : inOrder(batch.entries())) {
            if (entry.session == null || entry.timeline == null || entry.overtaken) {
                continue;
            }
            if (entry.version == 0) {
                SessionRow.bindInsert(to.insert, entry.row(entry.session), entry.timeline.bytes());
                to.insert.addBatch();
                inserting = true;
            } else {
                int next = SessionRow.bindGuarded(to.update, entry.row(entry.session), entry.timeline.bytes());
                CounterRow.bindUnchanged(entry.guessed, to.update, next);
                to.update.addBatch();
                updated.add(entry);
            }
        }
        if (inserting) {
            to.insert.executeBatch();
        }
        if (!updated.isEmpty()) {
            int[] counts = to.update.executeBatch();
            for (int i = 0; i < counts.length; i++) {
                updated.get(i).overtaken = counts[i] == 0;
            }
        }
        remember(batch);
    }

    /** What was decided on something that was only recalled has to be decided again where no write has confirmed it. */
    private void remember(Batch batch) {
        batch.entries().forEach((id, entry) -> {
            entry.overtaken |= entry.recalled && entry.timeline == null;
            if (entry.session == null || entry.overtaken) {
                memory.forget(id);
            } else if (entry.timeline != null) {
                memory.put(entry.row(entry.session));
            }
        });
        batch.counters().all().forEach(row -> {
            if (row.isOvertaken()) {
                memory.putUnread(row.counter());
            } else {
                memory.put(row.counter(), row.kept());
            }
        });
    }

    private static void count(Statements to, List<CounterRow> changed) throws SQLException {
        Map<Boolean, List<CounterRow>> byNovelty =
                changed.stream().collect(Collectors.partitioningBy(CounterRow::isNew));
        List<CounterRow> added = byNovelty.getOrDefault(true, List.of());
        List<CounterRow> updated = byNovelty.getOrDefault(false, List.of());
        for (CounterRow row : added) {
            row.bindInsert(to.insertCounter);
            to.insertCounter.addBatch();
        }
        write(to.insertCounter, added);
        for (CounterRow row : updated) {
            row.bindUpdate(to.updateCounter);
            to.updateCounter.addBatch();
        }
        write(to.updateCounter, updated);
    }

    private static void write(PreparedStatement batch, List<CounterRow> rows) throws SQLException {
        if (!rows.isEmpty()) {
            int[] counts = batch.executeBatch();
            for (int i = 0; i < counts.length; i++) {
                rows.get(i).written(counts[i] != 0);
            }
        }
    }

    private static List<Batch.Entry> inOrder(Map<SessionId, Batch.Entry> entries) {
        return entries.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().value(), Counters.AS_THE_DATABASE))
                .map(Map.Entry::getValue)
                .toList();
    }

    @Override
    public Connection connection() throws SQLException {
        return connected().connection;
    }

    @Override
    public void commit() {
        // each statement has
    }

    @Override
    public boolean rollback() {
        if (statements != null && statements.undo()) {
            return true;
        }
        disconnect();
        return false;
    }

    @Override
    public void disconnect() {
        if (statements != null) {
            statements.close();
            statements = null;
        }
    }

    private Statements connected() throws SQLException {
        if (statements != null && statements.outages != engine.outages()) {
            disconnect();
        }
        if (statements == null) {
            statements = new Statements(engine, engine.outages());
        }
        return statements;
    }

    private static final class Statements extends PreparedConnection {
        private final PreparedStatement findAll = prepare(SessionRow.FIND_ALL_COUNTED);
        private final PreparedStatement insert = prepare(SessionRow.INSERT);
        private final PreparedStatement update = prepare(SessionRow.UPDATE_GUARDED);
        private final PreparedStatement findCounters = prepare(CounterRow.FIND_ALL);
        private final PreparedStatement insertCounter = prepare(CounterRow.INSERT_UNLESS_THERE);
        private final PreparedStatement updateCounter = prepare(CounterRow.UPDATE);
        private final PreparedStatement begin = prepare(Firsts.BEGIN);
        private final int outages;

        /** @param outages how often the database had gone away before */
        Statements(Engine engine, int outages) throws SQLException {
            super(engine.source(), true);
            this.outages = outages;
        }

        /** Nothing but what has not been sent yet: each batch commits itself. */
        @Override
        void rollback() throws SQLException {
            insert.clearBatch();
            update.clearBatch();
            insertCounter.clearBatch();
            updateCounter.clearBatch();
        }
    }
}
