package io.otphandler.application.polling;

import io.otphandler.application.port.SessionListener;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.application.port.Timers;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests that wait for a session to change. A held one is an object and a timer, never a thread. It is asked again
 * whenever its session has changed or time has changed it. Thread-safe.
 */
public final class HeldPolls implements SessionListener {

    private static final Logger log = LoggerFactory.getLogger(HeldPolls.class);

    private final Sessions sessions;
    private final Timers timers;
    private final Executor executor;
    private final Clock clock;
    private final Duration timeout;
    private final int max;
    private final ConcurrentHashMap<SessionId, Set<Poll<?>>> held = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    /** Sessions that another node may have changed since their polls have seen them. */
    private final Set<SessionId> stale = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean lookingAgain = new AtomicBoolean();
    private volatile boolean stopped;

    /**
     * @param executor where polls are asked again after a change
     * @param timeout after which a poll is answered with nothing
     * @param max how many are held at most
     */
    public HeldPolls(Sessions sessions, Timers timers, Executor executor, Clock clock, Duration timeout, int max) {
        this.sessions = sessions;
        this.timers = timers;
        this.executor = executor;
        this.clock = clock;
        this.timeout = timeout;
        this.max = max;
    }

    /** How many are held now. */
    public int count() {
        return count.get();
    }

