package io.otphandler.domain.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.domain.Fixtures;
import io.otphandler.domain.Fixtures.ChannelBuilder;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.code.ChosenCode;
import io.otphandler.domain.code.TypedCode;
import io.otphandler.domain.session.Refusal.Reason;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Walks at random through sessions of random widgets, and checks after each step what must hold whatever happened. A
 * walk depends on its seed alone; {@code -Dwalk=17} walks only that of seed 17.
 */
class RandomWalkTest {

    private static final int WALKS = 3_000;
    private static final int STEPS = 60;

    @Test
    void whateverHappensTheRulesHold() {
        Long only = Long.getLong("walk");
        if (only != null) {
            walk(only);
            return;
        }
        Map<String, Integer> ends = new HashMap<>();
        for (long seed = 0; seed < WALKS; seed++) {
            ends.merge(walk(seed), 1, Integer::sum);
        }
        // walks that never get anywhere would prove nothing
        assertThat(ends.keySet())
                .contains(
                        "wait",
                        "sent",
                        "error",
                        "confirmed",
                        "completed",
                        "cancelled",
                        "attempts expired",
                        "exhausted");
    }

    /** Gives the state that the walk ended in. */
    @CanIgnoreReturnValue
    private static String walk(long seed) {
        Walk walk = new Walk(seed);
        try {
            for (int i = 0; i < STEPS && !walk.isGone(); i++) {
                walk.step();
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("The walk with seed " + seed + " broke a rule after\n" + walk.trace(), e);
        }
        return walk.state();
    }

    /** One walk, and what it has seen on its way, kept apart from what the session itself keeps. */
    private static final class Walk {

        private static final Set<String> ENDED = Set.of("completed", "cancelled", "attempts expired", "exhausted");

        private final Random random;
        private final SessionTerms terms;
        private final List<Taken> trace = new ArrayList<>();
        private Session session;
        private Instant now = Fixtures.START;

        private final Map<Integer, Message> messages = new HashMap<>();
        private final Map<Integer, Integer> wrongCodesByLeg = new HashMap<>();
        private final Map<Integer, Integer> restartsByLeg = new HashMap<>();
        private final Map<String, List<Object>> shownByTag = new HashMap<>();
        private int latest;
        private int confirmations;
        private int completions;
        private boolean changeUnseen;

        Walk(long seed) {
            // neighbouring seeds begin alike
            random = new Random(seed * 0x9E3779B97F4A7C15L);
            terms = randomTerms();
            Decision<SessionId> start = Session.start(terms);
            trace.add(new Taken(now, "start", start));
            session = start.next();
            remember(start);
        }

        boolean isGone() {
            return session.isGone(now);
        }

        String state() {
            return Story.nameOf(session);
        }

        String trace() {
            Stream<String> legs = terms.legs().stream()
                    .map(leg -> leg.channel().type() + " " + leg.channel().settings());
            return Stream.concat(legs, trace.stream().map(Taken::toString)).collect(Collectors.joining("\n"));
        }

        void step() {
            now = later();
            if (isGone()) {
                return;
            }
            switch (random.nextInt(14)) {
                case 0, 1, 2 -> checkCode();
                case 3, 4, 5 -> dispatched();
                case 6, 7 -> receive();
                case 8 -> showChannel();
                case 9 -> status();
                case 10 -> resend();
                case 11 -> settle();
                case 12 -> handOver();
                default -> rarely();
            }
        }

        private void rarely() {
            switch (random.nextInt(6)) {
                case 0 -> take("cancel", state -> state.cancel(now));
                case 1, 2 -> complete("complete", state -> state.complete(now));
                case 3 -> complete("completeIfConfirmed", state -> state.completeIfConfirmed(now));
                default -> {
                    Optional<Answer<Boolean>> held = take("awaitStatus", state -> state.awaitStatus(now));
                    assertThat(held.isEmpty())
                            .as("holds")
                            .isEqualTo(session instanceof Waiting || session instanceof Sent);
                }
            }
        }

        private void checkCode() {
            boolean wasRunning = isRunning();
            Code code = randomCode();
            TypedCode typed = issued -> code.chosen == null
                    ? issued.chosen() == null && issued.dispatch() == code.dispatch
                    : issued.chosen() != null && issued.chosen().equals(code.chosen);
            int confirmedBefore = confirmations;

            Answer<Boolean> answer = take("check " + code, state -> state.checkCode(typed, now));

            boolean confirmed = confirmations > confirmedBefore;
            assertThat(answer.equals(Answer.granted(true))).as("granted").isEqualTo(confirmed);
            if (terms.fixedCode() != null) {
                assertThat(confirmed && !terms.fixedCode().equals(code.chosen)).isFalse();
                return;
            }
            boolean alive = code.equals(alive(latest)) || isLeft(latest - 1) && code.equals(alive(latest - 1));
            if (confirmed) {
                assertThat(alive).as("only a code that is alive confirms").isTrue();
            } else if (alive && wasRunning && !(session instanceof Failed || session instanceof Exhausted)) {
                assertThat(codeType()).as("a code that is alive confirms").isEqualTo(CodeType.CODELESS);
            }
        }

        private void dispatched() {
            int dispatch = randomDispatch();
            Outcome outcome = switch (random.nextInt(8)) {
                case 0 -> Outcome.REJECTED;
                case 1 -> Outcome.UNAVAILABLE;
                case 2 -> Outcome.UNKNOWN;
                case 3, 4 -> Outcome.accepted(randomChosenCode());
                default -> Outcome.ACCEPTED;
            };
            take(dispatch + " " + outcome.kind(), state -> state.dispatched(dispatch, outcome, now));
        }

        private void receive() {
            int dispatch = randomDispatch();
            Receipt.Status status = Receipt.Status.values()[random.nextInt(Receipt.Status.values().length)];
            boolean brings = status == Receipt.Status.CODE_TYPE_CHANGED && random.nextBoolean();
            ChosenCode code = brings && terms.fixedCode() == null ? randomChosenCode() : null;
            CodeType typeBefore = codeType();
            int confirmedBefore = confirmations;

            take(dispatch + " " + status, state -> state.receive(dispatch, new Receipt(status, code), now));

            if (confirmations > confirmedBefore) {
                assertThat(status).isEqualTo(Receipt.Status.CONFIRMED);
                assertThat(dispatch).isEqualTo(latest);
                assertThat(typeBefore).as("only a push is confirmed").isEqualTo(CodeType.CODELESS);
            }
        }

        private void showChannel() {
            Answer<ChannelView> answer = take("showChannel", state -> state.showChannel(now));

            if (answer instanceof Answer.Granted<ChannelView> granted) {
                ChannelView view = granted.value();
                changeUnseen = false;
                List<Object> shown = shown(view);
                assertThat(shownByTag.computeIfAbsent(view.tag(), tag -> shown))
                        .as("shown under the tag %s", view.tag())
                        .isEqualTo(shown);
            } else {
                assertThat(isRunning()).as("running, yet not shown").isFalse();
            }
        }

        private void status() {
            Answer<Boolean> answer = take("status", state -> state.status(now));

            if (isRunning()) {
                assertThat(answer)
                        .isEqualTo(changeUnseen ? Answer.refused(Reason.CHANNEL_CHANGED) : Answer.granted(false));
            }
        }

        private void resend() {
            boolean reachable = random.nextInt(10) > 0;
            boolean hadFailed = session instanceof Failed;
            Message before = messages.get(latest);

            Answer<Boolean> answer = take("resend", state -> state.resend(gateway -> reachable, now));

            if (answer.equals(Answer.granted(true))) {
                assertThat(messages.get(latest)).as("a new message").isNotSameAs(before);
                assertThat(reachable).isTrue();
                if (!hadFailed && terms.fixedCode() == null) {
                    var settings = terms.leg(before.leg).channel().settings();
                    Duration wait = settings.restartCooldown().compareTo(settings.lifetime()) < 0
                            ? settings.restartCooldown()
                            : settings.lifetime();
                    assertThat(now).as("cooled down").isAfterOrEqualTo(before.sentAt.plus(wait));
                }
            }
        }

        private void settle() {
            Session before = session;

            boolean moved = take("settle", state -> state.settle(now));

            assertThat(moved).as("settled").isEqualTo(session != before);
            session.nextDue().ifPresent(due -> assertThat(due).as("next due").isAfter(now));
            assertThat(session.settle(now).changes(session)).as("settled twice").isFalse();
        }

        private void handOver() {
            int dispatch = randomDispatch();

            Optional<HandOver> handOver = take(dispatch + " hand over", state -> state.handOver(dispatch, now));

            handOver.ifPresent(message -> {
                assertThat(session).isInstanceOf(Waiting.class);
                assertThat(message.dispatch()).isEqualTo(latest);
            });
        }

        private void complete(String name, Function<Session, Decision<Answer<Boolean>>> move) {
            boolean confirmed = session instanceof Confirmed;

            Answer<Boolean> answer = take(name, move);

            assertThat(answer.equals(Answer.granted(true))).as("completed").isEqualTo(confirmed);
        }

        @CanIgnoreReturnValue
        private <A> A take(String name, Function<Session, Decision<A>> move) {
            Session before = session;
            Decision<A> decision = move.apply(before);
            session = decision.next();
            trace.add(new Taken(now, name, decision));
            remember(decision);

            assertThat(move.apply(before)).as("the same move made again").isEqualTo(decision);
            if (decision.changes(before)) {
                assertThat(decision.events().isEmpty() && session.equals(before))
                        .as("told to have changed")
                        .isFalse();
            } else {
                assertThat(session).isSameAs(before);
            }
            if (ENDED.contains(Story.nameOf(before))) {
                assertThat(session).as("ended").isSameAs(before);
            }
            return decision.answer();
        }

        private void remember(Decision<?> decision) {
            for (SessionEvent event : decision.events()) {
                switch (event.kind()) {
                    case DISPATCH_REQUESTED -> {
                        assertThat(terms.fixedCode())
                                .as("nothing is sent to a test recipient")
                                .isNull();
                        begin(event.dispatch(), event.detail());
                    }
                    case ACCEPTED, UNKNOWN -> {
                        if (event.detail().isEmpty()) {
                            if (terms.fixedCode() != null) {
                                // the messages of a test recipient do not say why they are sent
                                begin(event.dispatch(), isRestart(event.dispatch()) ? "restart" : "");
                            }
                            assertThat(event.dispatch()).isEqualTo(latest);
                            // an acceptance that a receipt overtook does not make it any younger
                            Message message = messages.get(latest);
                            message.sentAt = message.sentAt == null ? now : message.sentAt;
                        }
                    }
                    case CODE_TYPE_CHANGED -> changeUnseen = true;
                    case WRONG_CODE -> {
                        assertThat(event.dispatch()).isEqualTo(latest);
                        int leg = messages.get(latest).leg;
                        assertThat(wrongCodesByLeg.merge(leg, 1, Integer::sum) + Integer.parseInt(event.detail()))
                                .as("wrong codes and tries left of leg " + leg)
                                .isEqualTo(terms.leg(leg).channel().settings().numberOfTries());
                    }
                    case CONFIRMED ->
                        assertThat(++confirmations).as("confirmed").isEqualTo(1);
                    case COMPLETED -> assertThat(++completions).as("completed").isEqualTo(1);
                    default -> {}
                }
            }
            ChannelRun run = run();
            if (run != null) {
                Message message = messages.get(latest);
                assertThat(run.dispatch().number()).isEqualTo(latest);
                assertThat(run.leg()).isEqualTo(message.leg);
                assertThat(run.triesLeft())
                        .as("tries are neither refilled nor lost")
                        .isEqualTo(run.settings(terms).numberOfTries() - wrongCodesByLeg.getOrDefault(message.leg, 0));
                assertThat(run.restartsLeft())
                        .isEqualTo(run.settings(terms).numberOfRestart() - restartsByLeg.getOrDefault(message.leg, 0));
                message.chosen = run.dispatch().chosen();
                message.codeType = run.codeType();
            }
        }

        private boolean isRestart(int dispatch) {
            ChannelRun run = run();
            return latest > 0
                    && run != null
                    && run.dispatch().number() == dispatch
                    && run.leg() == messages.get(latest).leg;
        }

        private void begin(int dispatch, String cause) {
            assertThat(dispatch).as("dispatches grow by one").isEqualTo(latest + 1);
            Message before = messages.get(latest);
            latest = dispatch;
            Message message = new Message();
            message.leg = before == null ? 0 : cause.equals("restart") ? before.leg : before.leg + 1;
            message.chosen = terms.fixedCode();
            messages.put(dispatch, message);
            changeUnseen = dispatch > 1;
            if (cause.equals("restart")) {
                assertThat(restartsByLeg.merge(message.leg, 1, Integer::sum))
                        .as("restarts of leg " + message.leg)
                        .isLessThanOrEqualTo(
                                terms.leg(message.leg).channel().settings().numberOfRestart());
            }
            if (cause.equals("fallback")) {
                Duration after = terms.leg(before.leg).channel().settings().fallbackAfter();
                assertThat(after).isNotNull();
                assertThat(now).isAfterOrEqualTo(before.sentAt.plus(after));
                before.isLeft = before.codeType == CodeType.CODE;
            }
        }

        /** The code of that dispatch, if it was sent and its lifetime is not over. */
        private Code alive(int dispatch) {
            Message message = messages.get(dispatch);
            if (message == null || message.sentAt == null) {
                return null;
            }
            Instant end = message.sentAt.plus(
                    terms.leg(message.leg).channel().settings().lifetime());
            return now.isBefore(end) && now.isBefore(terms.endsAt()) ? new Code(dispatch, message.chosen) : null;
        }

        private boolean isLeft(int dispatch) {
            return messages.containsKey(dispatch) && messages.get(dispatch).isLeft;
        }

        private boolean isRunning() {
            return session instanceof Waiting || session instanceof Sent;
        }

        private CodeType codeType() {
            ChannelRun run = run();
            return run == null ? null : run.codeType();
        }

        private ChannelRun run() {
            if (session instanceof Waiting waiting) {
                return waiting.run();
            }
            if (session instanceof Sent sent) {
                return sent.run();
            }
            if (session instanceof Failed failed) {
                return failed.run();
            }
            return session instanceof Confirmed confirmed ? confirmed.run() : null;
        }

        private static List<Object> shown(ChannelView view) {
            return Arrays.asList(
                    view.leg(),
                    view.status(),
                    view.codeType(),
                    view.codeLength(),
                    view.remainingCodeAttempts(),
                    view.sentAt(),
                    view.expiresAt(),
                    view.restartAvailableAt());
        }

        private Instant later() {
            Optional<Instant> due = session.nextDue().filter(at -> !at.isBefore(now));
            return switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> now;
                case 4, 5, 6, 7 -> now.plusMillis(random.nextInt(5_000));
                case 8, 9 -> now.plusSeconds(random.nextInt(40));
                case 10 ->
                    due.map(at -> random.nextBoolean() ? at : at.minusNanos(1))
                            .filter(at -> !at.isBefore(now))
                            .orElse(now);
                default -> now.plusSeconds(random.nextInt(200));
            };
        }

        private int randomDispatch() {
            return random.nextInt(6) == 0 ? 1 + random.nextInt(latest) : latest;
        }

        private Code randomCode() {
            int dispatch = Math.max(1, latest - random.nextInt(3));
            return switch (random.nextInt(6)) {
                case 0, 1 -> new Code(dispatch, messages.get(dispatch).chosen);
                case 2 -> new Code(dispatch, null);
                default -> new Code(dispatch, Fixtures.chosen("999999"));
            };
        }

        private ChosenCode randomChosenCode() {
            return Fixtures.chosen(Integer.toString(1_000 + random.nextInt(500_000)));
        }

        private SessionTerms randomTerms() {
            ChannelType[] types = {ChannelType.SMS, ChannelType.VOICE, ChannelType.VIBER, ChannelType.SIM_PUSH};
            ChannelBuilder[] channels = new ChannelBuilder[1 + random.nextInt(4)];
            for (int i = 0; i < channels.length; i++) {
                int lifetime = 2 + random.nextInt(random.nextBoolean() ? 60 : 300);
                channels[i] = Fixtures.channel(types[random.nextInt(types.length)])
                        .lifetime(lifetime)
                        .tries(1 + random.nextInt(5))
                        .restarts(random.nextInt(4))
                        .cooldown(random.nextInt(60))
                        .code(4 + random.nextInt(7), false);
                if (random.nextBoolean()) {
                    channels[i].fallbackAfter(1 + random.nextInt(lifetime - 1));
                }
            }
            Widget widget = Fixtures.widget(channels)
                    .sessionLifetime(random.nextInt(10) == 0 ? 1 + random.nextInt(60) : 900)
                    .build();
            return Fixtures.terms(widget, random.nextInt(8) == 0 ? Fixtures.chosen("123456") : null);
        }

        /** A move, put into words only when it has to be told. */
        private record Taken(Instant at, String name, Decision<?> decision) {
            @Override
            public String toString() {
                Object answer = decision.answer() instanceof Answer.Granted<?> ? "granted" : decision.answer();
                return Duration.between(Fixtures.START, at) + " " + name + ": " + Story.nameOf(decision.next()) + " "
                        + answer + " " + decision.events();
            }
        }

        /** The code that dispatch carried: ours, or the one that somebody else chose. */
        private record Code(int dispatch, ChosenCode chosen) {}

        private static final class Message {
            private int leg;
            private Instant sentAt;
            private ChosenCode chosen;
            private CodeType codeType;
            private boolean isLeft;
        }
    }
}
