package io.otphandler.adapter.jdbi;

import io.otphandler.domain.code.ChosenCode;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes the values of a row, one column after another. Used by one thread. */
interface Binder {

    void uuid(@Nullable UUID value) throws SQLException;

    void number(@Nullable Integer value) throws SQLException;

    void flag(@Nullable Boolean value) throws SQLException;

    /** To the millisecond. */
    void instant(@Nullable Instant value) throws SQLException;

    void text(@Nullable String value) throws SQLException;

    void bytes(byte @Nullable [] value) throws SQLException;

    /** Its length, then its hash. */
    default void code(@Nullable ChosenCode code) throws SQLException {
        if (code == null) {
            bytes(null);
            return;
        }
        byte[] hash = code.hash().bytes();
        byte[] bytes = new byte[hash.length + 1];
        bytes[0] = (byte) code.length();
        System.arraycopy(hash, 0, bytes, 1, hash.length);
        bytes(bytes);
    }
}
