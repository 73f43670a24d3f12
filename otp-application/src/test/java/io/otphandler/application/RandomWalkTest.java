package io.otphandler.application;

import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.channelFallingBack;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Receipt;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.Waiting;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everything that can happen, in any order: what must hold holds all the same. */
class RandomWalkTest {

    @Test
    void nothingIsSentTwiceHeldForEverOrCompletedTwice() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            try {
                new Walk(random).run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("-Dseed=" + seed + ", walk " + i, e);
            }
        }
    }

    private static final class Walk {
        private final Random random;
        private final TestApplication app = new TestApplication();
        private final List<CompletableFuture<?>> polls = new ArrayList<>();
        private final List<CompletableFuture<Delivery>> open = new ArrayList<>();
        /** Dispatches that a gateway has, or may have, taken. */
        private final Set<DispatchId> taken = new HashSet<>();

        private int completions;

        Walk(Random random) {
            this.random = random;
        }

        void run() {
            Widget widget = app.widgets()
                    .save(widget(
                            channel(ChannelType.SIM_PUSH, "sandbox", "spare"),
                            channelFallingBack(ChannelType.SMS, Duration.ofSeconds(40), "spare", "sandbox"),
                            channel(ChannelType.VOICE, "sandbox")));
            script();
            SessionId id = granted(
                    app.application().startSession().start(CALLER, widget.id(), ANN.value(), SessionNotes.NONE));
            for (int step = 0; step < 60; step++) {
                script();
                step(id);
                assertThat(completions).isLessThanOrEqualTo(1);
                assertThat(app.application().heldPolls().count()).isEqualTo((int)
                        polls.stream().filter(poll -> !poll.isDone()).count());
            }
            // every timeout there is has passed: gateways' and polls'
            app.timers().advance(Duration.ofSeconds(120));
            assertThat(polls)
                    .allMatch(CompletableFuture::isDone)
                    .noneMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(app.application().heldPolls().count()).isZero();
            assertThat(app.application().dispatcher().pending()).isZero();
            app.application().sweep().due();
            app.timers().advance(Duration.ofSeconds(60));
            assertThat(app.sessions().find(id).orElseThrow()).isNotInstanceOf(Waiting.class);
        }

        /** What the gateways do with whatever comes next. */
        private void script() {
            app.gateway().then(this::deliver);
            app.spare().then(this::deliver);
        }

        private CompletableFuture<Delivery> deliver(Message message) {
            assertThat(taken).doesNotContain(message.id());
            switch (random.nextInt(6)) {
                case 0:
                    return CompletableFuture.completedFuture(Delivery.unavailable("down"));
                case 1:
                    taken.add(message.id());
                    return CompletableFuture.completedFuture(Delivery.rejected("no"));
                case 2:
                    taken.add(message.id());
                    CompletableFuture<Delivery> late = new CompletableFuture<>();
                    open.add(late);
                    return late;
                case 3:
                    taken.add(message.id());
                    return CompletableFuture.completedFuture(Delivery.unknown("lost"));
                default:
                    taken.add(message.id());
                    return CompletableFuture.completedFuture(
                            random.nextBoolean() ? Delivery.accepted() : Delivery.acceptedWith("4321"));
            }
        }

        private void step(SessionId id) {
            Application application = app.application();
            switch (random.nextInt(13)) {
                case 0 -> polls.add(application.awaitChannel().await(CALLER, id, null));
                case 1 -> polls.add(application.awaitChannel().await(CALLER, id, Set.of("another")));
                case 2 -> polls.add(application.awaitStatus().await(CALLER, id, ANN.value()));
                case 3 -> app.timers().advance(Duration.ofMillis(random.nextInt(20_000)));
                case 4 -> told(application.getChannel().get(CALLER, id));
                case 5 -> told(application.getStatus().get(CALLER, id, ANN.value()));
                case 6 -> told(application.checkCode().check(CALLER, id, someCode()));
                case 7 -> told(application.resend().resend(CALLER, id));
                case 8 -> completed(application.completeSession().complete(CALLER, id));
                case 9 -> completed(application.completeIfConfirmed().complete(CALLER, id, ANN.value()));
                case 10 -> {
                    Receipt.Status[] all = Receipt.Status.values();
                    DispatchId dispatch = new DispatchId(id, 1 + random.nextInt(4));
                    boolean mattered =
                            application.takeReceipt().take(dispatch, all[random.nextInt(all.length)], "8765");
                    if (mattered) {
                        taken.add(dispatch);
                    }
                }
                case 11 -> application.sweep().due();
                default -> {
                    if (!open.isEmpty()) {
                        open.remove(random.nextInt(open.size())).complete(Delivery.acceptedWith("98765"));
                    } else if (random.nextInt(20) == 0) {
                        told(application.cancelSession().cancel(CALLER, id));
                    }
                }
            }
        }

        private String someCode() {
            List<Message> messages = Stream.concat(app.gateway().messages().stream(), app.spare().messages().stream())
                    .toList();
            return switch (random.nextInt(4)) {
                case 0 -> "4321";
                case 1 -> "0";
                default ->
                    messages.isEmpty()
                            ? "8765"
                            : messages.get(random.nextInt(messages.size()))
                                    .code()
                                    .digits();
            };
        }

        private void completed(Answer<Boolean> answer) {
            if (answer.<Boolean>fold(done -> done, refusal -> false)) {
                completions++;
            }
        }

        private static void told(Answer<?> answer) {
            assertThat(answer).isNotNull();
        }
    }
}
