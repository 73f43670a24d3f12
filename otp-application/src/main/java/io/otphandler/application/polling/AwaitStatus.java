package io.otphandler.application.polling;

import io.otphandler.application.session.Caller;
import io.otphandler.application.session.SessionGuard;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Completed;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code getStatusLongPolling}: answers once it is decided whether the session is confirmed. Thread-safe. */
public final class AwaitStatus {

    private final HeldPolls polls;
    private final SessionGuard guard;

    public AwaitStatus(HeldPolls polls, SessionGuard guard) {
        this.polls = polls;
        this.guard = guard;
    }

    /**
     * Answers as soon as it is decided.
     *
     * @param recipient whom the caller believes to verify
     * @return empty: not decided until the timeout; fails as {@link HeldPolls#hold} does
     */
    public CompletableFuture<Optional<Answer<Boolean>>> await(Caller caller, SessionId id, String recipient) {
        return polls.hold(id, new HeldPolls.Question<>() {
            @Override
            public Optional<HeldPolls.Result<Answer<Boolean>>> ask(Session session, Instant now, boolean first) {
                Refusal.Reason refusal = guard.refusal(caller, session, recipient, now);
                if (refusal != null) {
                    return Optional.of(HeldPolls.Result.of(Answer.refused(refusal)));
                }
                if (session instanceof Completed && !first) {
                    // it was waiting when the session was confirmed, and must hear of that
                    return Optional.of(HeldPolls.Result.of(Answer.granted(true)));
                }
                return session.awaitStatus(now).answer().map(HeldPolls.Result::of);
            }

            @Override
            public Answer<Boolean> notFound() {
                return Answer.refused(Refusal.Reason.SESSION_NOT_FOUND);
            }
        });
    }
}
