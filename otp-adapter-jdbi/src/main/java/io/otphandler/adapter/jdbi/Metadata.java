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
            if (replace(connection, name, content) == 0
                    && !put(connection, name, content).equals(content)) {
                // somebody else was first with the name
                replace(connection, name, content);
            }
            return content;
        });
    }

    @CanIgnoreReturnValue
    private static int replace(Connection connection, String name, String content) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE metadata SET content = ? WHERE name = ?")) {
            statement.setString(1, content);
            statement.setString(2, name);
            return statement.executeUpdate();
        }
    }

    private static String put(Connection connection, String name, String content) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO metadata (name, content) VALUES (?, ?)")) {
            statement.setString(1, name);
            statement.setString(2, content);
            statement.executeUpdate();
            return content;
        } catch (SQLException e) {
            return get(connection, name).orElseThrow(() -> e);
        }
    }

    private static Optional<String> get(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT content FROM metadata WHERE name = ?")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }
}
