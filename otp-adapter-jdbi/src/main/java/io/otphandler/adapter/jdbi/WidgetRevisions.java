package io.otphandler.adapter.jdbi;

import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The widgets as sessions began with them. A revision never changes, so those in use are kept in memory. Thread-safe.
 */
final class WidgetRevisions {

    private static final int KEPT = 1_000;

    private record Key(WidgetId id, int revision) {}

    private final Map<Key, Widget> recent = new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Widget> eldest) {
            return size() > KEPT;
        }
    };

    Widget get(WidgetId id, int revision, Connection connection) throws SQLException {
        Key key = new Key(id, revision);
        synchronized (recent) {
            Widget known = recent.get(key);
            if (known != null) {
                return known;
            }
        }
        Widget read = read(key, connection);
        know(read);
        return read;
    }

    /** Remembers a revision that has just been written or read. */
    void know(Widget widget) {
        synchronized (recent) {
            recent.put(new Key(widget.id(), widget.revision()), widget);
        }
    }

    private static Widget read(Key key, Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT body FROM widget_revisions WHERE widget_id = ? AND revision = ?")) {
            statement.setObject(1, key.id.value());
            statement.setInt(2, key.revision);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException(
                            "Revision " + key.revision + " of widget " + key.id + " is not kept");
                }
                return WidgetJson.read(row.getString("body"));
            }
        }
    }
}
