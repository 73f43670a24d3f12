package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What the database remembers about itself: short texts by name. Thread-safe; throws
 * {@link io.otphandler.application.port.StoreUnavailableException} while the database cannot be reached.
 */
public final class Metadata {

    private static final String UNWRITTEN = "The metadata could not be written";

    private final Pool pool;

    Metadata(Pool pool) {
        this.pool = pool;
    }

    public Optional<String> get(String name) {
        return pool.on("The metadata could not be read", connection -> get(connection, name));
    }

    /**
     * Remembers a text unless there is one of that name.
     *
     * @return the one that holds from now on; where several come at once, the same for all
     */
    public String putIfAbsent(String name, String content) {
        return pool.on(UNWRITTEN, connection -> {
            Optional<String> there = get(connection, name);
            return there.isPresent() ? there.get() : put(connection, name, content);
        });
    }

    /** Remembers a text in place of what there may be of that name. */
    public void put(String name, String content) {
        pool.on(UNWRITTEN, connection -> {
            replace(connection, name, content);
            return content;
        });
    }

    /** {@link #put} on somebody's own connection. */
    static void replace(Connection connection, String name, String content) throws SQLException {
        if (update(connection, name, content) == 0
                && !put(connection, name, content).equals(content)) {
            // somebody else was first with the name
            update(connection, name, content);
        }
    }

    @CanIgnoreReturnValue
    private static int update(Connection connection, String name, String content) throws SQLException {
        return Pool.execute(connection, "UPDATE metadata SET content = ? WHERE name = ?", content, name);
    }

    private static String put(Connection connection, String name, String content) throws SQLException {
        try {
            Pool.execute(connection, "INSERT INTO metadata (name, content) VALUES (?, ?)", name, content);
            return content;
        } catch (SQLException e) {
            return get(connection, name).orElseThrow(() -> e);
        }
    }

    /** {@link #get(String)} on somebody's own connection. */
    static Optional<String> get(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT content FROM metadata WHERE name = ?")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }
}
