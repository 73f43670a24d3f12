package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.port.Widgets;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.Query;

/**
 * Widgets: {@code widgets} says which revision is the current one, {@code widget_revisions} what each of them looks
 * like. Thread-safe.
 *
 * <p>Where this process alone writes them, current widgets are kept in memory, for they are asked for with every
 * session: its own writes tell exactly when one is out of date. Where others write as well, the database is asked each
 * time which revision is the current one, so that a widget that is blocked on one node is blocked on all; how it was last
 * time is only for whoever has it confirmed later.
 */
final class JdbiWidgets implements Widgets {

    private static final int KEPT = 10_000;

    private static final String UNREACHABLE = "The widgets could not be reached";

    private static final String CURRENT =
            "SELECT r.body FROM widgets w JOIN widget_revisions r ON r.widget_id = w.id AND r.revision = w.revision"
                    + " WHERE w.deleted = FALSE";

    private final Pool pool;
    private final WidgetRevisions revisions;
    private final Clock clock;
    private final boolean isShared;

    private final Map<WidgetId, Widget> current = new HashMap<>();
    /** Counts the writes, so that what was read before one is not remembered after it. */
    private long writes;

    JdbiWidgets(Pool pool, WidgetRevisions revisions, Clock clock, boolean isShared) {
        this.pool = pool;
        this.revisions = revisions;
        this.clock = clock;
        this.isShared = isShared;
    }

    @Override
    public Optional<Widget> find(WidgetId id) {
        long writesBefore;
        synchronized (current) {
            Widget known = current.get(id);
            if (known != null && !isShared) {
                return Optional.of(known);
            }
            writesBefore = writes;
        }
        Optional<Widget> found = current(id);
        synchronized (current) {
            if (found.isPresent() && writes == writesBefore) {
                if (current.size() >= KEPT) {
                    current.clear();
                }
                current.put(id, found.get());
            }
        }
        return found;
    }

    @Override
    public Optional<Widget> recall(WidgetId id) {
        synchronized (current) {
            return isShared ? Optional.ofNullable(current.get(id)) : Optional.empty();
        }
    }

    /** Asked with every session where others write, and so past Jdbi; what a revision says is known from the last time. */
    private Optional<Widget> current(WidgetId id) {
        return pool.on(UNREACHABLE, connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT revision FROM widgets WHERE id = ? AND deleted = FALSE")) {
                statement.setObject(1, id.value());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(revisions.get(id, row.getInt(1), connection)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public Widget save(Widget widget) {
        Widget saved;
        try {
            saved = pool.inTransaction(UNREACHABLE, connection -> save(connection, widget));
        } catch (IllegalStateException e) {
            SQLException cause = Failures.sqlCause(e);
            if (cause == null || !Failures.isDuplicate(cause)) {
                throw e;
            }
            // another node made it in the same moment: now there is one to come after
            saved = pool.inTransaction(UNREACHABLE, connection -> save(connection, widget));
        }
        written(saved.id());
        return saved;
    }

    @Override
    public Optional<Widget> update(WidgetId id, UnaryOperator<Widget> change) {
        Optional<Widget> saved = pool.inTransaction(UNREACHABLE, connection -> {
            lock(connection, id);
            Optional<Widget> widget = find(connection, id);
            return widget.isPresent() ? Optional.of(save(connection, change.apply(widget.get()))) : widget;
        });
        written(id);
        return saved;
    }

    @Override
    public void delete(WidgetId id) {
        pool.inTransaction(UNREACHABLE, connection -> {
            lock(connection, id);
            Optional<Widget> widget = find(connection, id);
            if (widget.isPresent()) {
                supersede(connection, widget.get());
            }
            return Pool.execute(connection, "UPDATE widgets SET deleted = TRUE WHERE id = ?", id.value());
        });
        written(id);
    }

    @Override
    public List<Widget> ownedBy(AccountId owner) {
        return list(CURRENT + " AND w.owner = ?", query -> query.bind(0, owner.value()));
    }

    @Override
    public List<Widget> all() {
        return list(CURRENT, query -> query);
    }

    private List<Widget> list(String sql, UnaryOperator<Query> bound) {
        // sorted here: a database may order by the customs of a language
        return pool.jdbi(
                UNREACHABLE,
                handle -> bound.apply(handle.createQuery(sql)).mapTo(String.class).map(WidgetJson::read).stream()
                        .sorted(Comparator.comparing(Widget::name)
                                .thenComparing(widget -> widget.id().toString()))
                        .toList());
    }

    private static Optional<Widget> find(Connection connection, WidgetId id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CURRENT + " AND w.id = ?")) {
            statement.setObject(1, id.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(WidgetJson.read(row.getString(1))) : Optional.empty();
            }
        }
    }

    private Widget save(Connection connection, Widget widget) throws SQLException {
        UUID id = widget.id().value();
        Optional<Integer> last = lock(connection, widget.id());
        Widget saved = widget.withRevision(last.orElse(0) + 1);
        if (last.isEmpty()) {
            Pool.execute(
                    connection,
                    "INSERT INTO widgets (id, revision, owner, deleted) VALUES (?, ?, ?, FALSE)",
                    id,
                    saved.revision(),
                    saved.owner().value());
        } else {
            Optional<Widget> before = find(connection, widget.id());
            if (before.isPresent()) {
                supersede(connection, before.get());
            }
            Pool.execute(
                    connection,
                    "UPDATE widgets SET revision = ?, owner = ?, deleted = FALSE WHERE id = ?",
                    saved.revision(),
                    saved.owner().value(),
                    id);
        }
        Pool.execute(
                connection,
                "INSERT INTO widget_revisions (widget_id, revision, body) VALUES (?, ?, ?)",
                id,
                saved.revision(),
                WidgetJson.write(saved));
        return saved;
    }

    private void supersede(Connection connection, Widget before) throws SQLException {
        Pool.execute(
                connection,
                "UPDATE widget_revisions SET needed_until = ? WHERE widget_id = ? AND revision = ?",
                JdbiSessions.neededUntil(clock.instant(), before.sessionLifetime())
                        .toEpochMilli(),
                before.id().value(),
                before.revision());
    }

    /** The number of the last revision, which nobody else changes until the transaction ends; empty: never was one. */
    @CanIgnoreReturnValue
    private static Optional<Integer> lock(Connection connection, WidgetId id) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT revision FROM widgets WHERE id = ? FOR UPDATE")) {
            statement.setObject(1, id.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getInt(1)) : Optional.empty();
            }
        }
    }

    private void written(WidgetId id) {
        synchronized (current) {
            writes++;
            current.remove(id);
        }
    }
}
