package io.otphandler.application.polling;

import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.reason;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.otphandler.application.port.FailingSessions;
import io.otphandler.application.port.InMemorySessions;
import io.otphandler.application.port.ManualTimers;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.PlainRecipients;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.application.session.SessionGuard;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Receipt;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeldPollsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(25);
    private static final Duration LIFETIME = Duration.ofSeconds(300);

    private final MovableClock clock = new MovableClock();
    private final ManualTimers timers = new ManualTimers(clock);
    private final InMemorySessions kept = new InMemorySessions(clock);
    private final FailingSessions sessions = new FailingSessions(kept);
    private final HeldPolls polls = new HeldPolls(sessions, timers, Runnable::run, clock, TIMEOUT, 1_000);
    private final Widget widget = widget(channel(ChannelType.SMS, "main"), channel(ChannelType.VOICE, "main"));

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WELL")
    void whatTheStoreThrowsWhileSettlingIsPassedOn(FailingSessions.Mode away) {
        kept.listen(polls);
        SessionId id = sent();
        clock.advance(LIFETIME.minusSeconds(10));
        var poll = status(polls, sessions, id);

        sessions.is(away);
        timers.advance(Duration.ofSeconds(10));

        assertThat(failure(poll)).isInstanceOf(StoreUnavailableException.class);
        assertThat(polls.count()).isZero();
    }

    @Test
    void whoCancelsIsHeldNoLonger() {
        kept.listen(polls);
        SessionId id = sent();
        var gone = status(polls, sessions, id);
        var waits = status(polls, sessions, id);

        assertThat(gone.cancel(false)).isTrue();

        assertThat(polls.count()).isEqualTo(1);
        timers.advance(TIMEOUT);
        assertThat(waits.join()).isEmpty();
        assertThat(waits.cancel(false)).isFalse();
        assertThat(polls.count()).isZero();
    }

    /** Confirmed and completed between its coming and its first look. */
    @Test
    void aPollThatWaitedWhenTheSessionWasConfirmedIsToldTrueThoughItHasNotLookedBefore() {
        SessionId id = sent();
        Sessions slow = mock(Sessions.class);
        List<Runnable> later = new ArrayList<>();
        HeldPolls waiting = new HeldPolls(slow, timers, later::add, clock, TIMEOUT, 1_000);
        kept.listen(waiting);
        when(slow.recall(id)).thenAnswer(call -> {
            move(id, s -> s.checkCode(code -> true, clock.instant()));
            move(id, s -> s.completeIfConfirmed(clock.instant()));
            return kept.find(id);
        });

        var poll = status(waiting, kept, id);
        later.forEach(Runnable::run);

        assertThat(granted(poll.join().orElseThrow())).isTrue();
        assertThat(granted(status(polls, kept, id).join().orElseThrow()))
                .as("one that comes after that")
                .isFalse();
    }

    @Test
    void whatTheStoreThrowsWhileThePollLooksIsPassedOn() {
        SessionId id = sent();
        sessions.is(FailingSessions.Mode.THROWS);

        assertThat(failure(status(polls, sessions, id))).isInstanceOf(StoreUnavailableException.class);
        assertThat(polls.count()).isZero();
    }

    @Test
    void noMoreAreHeldThanMayBeAndWhoeverEndsMakesRoom() {
        HeldPolls few = new HeldPolls(sessions, timers, Runnable::run, clock, TIMEOUT, 2);
        SessionId id = sent();
        var first = status(few, sessions, id);
        var second = status(few, sessions, id);

        assertThat(failure(status(few, sessions, id))).isInstanceOf(TooManyPollsException.class);
        assertThat(few.count()).isEqualTo(2);

        timers.advance(TIMEOUT);
        assertThat(first).isCompletedWithValue(Optional.empty());
        assertThat(second).isCompletedWithValue(Optional.empty());
        assertThat(status(few, sessions, id)).isNotDone();
        assertThat(few.count()).isEqualTo(1);
    }

    @Test
    void anAnswerThatCouldNotBeKeptIsNotGivenAndNotRememberedAsGiven() {
        SessionId id = sent();
        move(id, s -> s.receive(1, Receipt.of(Receipt.Status.UNDELIVERED), clock.instant()));
        move(id, s -> s.dispatched(2, Outcome.ACCEPTED, clock.instant()));
        AwaitChannel awaitChannel = new AwaitChannel(polls, guard(sessions), sessions, clock);

        // to show the second channel changes the session: it has been seen then
        sessions.is(FailingSessions.Mode.FAILS);
        assertThat(failure(awaitChannel.await(CALLER, id, null))).isInstanceOf(StoreUnavailableException.class);
        sessions.is(FailingSessions.Mode.WELL);

        assertThat(granted(awaitChannel.await(CALLER, id, null).join().orElseThrow())
                        .leg()
                        .channel()
                        .type())
                .isEqualTo(ChannelType.VOICE);
        assertThat(polls.count()).isZero();
    }

    @Test
    void aSessionDueWhileTheStoreIsSlowIsSettledOnceNotAgainAndAgain() {
        SessionId id = sent();
        Session before = kept.find(id).orElseThrow();
        Sessions slow = mock(Sessions.class);
        CompletableFuture<Optional<Session>> settled = new CompletableFuture<>();
        when(slow.recall(id)).thenReturn(Optional.of(before));
        doReturn(settled).when(slow).submit(any(), any());
        HeldPolls held = new HeldPolls(slow, timers, Runnable::run, clock, TIMEOUT, 1_000);
        clock.advance(LIFETIME.minusSeconds(10));
        var poll = status(held, slow, id);

        timers.advance(Duration.ofSeconds(12));
        held.changed(before, List.of());
        assertThat(poll).isNotDone();
        verify(slow, times(1)).submit(any(), any());
        settled.complete(Optional.of(before.settle(clock.instant()).next()));

        assertThat(reason(poll.join().orElseThrow())).isEqualTo(Refusal.Reason.RESEND_CHANNEL);
        assertThat(held.count()).isZero();
    }

    @Test
    void aStoreThatNeverSettlesDoesNotHoldThePollBeyondItsTimeout() {
        SessionId id = sent();
        Session before = kept.find(id).orElseThrow();
        Sessions slow = mock(Sessions.class);
        when(slow.recall(id)).thenReturn(Optional.of(before));
        doReturn(new CompletableFuture<>()).when(slow).submit(any(), any());
        HeldPolls held = new HeldPolls(slow, timers, Runnable::run, clock, TIMEOUT, 1_000);
        clock.advance(LIFETIME.minusSeconds(10));
        var poll = status(held, slow, id);

        timers.advance(TIMEOUT);

        assertThat(poll).isCompletedWithValue(Optional.empty());
        verify(slow, times(1)).submit(any(), any());
        assertThat(held.count()).isZero();
    }

    @Test
    void aChangeThatWasNeverAnnouncedIsFoundWhenTheSessionWouldBeDue() {
        // polls that are told nothing, as if the announcement of another node had been lost
        SessionId id = sent();
        clock.advance(Duration.ofSeconds(295));
        var poll = status(polls, sessions, id);
        move(id, s -> s.resend(name -> true, clock.instant()));

        timers.advance(Duration.ofSeconds(5));
        assertThat(poll).isNotDone();
        timers.advance(TIMEOUT);

        assertThat(poll).isCompletedWithValue(Optional.empty());
        assertThat(polls.count()).isZero();
    }

    @Test
    void aSessionThatWasDeletedMeanwhileIsNotFound() {
        SessionId id = sent();
        clock.advance(LIFETIME.minusSeconds(10));
        var poll = status(polls, sessions, id);
        assertThat(kept.deleteGone(clock.instant().plus(Duration.ofDays(1)), 10))
                .isEqualTo(1);

        timers.advance(Duration.ofSeconds(10));

        assertThat(reason(poll.join().orElseThrow())).isEqualTo(Refusal.Reason.SESSION_NOT_FOUND);
        assertThat(polls.count()).isZero();
    }

    @Test
    void anExecutorThatTakesNothingMoreMeansThatTheServiceStops() {
        HeldPolls held = new HeldPolls(
                sessions,
                timers,
                task -> {
                    throw new RejectedExecutionException();
                },
                clock,
                TIMEOUT,
                1_000);
        kept.listen(held);
        SessionId id = sent();
        var poll = status(held, sessions, id);

        move(id, s -> s.cancel(clock.instant()));

        assertThat(failure(poll)).isInstanceOf(PollsStoppedException.class);
        assertThat(held.count()).isZero();
    }

    @Test
    void withManyThreadsNoPollMissesItsChange() {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            HeldPolls held = new HeldPolls(sessions, timers, pool, clock, TIMEOUT, 1_000);
            kept.listen(held);
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                SessionId id = sent();
                for (int j = 0; j < 3; j++) {
                    all.add(CompletableFuture.supplyAsync(() -> status(held, sessions, id), callers)
                            .thenCompose(answer -> answer));
                }
                all.add(CompletableFuture.runAsync(() -> move(id, s -> s.cancel(clock.instant())), callers));
            }

            await().untilAsserted(() -> assertThat(all).allMatch(CompletableFuture::isDone));
            assertThat(all).noneMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(held.count()).isZero();
        } finally {
            pool.shutdownNow();
            callers.shutdownNow();
        }
    }

    private SessionId sent() {
        SessionId id = new SessionId(UUID.randomUUID());
        var now = clock.instant();
        kept.add(Session.start(new SessionTerms(
                id,
                widget,
                ANN,
                widget.legsFor(ANN, null, name -> true),
                null,
                now,
                now.plus(widget.sessionLifetime()),
                SessionNotes.NONE)));
        move(id, s -> s.dispatched(1, Outcome.ACCEPTED, now));
        return id;
    }

    private <A> void move(
            SessionId id, java.util.function.Function<Session, io.otphandler.domain.session.Decision<A>> move) {
        assertThat(kept.decide(id, move)).isPresent();
    }

    private SessionGuard guard(Sessions store) {
        return new SessionGuard(store, new PlainRecipients(), clock);
    }

    private CompletableFuture<Optional<Answer<Boolean>>> status(HeldPolls held, Sessions store, SessionId id) {
        return new AwaitStatus(held, guard(store)).await(CALLER, id, ANN.value());
    }

    private static Throwable failure(CompletableFuture<?> poll) {
        assertThat(poll).isCompletedExceptionally();
        return poll.handle((answer, failure) -> failure).join();
    }
}