    /**
     * Answers with what the question gives, as soon as it gives something. Who cancels the answer is held no longer.
     *
     * @return empty: nothing until the timeout; fails with {@link PollsStoppedException} when the service stops, with
     *     {@link TooManyPollsException} when no more can be held, and with what the store threw
     */
    <T> CompletableFuture<Optional<T>> hold(SessionId id, Question<T> question) {
        Poll<T> poll = new Poll<>(id, question, clock.instant().plus(timeout));
        // known before it looks, so that no change can slip in between
        if (!register(poll)) {
            return CompletableFuture.failedFuture(new TooManyPollsException());
        }
        try {
            Optional<Session> found = sessions.recall(id);
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
        Set<Poll<?>> polls = held.get(session.id());
        if (polls == null) {
            return;
        }
        for (Poll<?> poll : polls) {
            poll.first = false;
            poll.latest.set(session);
            poll.askSoon();
        }
    }

    /** Reads what is held of them again, together with what else is announced until it comes to that. */
    @Override
    public void changedElsewhere(Collection<SessionId> ids) {
        boolean isHeld = false;
        for (SessionId id : ids) {
            isHeld |= held.containsKey(id) && stale.add(id);
        }
        if (isHeld) {
            lookAgainSoon();
        }
    }

    /**
     * Reads all that is held again, in one query: announcements may be lost on their way from other nodes, and then
     * nothing else would tell. To be called every few seconds; does nothing where there are no other nodes.
     */
    public void recheck() {
        if (sessions.isShared() && !held.isEmpty()) {
            stale.addAll(held.keySet());
            lookAgainSoon();
        }
    }

    private void lookAgainSoon() {
        if (!stopped && lookingAgain.compareAndSet(false, true)) {
            try {
                executor.execute(() -> {
                    boolean looked = false;
                    try {
                        lookAgain();
                        looked = true;
                    } catch (StoreUnavailableException e) {
                        // the polls go on waiting, and the next recheck makes good for this one
                        log.debug("The polls that are held could not be looked at again", e);
                    } finally {
                        lookingAgain.set(false);
                    }
                    if (looked && !stale.isEmpty()) {
                        lookAgainSoon();
                    }
                });
            } catch (RejectedExecutionException e) {
                lookingAgain.set(false);
            }
        }
    }

    private void lookAgain() {
        Map<SessionId, Map<Poll<?>, Optional<Session>>> known = new HashMap<>();
        for (Iterator<SessionId> ids = stale.iterator(); ids.hasNext(); ) {
            SessionId id = ids.next();
            // not later: what is announced from now on is news that this look may miss
            ids.remove();
            Map<Poll<?>, Optional<Session>> polls = new HashMap<>();
            held.getOrDefault(id, Set.of()).forEach(poll -> polls.put(poll, Optional.ofNullable(poll.latest.get())));
            if (!polls.isEmpty()) {
                known.put(id, polls);
            }
        }
        if (known.isEmpty()) {
            return;
        }
        Map<SessionId, Session> found =
                sessions.findAll(known.keySet()).stream().collect(Collectors.toMap(Session::id, Function.identity()));
        known.forEach((id, polls) -> polls.forEach((poll, before) -> {
            if (!poll.found(before.orElse(null), found.get(id))) {
                stale.add(id);
            }
        }));
    }

    /** Answers all that are held, and from now on every new one, with {@link PollsStoppedException}. */
    public void stop() {
        stopped = true;
        held.values().forEach(polls -> polls.forEach(poll -> poll.fail(new PollsStoppedException())));
    }

    /** Whether there was room for it. */
    private boolean register(Poll<?> poll) {
        if (count.getAndUpdate(held -> held < max ? held + 1 : held) >= max) {
            return false;
        }
        held.compute(poll.id, (id, before) -> {
            Set<Poll<?>> polls = before == null ? ConcurrentHashMap.newKeySet(1) : before;
            polls.add(poll);
            return polls;
        });
        return true;
    }

    private void forget(Poll<?> poll) {
        count.decrementAndGet();
        held.computeIfPresent(poll.id, (id, polls) -> {
            polls.remove(poll);
            return polls.isEmpty() ? null : polls;
        });
    }

    /** What a poll waits for. */
    interface Question<T> {

        /**
         * Asks the session as it is; it has been settled and is not changed by the question itself.
         *
         * @param first whether the poll has only just come, and no change since
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
        private final CompletableFuture<Optional<T>> future = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                boolean cancelled = super.cancel(mayInterrupt);
                if (cancelled) {
                    abandon();
                }
                return cancelled;
            }

            /** What follows from an answer is not one that could be cancelled here. */
            @Override
            public <U> CompletableFuture<U> newIncompleteFuture() {
                return new CompletableFuture<>();
            }
        };
        private final AtomicReference<@Nullable Session> latest = new AtomicReference<>();
        /** Not once something has changed while it waited, even if it has not been asked before. */
        private volatile boolean first = true;

        private boolean settling;
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

        /**
         * Takes what another look has found, unless something came meanwhile, which may be newer.
         *
         * @param before the latest when the look began
         * @return whether that is settled; otherwise it takes another look to know what is the latest
         */
        boolean found(@Nullable Session before, @Nullable Session found) {
            if (found == null) {
                complete(Optional.of(question.notFound()));
                return true;
            }
            if (found.equals(before)) {
                return true;
            }
            if (!latest.compareAndSet(before, found)) {
                return false;
            }
            askSoon();
            return true;
        }

        synchronized void ask() {
            Session session = latest.get();
            if (done || session == null) {
                return;
            }
            Instant now = clock.instant();
            if (session.settle(now).changes(session)) {
                settle(session, now);
                return;
            }
            Optional<Result<T>> result = question.ask(session, now, first);
            first = false;
            if (done) {
                // the question's own change has come back here before the question did
                return;
            }
            if (result.isPresent()) {
                CompletableFuture<T> kept = result.get().kept();
                if (kept == null) {
                    complete(Optional.of(result.get().answer()));
                } else {
                    done = true;
                    kept.whenCompleteAsync(
                            (answer, failure) -> end(() -> {
                                if (failure != null) {
                                    future.completeExceptionally(cause(failure));
                                } else {
                                    future.complete(Optional.of(answer));
                                }
                            }),
                            executor);
                }
            } else if (!timesOut(now)) {
                arm(now, session, session.nextDue());
            }
        }

        /** Makes of the session what time has made of it: once, however often this is called until that is done. */
        private void settle(Session session, Instant now) {
            if (timesOut(now)) {
                return;
            }
            // before all else: where the change is told at once, this poll may have ended by the next line
            arm(now, session, Optional.empty());
            if (settling) {
                return;
            }
            settling = true;
            sessions.submit(id, s -> {
                        Decision<Boolean> settled = s.settle(clock.instant());
                        return settled.answering(settled.next());
                    })
                    .whenCompleteAsync(
                            (found, failure) -> {
                                if (failure == null) {
                                    settled(session, found);
                                } else {
                                    fail(cause(failure));
                                }
                            },
                            executor);
        }

        /** Where somebody else changed the session and this node was not told, what was found instead is news as well. */
        private void settled(Session before, Optional<Session> found) {
            synchronized (this) {
                settling = false;
            }
            if (found.isEmpty()) {
                complete(Optional.of(question.notFound()));
            } else {
                latest.compareAndSet(before, found.get());
                askSoon();
            }
        }

        private boolean timesOut(Instant now) {
            if (now.isBefore(deadline)) {
                return false;
            }
            question.timedOut();
            complete(Optional.empty());
            return true;
        }

        /** Asks again when the time comes that may change the answer, at the latest at the deadline. */
        private void arm(Instant now, Session session, Optional<Instant> due) {
            if (timer != null) {
                timer.cancel();
            }
            Instant next = deadline.isBefore(session.expiresAt()) ? deadline : session.expiresAt();
            next = due.filter(next::isAfter).orElse(next);
            timer = timers.after(Duration.between(now, next), this::askSoon);
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

        private synchronized void abandon() {
            if (!done) {
                done = true;
                end(() -> {});
            }
        }

        private static Throwable cause(Throwable failure) {
            return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
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
