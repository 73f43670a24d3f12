package io.otphandler.application.port;

import io.otphandler.domain.session.SessionTerms;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps messages from going out, whatever is left of their recipients' budgets. Thread-safe; quick, and free of I/O. */
@FunctionalInterface
public interface Embargo {

    /** Until when no message of such a session is to be sent; null: it may be. */
    @Nullable
    Instant until(SessionTerms terms, Instant now);
}
