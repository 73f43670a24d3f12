package io.otphandler.application.once;

import io.otphandler.application.code.CodeKey;
import io.otphandler.application.port.Claim;
import io.otphandler.application.port.Digest;
import io.otphandler.application.port.IdempotencyKeys;
import io.otphandler.application.port.IdempotencyKeys.Standing;
import io.otphandler.application.port.KeptAnswer;
import io.otphandler.application.port.KeyedRequest;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.application.port.Timers;
import io.otphandler.application.session.KeyedCall;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests that may come again, on any node, also at the same time: the first is answered, and when its answer
 * was one to keep the others are given the same. One that comes while the first is being answered waits for that,
 * without a thread. Thread-safe.
 *
 * <p>Whoever waited for an answer that was not kept, a refusal, asks for themselves.
 */
public final class AnswerOnce {

    /** How long a request waits for another's answer: longer than the lease of one that died. */
    public static final Duration PATIENCE = IdempotencyKeys.LEASE.multipliedBy(2);

    private static final Duration FIRST_LOOK = Duration.ofMillis(25);
    private static final Duration LAST_LOOK = Duration.ofMillis(400);

    private static final Logger log = LoggerFactory.getLogger(AnswerOnce.class);

    private final IdempotencyKeys keys;
    private final CodeKey codes;
    private final Supplier<UUID> ids;
    private final Timers timers;
    private final Executor executor;
    private final Clock clock;
    private final ConcurrentHashMap<Digest, Flight> flights = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    /**
     * @param ids of requests, and with them of sessions: random, and unpredictable
     * @param executor where requests that had to wait are answered
     */
    public AnswerOnce(
            IdempotencyKeys keys, CodeKey codes, Supplier<UUID> ids, Timers timers, Executor executor, Clock clock) {
        this.keys = keys;
        this.codes = codes;
        this.ids = ids;
        this.timers = timers;
        this.executor = executor;
        this.clock = clock;
    }

    /**
     * Answers it, on the caller's thread unless others are answering the same.
     *
     * @param work answers it; ties what it does to the call, so that it is done once even if this is run again; may wait
     *     for the store. What it throws says nothing of whether it has done something
     * @return fails with {@link KeyReusedException}, {@link StillUnderWayException}, or as the store or the work do
     */
    public <R> CompletableFuture<R> answer(Question question, Form<R> form, Function<KeyedCall, R> work) {
        KeyedRequest request = new KeyedRequest(
                Digest.of(question.name()),
                codes.seal(question.content()).stream().map(Digest::of).toList());
        Waiting<R> waiting = new Waiting<>(request, form, work, clock.instant().plus(PATIENCE));
        waiting.begin();
        return waiting.answer;
    }

    /** From now on nobody waits any more; those who do are told so soon. */
    public void stop() {
        stopping = true;
    }

    /** A request that this node is answering, or looks after while another does. */
    private static final class Flight {
        private final KeyedRequest request;
        /** Done when others need not wait any more; empty: there is no answer to be given again. */
        private final CompletableFuture<Optional<KeptAnswer>> over = new CompletableFuture<>();

        Flight(KeyedRequest request) {
            this.request = request;
        }
    }

    /** One who wants an answer. */
    private final class Waiting<R> {
        private final KeyedRequest request;
        private final Form<R> form;
        private final Function<KeyedCall, R> work;
        private final Instant deadline;
        private final CompletableFuture<R> answer = new CompletableFuture<>();

        Waiting(KeyedRequest request, Form<R> form, Function<KeyedCall, R> work, Instant deadline) {
            this.request = request;
            this.form = form;
            this.work = work;
            this.deadline = deadline;
        }

        void begin() {
            Flight mine = new Flight(request);
            Flight others = flights.putIfAbsent(request.key(), mine);
            if (others == null) {
                claim(mine, FIRST_LOOK);
            } else if (!others.request.equals(request)) {
                answer.completeExceptionally(new KeyReusedException());
            } else {
                others.over.thenAccept(kept -> later(() -> kept.ifPresentOrElse(this::again, this::beginAgain)));
            }
        }

        private void beginAgain() {
            if (mayWait()) {
                begin();
            } else {
                answer.completeExceptionally(new StillUnderWayException());
            }
        }

        private void claim(Flight mine, Duration nextLook) {
            try {
                Standing standing = keys.claim(request, ids.get(), clock.instant());
                if (standing instanceof Standing.Claimed claimed) {
                    perform(mine, claimed.claim());
                } else if (standing instanceof Standing.Answered answered) {
                    land(mine, Optional.of(answered.answer()));
                    again(answered.answer());
                } else if (standing instanceof Standing.UnderWay && mayWait()) {
                    Duration after = nextLook.compareTo(LAST_LOOK) < 0 ? nextLook.multipliedBy(2) : LAST_LOOK;
                    timers.after(nextLook, () -> later(() -> claim(mine, after)));
                } else {
                    fail(
                            mine,
                            standing instanceof Standing.UnderWay
                                    ? new StillUnderWayException()
                                    : new KeyReusedException());
                }
            } catch (RuntimeException | Error e) {
                fail(mine, e);
            }
        }

        private void perform(Flight mine, Claim claim) {
            R given;
            try {
                given = work.apply(new KeyedCall(claim.request(), claim.again()));
            } catch (RuntimeException | Error e) {
                // it may be done or not: whoever asks again finds out by the request's id
                trying(() -> keys.giveBack(claim));
                fail(mine, e);
                return;
            }
            Optional<KeptAnswer> kept = form.keep(given);
            if (kept.isPresent()) {
                trying(() -> keys.keep(claim, kept.get()));
            } else if (claim.again()) {
                // another may still be at it, under the same id
                trying(() -> keys.giveBack(claim));
            } else {
                trying(() -> keys.forget(claim));
            }
            land(mine, kept);
            answer.complete(given);
        }

        /** What fails here comes right by itself: the lease ends, and the request's id tells what was done. */
        private void trying(Runnable last) {
            try {
                last.run();
            } catch (StoreUnavailableException e) {
                log.warn("What became of a request with an idempotency key was not kept: {}", e.getMessage());
            }
        }

        private void again(KeptAnswer kept) {
            answer.complete(form.again(kept));
        }

        private void fail(Flight mine, Throwable failure) {
            land(mine, Optional.empty());
            answer.completeExceptionally(failure);
        }

        private void land(Flight mine, Optional<KeptAnswer> kept) {
            flights.remove(request.key(), mine);
            mine.over.complete(kept);
        }

        private void later(Runnable task) {
            try {
                executor.execute(task);
            } catch (RejectedExecutionException e) {
                // the process ends
                answer.completeExceptionally(new StillUnderWayException());
            }
        }

        private boolean mayWait() {
            return !stopping && clock.instant().isBefore(deadline);
        }
    }
}
