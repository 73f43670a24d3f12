package io.otphandler.application.polling;

import io.otphandler.application.port.SessionListener;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.Timers;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for a session to change. A held one is an object and a timer, never a thread. It is asked again
 * whenever its session has changed or time has changed it. Thread-safe.
 */
public final class HeldPolls implements SessionListener {

    private final Sessions sessions;
    private final Timers timers;
    private final Executor executor;
    private final Clock clock;
    private final Duration timeout;
    private final ConcurrentHashMap<SessionId, List<Poll<?>>> held = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean stopped;

    /**
     * @param executor where polls are asked again after a change
     * @param timeout after which a poll is answered with nothing
     */
    public HeldPolls(Sessions sessions, Timers timers, Executor executor, Clock clock, Duration timeout) {
        this.sessions = sessions;
        this.timers = timers;
        this.executor = executor;
        this.clock = clock;
        this.timeout = timeout;
    }

    /** How many are held now. */
    public int count() {
        return count.get();
    }

    /**
     * Answers with what the question gives, as soon as it gives something.
     *
     * @return empty: nothing until the timeout; fails with {@link PollsStoppedException} when the service stops, and
     *     with what the store threw
     */
    <T> CompletableFuture<Optional<T>> hold(SessionId id, Question<T> question) {
        Poll<T> poll = new Poll<>(id, question, clock.instant().plus(timeout));
        // known before it looks, so that no change can slip in between
        register(poll);
        try {
            Optional<Session> found = sessions.find(id);
            found.ifPresent(session -> poll.latest.compareAndSet(null, session));
            Session session = poll.latest.get();
            if (session == null) {
                poll.complete(Optional.of(question.notFound()));
                return poll.future;
            }
            poll.ask();
        } catch (RuntimeException e) {
            poll.fail(e);
        }
        if (stopped) {
            poll.fail(new PollsStoppedException());
        }
        return poll.future;
    }

    @Override
    public void changed(Session session, List<SessionEvent> events) {
        List<Poll<?>> polls = held.get(session.id());
        if (polls == null) {
            return;
        }
        for (Poll<?> poll : polls) {
            poll.latest.set(session);
            poll.askSoon();
        }
    }

    /** Answers all that are held, and from now on every new one, with {@link PollsStoppedException}. */
    public void stop() {
        stopped = true;
        held.values().forEach(polls -> polls.forEach(poll -> poll.fail(new PollsStoppedException())));
    }

    private void register(Poll<?> poll) {
        count.incrementAndGet();
        held.merge(
                poll.id,
                List.of(poll),
                (before, added) ->
                        Stream.concat(before.stream(), added.stream()).toList());
    }

    private void forget(Poll<?> poll) {
        count.decrementAndGet();
        held.computeIfPresent(poll.id, (id, polls) -> {
            List<Poll<?>> others = polls.stream().filter(other -> other != poll).toList();
            return others.isEmpty() ? null : others;
        });
    }

    /** What a poll waits for. */
    interface Question<T> {

        /**
         * Asks the session as it is; it has been settled and is not changed by the question itself.
         *
         * @param first whether the poll has only just come
         * @return empty: not yet
         */
        Optional<Result<T>> ask(Session session, Instant now, boolean first);

        /** The answer where there is no such session. */
        T notFound();

        /** Called when nothing came until the timeout. */
        default void timedOut() {}
    }

    /**
     * An answer.
     *
     * @param kept completes once what the answer changes is safe, with what is to be answered then; null: nothing changes
     */
    record Result<T>(T answer, @Nullable CompletableFuture<T> kept) {

        static <T> Result<T> of(T answer) {
            return new Result<>(answer, null);
        }
    }

    private final class Poll<T> {
        private final SessionId id;
        private final Question<T> question;
        private final Instant deadline;
        private final CompletableFuture<Optional<T>> future = new CompletableFuture<>();
        private final AtomicReference<@Nullable Session> latest = new AtomicReference<>();
        private boolean first = true;
        private boolean done;
        private Timers.@Nullable Timer timer;

        Poll(SessionId id, Question<T> question, Instant deadline) {
            this.id = id;
            this.question = question;
            this.deadline = deadline;
        }

        void askSoon() {
            try {
                executor.execute(() -> {
                    try {
                        ask();
                    } catch (RuntimeException e) {
                        fail(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                fail(new PollsStoppedException());
            }
        }

        synchronized void ask() {
            Session session = latest.get();
            if (done || session == null) {
                return;
            }
            Instant now = clock.instant();
            if (session.settle(now).changes(session)) {
                // whoever waits is told of the change like of any other
                sessions.submit(id, s -> s.settle(now)).whenComplete((moved, failure) -> {
                    if (failure != null) {
                        fail(failure);
                    }
                });
                arm(now, session, true);
                return;
            }
            Optional<Result<T>> result = question.ask(session, now, first);
            first = false;
            if (result.isPresent()) {
                CompletableFuture<T> kept = result.get().kept();
                if (kept == null) {
                    complete(Optional.of(result.get().answer()));
                } else {
                    done = true;
                    kept.whenCompleteAsync(
                            (answer, failure) -> end(() -> {
                                if (failure != null) {
                                    future.completeExceptionally(failure);
                                } else {
                                    future.complete(Optional.of(answer));
                                }
                            }),
                            executor);
                }
            } else if (!now.isBefore(deadline)) {
                question.timedOut();
                complete(Optional.empty());
            } else {
                arm(now, session, false);
            }
        }

        /** Asks again when the time comes that must change the answer, at the latest at the deadline. */
        private void arm(Instant now, Session session, boolean settling) {
            if (timer != null) {
                timer.cancel();
            }
            Instant next = deadline;
            if (session.expiresAt().isBefore(next)) {
                next = session.expiresAt();
            }
            Optional<Instant> due = settling ? Optional.empty() : session.nextDue();
            if (due.isPresent() && due.get().isBefore(next)) {
                next = due.get();
            }
            Duration delay = Duration.between(now, next);
            timer = timers.after(delay.isNegative() ? Duration.ZERO : delay, this::askSoon);
        }

        synchronized void complete(Optional<T> answer) {
            if (!done) {
                done = true;
                end(() -> future.complete(answer));
            }
        }

        synchronized void fail(Throwable failure) {
            if (!done) {
                done = true;
                end(() -> future.completeExceptionally(failure));
            }
        }

        private void end(Runnable answer) {
            if (timer != null) {
                timer.cancel();
            }
            forget(this);
            answer.run();
        }
    }
}
