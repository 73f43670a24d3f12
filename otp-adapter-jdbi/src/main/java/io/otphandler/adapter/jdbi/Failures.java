package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.port.StoreUnavailableException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Tells a database that cannot be reached from one that was asked the wrong thing. */
final class Failures {

    private Failures() {}

    /** The exception that callers of a port are to see. */
    static RuntimeException translate(String what, Exception failure) {
        if (failure instanceof StoreUnavailableException unavailable) {
            return unavailable;
        }
        SQLException cause = sqlCause(failure);
        return cause == null || !isOurFault(cause)
                ? new StoreUnavailableException(what, failure)
                : new IllegalStateException(what, failure);
    }

    /** Whether the statement or its data are wrong (SQLSTATE classes 22, 23 and 42), so that it fails every time. */
    static boolean isOurFault(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("42"));
    }

    /** Whether there is a row of that name already. */
    static boolean isDuplicate(SQLException failure) {
        return "23505".equals(failure.getSQLState());
    }

    /** Whether two transactions stood in each other's way, and this one gave way: nothing of it was kept. */
    static boolean isConflict(SQLException failure) {
        return "40P01".equals(failure.getSQLState()) || "40001".equals(failure.getSQLState());
    }

    static @Nullable SQLException sqlCause(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    /** What comes of it, or the exception that it failed with. */
    @CanIgnoreReturnValue
    static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
