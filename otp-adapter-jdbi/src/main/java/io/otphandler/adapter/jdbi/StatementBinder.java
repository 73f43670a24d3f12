package io.otphandler.adapter.jdbi;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Binds one parameter of a statement after another. */
final class StatementBinder implements Binder {

    private final PreparedStatement statement;
    private int next = 1;

    StatementBinder(PreparedStatement statement) {
        this.statement = statement;
    }

    /** The number of the parameter that comes next. */
    int next() {
        return next;
    }

    @Override
    public void uuid(@Nullable UUID value) throws SQLException {
        if (value == null) {
            statement.setNull(next++, Types.OTHER);
        } else {
            statement.setObject(next++, value);
        }
    }

    @Override
    public void number(@Nullable Integer value) throws SQLException {
        if (value == null) {
            statement.setNull(next++, Types.INTEGER);
        } else {
            statement.setInt(next++, value);
        }
    }

    @Override
    public void flag(@Nullable Boolean value) throws SQLException {
        if (value == null) {
            statement.setNull(next++, Types.BOOLEAN);
        } else {
            statement.setBoolean(next++, value);
        }
    }

    @Override
    public void instant(@Nullable Instant value) throws SQLException {
        if (value == null) {
            statement.setNull(next++, Types.BIGINT);
        } else {
            statement.setLong(next++, value.toEpochMilli());
        }
    }

    @Override
    public void text(@Nullable String value) throws SQLException {
        statement.setString(next++, value);
    }

    @Override
    public void bytes(byte @Nullable [] value) throws SQLException {
        statement.setBytes(next++, value);
    }
}
