package io.otphandler.application.polling;

import io.otphandler.application.port.Sessions;
import io.otphandler.application.session.Caller;
import io.otphandler.application.session.SessionGuard;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.ChannelStatus;
import io.otphandler.domain.session.ChannelView;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * {@code getChannelLongPolling}: answers when there is something new about the channel. Thread-safe.
 *
 * <p>A caller that names the tags it knows is answered when the channel's {@linkplain ChannelView#tag() tag} is none of
 * them. One that names none is answered when a message is out and no poll of this session has been answered with that
 * yet, as far as this node remembers.
 */
public final class AwaitChannel {

    /** How many sessions a node remembers the last answer of. One forgotten is told the same once more. */
    private static final int REMEMBERED = 131_072;

    private final HeldPolls polls;
    private final SessionGuard guard;
    private final Sessions sessions;
    private final Clock clock;
    private final LastAnswers lastAnswered = new LastAnswers(REMEMBERED);

    public AwaitChannel(HeldPolls polls, SessionGuard guard, Sessions sessions, Clock clock) {
        this.polls = polls;
        this.guard = guard;
        this.sessions = sessions;
        this.clock = clock;
    }

    /**
     * Answers as soon as there is something new.
     *
     * @param known the tags that the caller has; null: it names none
     * @return empty: nothing new until the timeout; fails as {@link HeldPolls#hold} does
     */
    public CompletableFuture<Optional<Answer<ChannelView>>> await(
            Caller caller, SessionId id, @Nullable Set<String> known) {
        return polls.hold(id, new NewChannel(caller, id, known, lastAnswered.of(id)));
    }

    private final class NewChannel implements HeldPolls.Question<Answer<ChannelView>> {
        private final Caller caller;
        private final SessionId id;
        private final @Nullable Set<String> known;
        /** The {@link LastAnswers#mark} of it; 0: nothing. */
        private final long answeredBefore;

        NewChannel(Caller caller, SessionId id, @Nullable Set<String> known, long answeredBefore) {
            this.caller = caller;
            this.id = id;
            this.known = known;
            this.answeredBefore = answeredBefore;
        }

        @Override
        public Optional<HeldPolls.Result<Answer<ChannelView>>> ask(Session session, Instant now, boolean first) {
            Decision<Answer<ChannelView>> decision = show(session, now);
            return decision.answer()
                    .fold(
                            view -> isNew(view) ? Optional.of(answer(session, decision)) : Optional.empty(),
                            refusal -> Optional.of(HeldPolls.Result.of(Answer.refused(refusal))));
        }

        @Override
        public Answer<ChannelView> notFound() {
            return Answer.refused(Refusal.Reason.SESSION_NOT_FOUND);
        }

        /** The answer may have been lost on its way: after a timeout the same may be told again. */
        @Override
        public void timedOut() {
            lastAnswered.remove(id);
        }

        private Decision<Answer<ChannelView>> show(Session session, Instant now) {
            Refusal.Reason refusal = guard.refusal(caller, session, null, now);
            return refusal == null
                    ? session.showChannel(now)
                    : new Decision<>(session, List.of(), Answer.refused(refusal));
        }

        /** What is really answered: it may be newer than what was found to be new, or fail to be kept. */
        private Answer<ChannelView> remember(Answer<ChannelView> answer) {
            if (answer instanceof Answer.Granted<ChannelView> granted) {
                lastAnswered.put(id, granted.value().tag());
            }
            return answer;
        }

        private boolean isNew(ChannelView view) {
            return known != null
                    ? !known.contains(view.tag())
                    : view.status() != ChannelStatus.WAIT && LastAnswers.mark(view.tag()) != answeredBefore;
        }

        private HeldPolls.Result<Answer<ChannelView>> answer(Session session, Decision<Answer<ChannelView>> decision) {
            if (!decision.changes(session)) {
                remember(decision.answer());
                return HeldPolls.Result.of(decision.answer());
            }
            CompletableFuture<Answer<ChannelView>> kept = sessions.submit(id, s -> show(s, clock.instant()))
                    .thenApply(shown -> remember(shown.orElseGet(this::notFound)));
            return new HeldPolls.Result<>(decision.answer(), kept);
        }
    }
}
