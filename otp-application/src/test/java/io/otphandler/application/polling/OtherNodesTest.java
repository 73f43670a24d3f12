package io.otphandler.application.polling;

import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.reason;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import io.otphandler.application.port.FailingSessions;
import io.otphandler.application.port.InMemorySessions;
import io.otphandler.application.port.ManualTimers;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.PlainRecipients;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.session.SessionGuard;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Polls that are held here while other nodes change their sessions. */
class OtherNodesTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(25);

    private final MovableClock clock = new MovableClock();
    private final ManualTimers timers = new ManualTimers(clock);
    private final InMemorySessions kept = new InMemorySessions(clock);
    private final InMemorySessions elsewhere = kept.anotherNode();
    private final FailingSessions sessions = new FailingSessions(kept);
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final HeldPolls polls = new HeldPolls(sessions, timers, tasks::add, clock, TIMEOUT, 1_000);
    private final Widget widget = widget(channel(ChannelType.SMS, "main"));

    @Test
    void aPollIsAnsweredWhenAnotherNodeAnnouncesItsChange() {
        kept.listen(polls);
        SessionId id = sent();
        var poll = status(id);

        confirmElsewhere(id);
        work();

        assertThat(granted(poll.join().orElseThrow())).isTrue();
        assertThat(polls.count()).isZero();
    }

    @Test
    void aPollThatWaitedWhileAnotherNodeConfirmedAndCompletedItIsToldTrue() {
        SessionId id = sent();
        var poll = status(id);

        confirmElsewhere(id);
        move(elsewhere, id, s -> s.complete(clock.instant()));
        polls.changedElsewhere(List.of(id));
        work();

        assertThat(granted(poll.join().orElseThrow())).isTrue();
    }

    @Test
    void anAnnouncementThatWasLostIsMadeGoodForByTheRecheck() {
        kept.listen(polls);
        kept.isDeaf(true);
        SessionId id = sent();
        SessionId other = sent();
        var poll = status(id);
        var waiting = status(other);
        confirmElsewhere(id);
        work();
        assertThat(poll).isNotDone();

        polls.recheck();
        work();

        assertThat(granted(poll.join().orElseThrow())).isTrue();
        assertThat(waiting).isNotDone();
    }

    @Test
    void whatIsAnnouncedWhileALookIsUnderWayIsLookedAtTogetherAfterwards() {
        Sessions counted = spy(kept);
        HeldPolls held = new HeldPolls(counted, timers, tasks::add, clock, TIMEOUT, 1_000);
        List<SessionId> ids = List.of(sent(), sent(), sent());
        ids.forEach(id -> status(held, counted, id));

        ids.forEach(id -> held.changedElsewhere(List.of(id)));
        work();

        verify(counted, times(1)).findAll(any());
    }

    @Test
    void whatIsNotHeldHereIsNotLookedAt() {
        Sessions counted = spy(kept);
        HeldPolls held = new HeldPolls(counted, timers, tasks::add, clock, TIMEOUT, 1_000);

        held.changedElsewhere(List.of(sent()));
        held.recheck();
        work();

        verify(counted, never()).findAll(any());
    }

    @Test
    void whereThereIsNoOtherNodeNothingIsRechecked() {
        Sessions alone = spy(new InMemorySessions(clock));
        HeldPolls held = new HeldPolls(alone, timers, tasks::add, clock, TIMEOUT, 1_000);
        SessionId id = sent(alone);
        var poll = status(held, alone, id);

        held.recheck();
        work();

        assertThat(poll).isNotDone();
        verify(alone, never()).findAll(any());
    }

    @Test
    void anOlderLookNeverCoversANewerChange() {
        SessionId id = sent();
        // the look finds the session as it was before this node's own change, which is told in the middle of it
        Sessions store = spy(kept);
        doAnswer(call -> {
                    List<Session> found = kept.findAll(call.getArgument(0));
                    if (found.get(0) instanceof Sent) {
                        move(kept, id, s -> s.checkCode(code -> true, clock.instant()));
                    }
                    return found;
                })
                .when(store)
                .findAll(any());
        HeldPolls held = new HeldPolls(store, timers, tasks::add, clock, TIMEOUT, 1_000);
        kept.listen(held);
        var poll = status(held, kept, id);
        // something that changes what is seen, but not the answer
        kept.isDeaf(true);
        move(elsewhere, id, s -> s.checkCode(code -> false, clock.instant()));

        held.changedElsewhere(List.of(id));
        work();

        assertThat(granted(poll.join().orElseThrow())).isTrue();
    }

    @Test
    void aStoreThatIsAwayLeavesThePollsWaiting() {
        SessionId id = sent();
        var poll = status(id);
        confirmElsewhere(id);

        sessions.is(FailingSessions.Mode.THROWS);
        polls.changedElsewhere(List.of(id));
        work();
        assertThat(poll).isNotDone();

        sessions.is(FailingSessions.Mode.WELL);
        polls.recheck();
        work();
        assertThat(granted(poll.join().orElseThrow())).isTrue();
    }

    @Test
    void aSessionThatIsDeletedElsewhereIsNotFound() {
        SessionId id = sent();
        var poll = status(id);
        assertThat(elsewhere.deleteGone(clock.instant().plus(Duration.ofDays(1)), 10))
                .isEqualTo(1);

        polls.recheck();
        work();

        assertThat(reason(poll.join().orElseThrow())).isEqualTo(Refusal.Reason.SESSION_NOT_FOUND);
    }

    private void work() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void confirmElsewhere(SessionId id) {
        move(elsewhere, id, s -> s.checkCode(code -> true, clock.instant()));
    }

    private SessionId sent() {
        return sent(kept);
    }

    private SessionId sent(Sessions store) {
        SessionId id = new SessionId(UUID.randomUUID());
        var now = clock.instant();
        store.add(Session.start(new SessionTerms(
                id,
                widget,
                ANN,
                widget.legsFor(ANN, null, name -> true),
                null,
                now,
                now.plus(widget.sessionLifetime()),
                SessionNotes.NONE)));
        move(store, id, s -> s.dispatched(1, Outcome.ACCEPTED, now));
        return id;
    }

    private static <A> void move(Sessions store, SessionId id, Function<Session, Decision<A>> move) {
        assertThat(store.decide(id, move)).isPresent();
    }

    private CompletableFuture<Optional<Answer<Boolean>>> status(SessionId id) {
        return status(polls, sessions, id);
    }

    private CompletableFuture<Optional<Answer<Boolean>>> status(HeldPolls held, Sessions store, SessionId id) {
        return new AwaitStatus(held, new SessionGuard(store, new PlainRecipients(), clock))
                .await(CALLER, id, ANN.value());
    }
}
