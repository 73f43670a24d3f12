package io.otphandler.application.session;

import io.otphandler.application.port.Once;
import io.otphandler.application.port.RecipientParser;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.limit.Budget;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way to a session for those who ask from outside: it is there, it is theirs, the number is the one it was started
 * for; only then is it moved. Thread-safe.
 */
public final class SessionGuard {

    private final Sessions sessions;
    private final RecipientParser recipients;
    private final Clock clock;

    public SessionGuard(Sessions sessions, RecipientParser recipients, Clock clock) {
        this.sessions = sessions;
        this.recipients = recipients;
        this.clock = clock;
    }

    /**
     * Makes a move that is answered true: at most one read and one write. Under the caller's {@link KeyedCall} it is made
     * once, and then answered true again.
     *
     * @return completes as that of {@link Sessions#submitWithin}
     */
    CompletableFuture<Answer<Boolean>> submitOnce(
            Caller caller,
            SessionId id,
            @Nullable String recipient,
            BiFunction<Session, Instant, Decision<Answer<Boolean>>> move) {
        Function<Session, Decision<Answer<Boolean>>> guarded = guarded(caller, recipient, move);
        return once(caller, id, (session, budget) -> guarded.apply(session));
    }

    /** {@link #submitOnce} by what is left for the session's recipient. */
    CompletableFuture<Answer<Boolean>> submitOnce(Caller caller, SessionId id, Move<Boolean> move) {
        return once(
                caller,
                id,
                (session, budget) -> this.<Boolean>guarded(caller, null, (same, now) -> move.apply(same, budget, now))
                        .apply(session));
    }

    private CompletableFuture<Answer<Boolean>> once(
            Caller caller, SessionId id, Sessions.Move<Answer<Boolean>> guarded) {
        KeyedCall call = caller.call();
        return (call == null
                        ? sessions.submitWithin(id, guarded)
                        : sessions.submitOnce(id, new Once<>(call.id(), Answer.granted(true)), guarded))
                .thenApply(found -> found.orElseGet(SessionGuard::notFound));
    }

    /** Moves a session: at most one read and one write. Completes as {@link Sessions#submitWithin}. */
    <T> CompletableFuture<Answer<T>> submit(
            Caller caller,
            SessionId id,
            @Nullable String recipient,
            BiFunction<Session, Instant, Decision<Answer<T>>> move) {
        return sessions.submit(id, guarded(caller, recipient, move))
                .thenApply(found -> found.orElseGet(SessionGuard::notFound));
    }

    /** What is asked of a session, by what is left for its recipient. */
    @FunctionalInterface
    interface Move<T> {
        Decision<Answer<T>> apply(Session session, Budget budget, Instant now);
    }

    /**
     * Asks a session: one read, and a write only where the answer changes something, which alone the future waits for as
     * that of {@link Sessions#submitWithin} does.
     */
    <T> CompletableFuture<Answer<T>> ask(
            Caller caller,
            SessionId id,
            @Nullable String recipient,
            BiFunction<Session, Instant, Decision<Answer<T>>> question) {
        Optional<Session> found = sessions.find(id);
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(notFound());
        }
        Decision<Answer<T>> decision = guarded(caller, recipient, question).apply(found.get());
        return decision.changes(found.get())
                ? submit(caller, id, recipient, question)
                : CompletableFuture.completedFuture(decision.answer());
    }

    /**
     * Why the caller may not touch the session; null: they may.
     *
     * @param recipient what the caller says the session's recipient is; null: they need not say
     */
    public Refusal.@Nullable Reason refusal(Caller caller, Session session, @Nullable String recipient, Instant now) {
        if (session.isGone(now)) {
            return Refusal.Reason.SESSION_NOT_FOUND;
        }
        if (!caller.mayUse(session.terms().widget())) {
            return Refusal.Reason.FORBIDDEN;
        }
        if (recipient != null && !isRecipient(recipient, session)) {
            return Refusal.Reason.PHONE_NUMBER_MISMATCH;
        }
        return null;
    }

    private <T> Function<Session, Decision<Answer<T>>> guarded(
            Caller caller, @Nullable String recipient, BiFunction<Session, Instant, Decision<Answer<T>>> move) {
        return session -> {
            Instant now = clock.instant();
            Refusal.Reason refusal = refusal(caller, session, recipient, now);
            return refusal == null
                    ? move.apply(session, now)
                    : new Decision<>(session, List.of(), Answer.refused(refusal));
        };
    }

    private boolean isRecipient(String typed, Session session) {
        String value = session.terms().recipient().value();
        return value.equals(typed)
                || recipients
                        .parse(typed, session.terms().widget().defaultRegion())
                        .filter(session.terms().recipient()::equals)
                        .isPresent();
    }

    private static <T> Answer<T> notFound() {
        return Answer.refused(Refusal.Reason.SESSION_NOT_FOUND);
    }
}
