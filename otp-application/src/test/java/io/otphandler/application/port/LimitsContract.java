package io.otphandler.application.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otphandler.application.port.Counter.Kind;
import io.otphandler.domain.limit.Allowance;
import io.otphandler.domain.limit.Rule;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.AttemptsExpired;
import io.otphandler.domain.session.Cancelled;
import io.otphandler.domain.session.Confirmed;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Exhausted;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Receipt;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.Waiting;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every store of counters keeps to, and every store of sessions that counts what their moves use. Half of what
 * happens at once happens on another node, where there is one.
 */
public interface LimitsContract {

    int CALLS = 40;

    /** The stores must allow so much. */
    Allowance ALLOWANCE = Allowance.perDay(20, 30);

    Duration MINUTE = Duration.ofMinutes(1);
    Duration DAY = Duration.ofDays(1);

    Limits limits();

    /** Of the same store. */
    Sessions sessions();

    /** Of the same store. */
    Widgets widgets();

    /** The clock that the store goes by. */
    MovableClock clock();

    /** Forgets what may be remembered in memory, where that is possible: what is then found was kept. */
    default void forgetMemory() {}

    /** The same, as another node has it. */
    default Limits limitsElsewhere() {
        return limits();
    }

    /** The same, as another node has it. */
    default Sessions sessionsElsewhere() {
        return sessions();
    }

    // ---- counting

    @Test
    default void asManyFitAsTheRuleSaysAndThenItIsToldWhenThereIsRoomAgain() {
        Instant start = clock().instant();
        Limit three = limit(new Rule(3, MINUTE));

        for (int i = 0; i < 3; i++) {
            assertThat(limits().take(List.of(three), start.plusSeconds(10 * i))).isEmpty();
        }
        assertThat(limits().take(List.of(three), start.plusSeconds(30))).contains(start.plusSeconds(60));
        assertThat(limits().take(List.of(three), start.plusMillis(59_999))).contains(start.plusSeconds(60));
        assertThat(limits().take(List.of(three), start.plusSeconds(60))).isEmpty();
        assertThat(limits().take(List.of(three), start.plusSeconds(60))).contains(start.plusSeconds(70));
    }

    @Test
    default void nobodyIsToldToWaitLongerThanThePeriodWhereAnothersClockIsAhead() {
        Instant start = clock().instant();
        Limit one = limit(new Rule(1, MINUTE));

        assertThat(limits().take(List.of(one), start.plusMillis(700))).isEmpty();

        assertThat(limits().take(List.of(one), start)).contains(start.plusSeconds(60));
    }

    @Test
    default void ofSeveralLimitsAllAreCountedOrNone() {
        Limit one = limit(new Rule(1, MINUTE));
        Limit three = limit(new Rule(3, DAY));

        assertThat(take(one, three)).isTrue();
        assertThat(take(one, three)).isFalse();
        assertThat(take(three, one)).isFalse();
        assertThat(take(three)).isTrue();
        assertThat(take(three)).isTrue();
        assertThat(take(three)).isFalse();
    }

    @Test
    default void whereSeveralHaveNoRoomTheLastToHaveSomeIsTold() {
        Limit minute = limit(new Rule(1, MINUTE));
        Limit day = limit(new Rule(1, DAY));
        assertThat(take(day, minute)).isTrue();

        assertThat(limits().take(List.of(day, minute), clock().instant()))
                .contains(clock().instant().plus(DAY));
    }

    @Test
    default void whatIsOnlyAskedIsNotCounted() {
        Limit one = limit(new Rule(1, MINUTE));

        assertThat(take(one.asked())).isTrue();
        assertThat(take(one)).isTrue();
        assertThat(take(one.asked())).isFalse();
    }

    @Test
    default void aCounterMayHaveSeveralRules() {
        Instant start = clock().instant();
        Counter counter = counter();
        Limit minute = new Limit(counter, new Rule(3, MINUTE), true);
        Limit day = new Limit(counter, new Rule(10, DAY), true);

        for (int i = 0; i < 10; i++) {
            Instant now = start.plusSeconds(60L * (i / 3));
            assertThat(limits().take(List.of(minute, day), now)).isEmpty();
            if (i % 3 == 2) {
                assertThat(limits().take(List.of(minute, day), now)).contains(now.plusSeconds(60));
            }
        }
        assertThat(limits().take(List.of(minute, day), start.plusSeconds(600))).contains(start.plus(DAY));
    }

    @Test
    default void aLargeRuleLetsAsManyThroughAtOnceAndThenOneAfterAnother() {
        Instant start = clock().instant();
        Limit paced = limit(new Rule(200, MINUTE));

        for (int i = 0; i < 200; i++) {
            assertThat(limits().take(List.of(paced), start)).isEmpty();
        }
        assertThat(limits().take(List.of(paced), start)).contains(start.plusMillis(300));
        assertThat(limits().take(List.of(paced), start.plusMillis(300))).isEmpty();
        assertThat(limits().take(List.of(paced), start.plusMillis(300))).contains(start.plusMillis(600));
        limits().giveBack(List.of(paced), start);
        assertThat(limits().take(List.of(paced), start.plusMillis(300))).isEmpty();
    }

    @Test
    default void whatIsGivenBackFitsAgain() {
        Instant start = clock().instant();
        Limit two = limit(new Rule(2, MINUTE));
        assertThat(limits().take(List.of(two), start)).isEmpty();
        assertThat(limits().take(List.of(two), start.plusSeconds(1))).isEmpty();

        limits().giveBack(List.of(two), start.plusSeconds(1));
        limits().giveBack(List.of(two), start.plusSeconds(1));

        assertThat(limits().take(List.of(two), start.plusSeconds(2))).isEmpty();
        assertThat(limits().take(List.of(two), start.plusSeconds(2))).contains(start.plusSeconds(60));
    }

    @Test
    default void ofSeveralCountedAtTheSameInstantOneIsGivenBack() {
        Limit three = limit(new Rule(3, MINUTE));
        for (int i = 0; i < 3; i++) {
            assertThat(take(three)).isTrue();
        }

        limits().giveBack(List.of(three), clock().instant());

        assertThat(take(three)).isTrue();
        assertThat(take(three)).isFalse();
    }

    @Test
    default void whatIsLiftedCountsFromTheBeginningAndNothingElseDoes() {
        Limit lifted = limit(new Rule(1, DAY));
        Limit other = new Limit(new Counter(lifted.counter().key(), Kind.ACCOUNT), new Rule(1, DAY), true);
        assertThat(take(lifted, other)).isTrue();

        limits().lift(List.of(lifted.counter(), counter()));

        assertThat(take(lifted)).isTrue();
        assertThat(take(lifted)).isFalse();
        assertThat(take(other)).isFalse();
    }

    @Test
    default void whatHasEndedIsDeletedInBatchesAndWhatHasNotIsKept() {
        Limit day = limit(new Rule(1, DAY));
        assertThat(take(day)).isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(take(limit(new Rule(1, MINUTE)))).isTrue();
        }

        Instant later = clock().instant().plus(Duration.ofHours(3));
        assertThat(limits().deleteEnded(clock().instant(), 3)).isZero();
        assertThat(limits().deleteEnded(later, 3)).isEqualTo(3);
        assertThat(limits().deleteEnded(later, 3)).isEqualTo(2);
        assertThat(limits().take(List.of(day), later)).isPresent();
    }

    @Test
    default void whatWasCountedIsKept() {
        Limit two = limit(new Rule(2, DAY));
        assertThat(take(two)).isTrue();
        assertThat(take(two)).isTrue();

        forgetMemory();

        assertThat(take(two)).isFalse();
    }

    @Test
    default void ofManyAtOnceAsManyPassAsFit() throws Exception {
        Limit ten = limit(new Rule(10, DAY));
        Limit five = limit(new Rule(5, DAY));
        for (int i = 0; i < 7; i++) {
            assertThat(take(ten)).isTrue();
        }

        List<Boolean> passed = atOnce(CALLS, (call, elsewhere) -> taken(elsewhere, List.of(ten, five)));

        assertThat(passed).filteredOn(pass -> pass).hasSize(3);
        assertThat(take(five)).isTrue();
        assertThat(take(five)).isTrue();
        assertThat(take(five)).isFalse();
    }

    @Test
    default void ofManyThatAreTheFirstAsManyPassAsFit() throws Exception {
        for (int round = 0; round < 5; round++) {
            Limit three = limit(new Rule(3, MINUTE));
            Limit twenty = limit(new Rule(20, DAY));

            List<Boolean> passed = atOnce(CALLS, (call, elsewhere) -> taken(elsewhere, List.of(twenty, three)));

            assertThat(passed).filteredOn(pass -> pass).hasSize(3);
            for (int i = 0; i < 17; i++) {
                assertThat(take(twenty)).isTrue();
            }
            assertThat(take(twenty)).isFalse();
        }
    }

    @Test
    default void thoseThatMeetOnSeveralCountersDoNotHoldUpEachOther() throws Exception {
        List<Limit> shared =
                IntStream.range(0, 4).mapToObj(i -> limit(new Rule(1_000, DAY))).toList();

        List<Boolean> passed = atOnce(CALLS, (call, elsewhere) -> {
            List<Limit> mine = new ArrayList<>(shared);
            mine.add(limit(new Rule(1, DAY)));
            Collections.rotate(mine, call);
            return taken(elsewhere, mine);
        });

        assertThat(passed).containsOnly(true).hasSize(CALLS);
    }

    // ---- sessions that are counted

    @Test
    default void aSessionIsKeptAndCountedOrNeither() {
        Instant now = clock().instant();
        Limit two = limit(new Rule(2, DAY));
        Decision<SessionId> first = ContractFixtures.started(widget(), now);
        Decision<SessionId> second = ContractFixtures.started(widget(), now);
        Decision<SessionId> third = ContractFixtures.started(widget(), now);

        assertThat(addCounted(false, first, two)).isEmpty();
        assertThatThrownBy(() -> addCounted(false, first, two)).isInstanceOf(IllegalArgumentException.class);
        assertThat(addCounted(false, second, two)).isEmpty();
        assertThat(addCounted(false, third, two)).contains(now.plus(DAY));
        forgetMemory();

        assertThat(sessions().find(first.answer())).contains(first.next());
        assertThat(sessions().find(second.answer())).contains(second.next());
        assertThat(sessions().find(third.answer())).isEmpty();
        assertThat(take(two)).isFalse();
    }

    @Test
    default void aSessionThatNothingIsCountedOfIsKept() {
        Decision<SessionId> started = ContractFixtures.started(widget(), clock().instant());

        assertThat(sessions().addCounted(started, null, limits(), List.of(), clock().instant()))
                .isEmpty();

        assertThat(sessions().find(started.answer())).contains(started.next());
    }

    @Test
    default void ofManySessionsAtOnceAsManyAreKeptAsFit() throws Exception {
        Widget widget = widget();
        Limit five = limit(new Rule(5, DAY));

        List<Boolean> kept = atOnce(CALLS, (call, elsewhere) -> {
            Decision<SessionId> started = ContractFixtures.started(widget, clock().instant());
            boolean passed = addCounted(elsewhere, started, five).isEmpty();
            assertThat(sessions().find(started.answer()).isPresent()).isEqualTo(passed);
            return passed;
        });

        assertThat(kept).filteredOn(pass -> pass).hasSize(5);
    }

    @Test
    default void whatASessionIsCountedAgainstIsLeftForItsMoves() {
        BudgetId budget = budget();
        useMessages(budget, 19);
        Decision<SessionId> started = ContractFixtures.started(widget(), clock().instant());

        assertThat(sessions()
                        .addCounted(
                                started,
                                budget,
                                limits(),
                                List.of(messages(budget), wrongCodes(budget).asked()),
                                clock().instant()))
                .isEmpty();

        assertThat(take(messages(budget))).isFalse();
        assertThat(moved(started.answer(), s -> s.dispatched(1, Outcome.ACCEPTED, clock().instant())))
                .isInstanceOf(Sent.class);
        assertThat(guess(started.answer())).isEqualTo(wrong(2));
        assertThat(sessions()
                        .decideWithin(
                                started.answer(),
                                (session, left) ->
                                        session.cancel(clock().instant()).answering(left))
                        .orElseThrow()
                        .wrongCodes())
                .isEqualTo(29);
    }

    private Optional<Instant> addCounted(boolean elsewhere, Decision<SessionId> started, Limit limit) {
        return (elsewhere ? sessionsElsewhere() : sessions())
                .addCounted(started, null, elsewhere ? limitsElsewhere() : limits(), List.of(limit), clock().instant());
    }

    // ---- what sessions use

    @Test
    default void theWrongCodesOfAllSessionsTogetherAreCounted() {
        BudgetId budget = budget();
        for (int session = 0; session < 9; session++) {
            SessionId id = sent(budget);
            for (int left = 2; left >= 0; left--) {
                assertThat(guess(id)).isEqualTo(wrong(left));
            }
        }
        SessionId open = sent(budget);
        SessionId last = sent(budget);
        forgetMemory();

        assertThat(guess(last)).isEqualTo(wrong(2));
        assertThat(guess(last)).isEqualTo(wrong(1));
        assertThat(guess(open)).as("no try is left for the day").isEqualTo(wrong(0));

        assertThat(found(open)).isInstanceOf(AttemptsExpired.class);
        assertThat(check(last, true)).isEqualTo(Answer.refused(Refusal.Reason.ATTEMPTS_EXPIRED));
        assertThat(found(last)).isInstanceOf(AttemptsExpired.class);
        assertThat(limits().take(List.of(wrongCodes(budget).asked()), clock().instant()))
                .contains(clock().instant().plus(DAY));
    }

    @Test
    default void aRightCodeIsNotCountedAndGivesNothingBack() {
        BudgetId budget = budget();
        for (int i = 0; i < 28; i++) {
            assertThat(take(wrongCodes(budget))).isTrue();
        }
        SessionId first = sent(budget);
        assertThat(guess(first)).isEqualTo(wrong(2));
        assertThat(check(first, true)).isEqualTo(Answer.granted(true));
        assertThat(found(first)).isInstanceOf(Confirmed.class);

        SessionId second = sent(budget);
        assertThat(check(second, true)).isEqualTo(Answer.granted(true));
        SessionId third = sent(budget);
        assertThat(guess(third)).isEqualTo(wrong(0));
        assertThat(found(third)).isInstanceOf(AttemptsExpired.class);
    }

    @Test
    default void ofManyGuessesAtOnceAsManyAreJudgedAsTheDayHas() throws Exception {
        BudgetId budget = budget();
        List<SessionId> sessions = new ArrayList<>(
                IntStream.range(0, 20).mapToObj(i -> sent(budget)).toList());

        List<Answer<Boolean>> answers =
                atOnce(60, (call, elsewhere) -> check(elsewhere, sessions.get(call % 20), false));

        long judged = answers.stream().filter(LimitsContract::isWrong).count();
        assertThat(judged).isLessThanOrEqualTo(30);
        assertThat(answers.stream().filter(answer -> !isWrong(answer)))
                .containsOnly(Answer.refused(Refusal.Reason.ATTEMPTS_EXPIRED));
        // what guesses held that others were quicker than is free again: none is lost
        for (int i = 0; i < 30 && take(wrongCodes(budget).asked()); i++) {
            SessionId more = sent(budget);
            sessions.add(more);
            while (isWrong(check(false, more, false))) {
                judged++;
            }
        }
        assertThat(judged).isEqualTo(30);
        assertThat(sessions.stream()
                        .mapToLong(id -> happened(id, SessionEvent.Kind.WRONG_CODE))
                        .sum())
                .isEqualTo(30);
        assertThat(take(wrongCodes(budget).asked())).isFalse();
    }

    @Test
    default void aRightGuessAmongManyIsJudgedOnlyWhileThereIsAPlaceForIt() throws Exception {
        for (int round = 0; round < 5; round++) {
            BudgetId budget = budget();
            for (int i = 0; i < 29; i++) {
                assertThat(take(wrongCodes(budget))).isTrue();
            }
            List<SessionId> sessions =
                    IntStream.range(0, CALLS).mapToObj(i -> sent(budget)).toList();

            List<Answer<Boolean>> answers =
                    atOnce(CALLS, (call, elsewhere) -> check(elsewhere, sessions.get(call), call % 8 == 7));

            assertThat(answers.stream().filter(LimitsContract::isWrong)).hasSize(1);
            assertThat(take(wrongCodes(budget).asked())).isFalse();
            SessionId ended = sessions.get(IntStream.range(0, CALLS)
                    .filter(call -> isWrong(answers.get(call)))
                    .findFirst()
                    .orElseThrow());
            assertThat(found(ended)).isInstanceOf(AttemptsExpired.class);
            assertThat(answers)
                    .containsOnlyOnce(wrong(0))
                    .allMatch(answer -> isWrong(answer)
                            || answer.equals(Answer.granted(true))
                            || answer.equals(Answer.refused(Refusal.Reason.ATTEMPTS_EXPIRED)));
        }
    }

    @Test
    default void withoutAMessageLeftNothingFollowsByItself() {
        BudgetId budget = budget();
        SessionId id = sent(budget);
        SessionId undelivered = sent(budget);
        useMessages(budget, 20);

        clock().advance(Duration.ofSeconds(19));
        assertThat(moved(undelivered, s -> s.receive(1, Receipt.of(Receipt.Status.UNDELIVERED), clock().instant())))
                .isInstanceOf(Failed.class);
        clock().advance(Duration.ofSeconds(1));
        assertThat(moved(id, s -> s.settle(clock().instant()))).isInstanceOf(Sent.class);
        forgetMemory();
        assertThat(found(id).nextDue()).contains(clock().instant().plusSeconds(100));
        assertThat(check(id, true)).isEqualTo(Answer.granted(true));
    }

    @Test
    default void withoutAMessageLeftAResendIsToldWhenItCanBe() {
        BudgetId budget = budget();
        Decision<SessionId> started = ContractFixtures.started(widget(), ContractFixtures.EMAIL, clock().instant());
        sessions().add(started, budget);
        SessionId id = started.answer();
        assertThat(moved(id, s -> s.dispatched(1, Outcome.ACCEPTED, clock().instant())))
                .isInstanceOf(Sent.class);
        useMessages(budget, 20);
        clock().advance(Duration.ofSeconds(10));

        assertThat(resent(id))
                .isEqualTo(Answer.refused(Refusal.until(Refusal.Reason.RESTART_COOLDOWN_ACTIVE, DAY.minusSeconds(10))));

        limits().lift(List.of(budget.messages()));
        clock().advance(Duration.ofSeconds(20));
        assertThat(resent(id)).isEqualTo(Answer.granted(true));
        assertThat(found(id)).isInstanceOf(Waiting.class);
    }

    @Test
    default void messagesThatFollowAreCounted() {
        BudgetId budget = budget();
        SessionId id = sent(budget);
        useMessages(budget, 18);

        clock().advance(Duration.ofSeconds(20));
        assertThat(moved(id, s -> s.settle(clock().instant()))).isInstanceOf(Waiting.class);
        assertThat(take(messages(budget))).isTrue();
        assertThat(take(messages(budget))).isFalse();
    }

    @Test
    default void aMessageThatWasNeverHandedOverLeavesItsPlaceToTheNextAndTheLastGivesItBack() {
        BudgetId budget = budget();
        assertThat(take(messages(budget))).isTrue();
        SessionId id = added(budget);
        useMessages(budget, 19);
        assertThat(take(messages(budget))).isFalse();

        Session next = found(id);
        for (int dispatch = 1; next instanceof Waiting; dispatch++) {
            assertThat(take(messages(budget).asked())).isFalse();
            clock().advance(Duration.ofSeconds(1));
            int number = dispatch;
            next = moved(id, s -> s.dispatched(number, Outcome.REJECTED, clock().instant()));
        }

        assertThat(next).isInstanceOfAny(Failed.class, Exhausted.class);
        assertThat(happened(id, SessionEvent.Kind.REJECTED)).isGreaterThan(1);
        assertThat(take(messages(budget))).isTrue();
        assertThat(take(messages(budget))).isFalse();
    }

    @Test
    default void ofManyThatWouldFollowAtOnceAsManyDoAsMessagesAreLeft() throws Exception {
        BudgetId budget = budget();
        List<SessionId> sessions =
                IntStream.range(0, CALLS).mapToObj(i -> sent(budget)).toList();
        useMessages(budget, 17);
        clock().advance(Duration.ofSeconds(20));

        List<Session> after = atOnce(
                CALLS, (call, elsewhere) -> moved(elsewhere, sessions.get(call), s -> s.settle(clock().instant())));

        assertThat(after).filteredOn(Waiting.class::isInstance).hasSize(3);
        assertThat(after).filteredOn(Sent.class::isInstance).hasSize(CALLS - 3);
        assertThat(take(messages(budget))).isFalse();
    }

    @Test
    default void whatIsHeldBackIsFreeOnceThereIsAMessageAgain() {
        BudgetId budget = budget();
        SessionId id = sent(budget);
        useMessages(budget, 20);
        clock().advance(Duration.ofSeconds(20));
        assertThat(moved(id, s -> s.settle(clock().instant()))).isInstanceOf(Sent.class);

        limits().lift(List.of(budget.messages()));

        assertThat(moved(id, s -> s.settle(clock().instant()))).isInstanceOf(Waiting.class);
    }

    @Test
    default void sessionsWithoutABudgetAreNotLimited() {
        Decision<SessionId> started = ContractFixtures.started(widget(), clock().instant());
        sessions().add(started);
        SessionId id = started.answer();
        assertThat(moved(id, s -> s.dispatched(1, Outcome.ACCEPTED, clock().instant())))
                .isInstanceOf(Sent.class);

        assertThat(guess(id)).isEqualTo(wrong(2));
        clock().advance(Duration.ofSeconds(20));
        assertThat(moved(id, s -> s.settle(clock().instant()))).isInstanceOf(Waiting.class);
    }

    @Test
    default void thoseOfABudgetThatAreNeitherConfirmedNorEndedAreOpen() {
        BudgetId budget = budget();
        SessionId waiting = added(budget);
        SessionId sent = sent(budget);
        SessionId confirmed = sent(budget);
        assertThat(check(confirmed, true)).isEqualTo(Answer.granted(true));
        assertThat(moved(added(budget), s -> s.cancel(clock().instant()))).isInstanceOf(Cancelled.class);
        assertThat(found(sent(budget()))).isInstanceOf(Sent.class);

        assertThat(sessions().open(budget)).containsExactlyInAnyOrder(waiting, sent);
    }

    // ---- steps

    private static Limit limit(Rule rule) {
        return new Limit(counter(), rule, true);
    }

    private static Counter counter() {
        return new Counter(UUID.randomUUID(), Kind.SENDS);
    }

    private static BudgetId budget() {
        return new BudgetId(UUID.randomUUID());
    }

    private static Limit messages(BudgetId budget) {
        return new Limit(budget.messages(), new Rule(20, DAY), true);
    }

    private static Limit wrongCodes(BudgetId budget) {
        return new Limit(budget.wrongCodes(), new Rule(30, DAY), true);
    }

    private boolean take(Limit... limits) {
        return taken(false, List.of(limits));
    }

    /** Asks again where a busy database had no connection to spare: nothing was counted then. */
    private boolean taken(boolean elsewhere, List<Limit> all) {
        Limits asked = elsewhere ? limitsElsewhere() : limits();
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                return asked.take(all, clock().instant()).isEmpty();
            } catch (StoreUnavailableException e) {
                if (System.nanoTime() - giveUp > 0) {
                    throw e;
                }
                Thread.yield();
            }
        }
    }

    private void useMessages(BudgetId budget, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(take(messages(budget))).isTrue();
        }
    }

    private Widget widget() {
        return widgets().save(ContractFixtures.widget());
    }

    private SessionId added(BudgetId budget) {
        Decision<SessionId> started = ContractFixtures.started(widget(), clock().instant());
        sessions().add(started, budget);
        return started.answer();
    }

    private SessionId sent(BudgetId budget) {
        SessionId id = added(budget);
        assertThat(moved(id, s -> s.dispatched(1, Outcome.ACCEPTED, clock().instant())))
                .isInstanceOf(Sent.class);
        return id;
    }

    private Session found(SessionId id) {
        return sessions().find(id).orElseThrow();
    }

    private <A> Session moved(SessionId id, Function<Session, Decision<A>> move) {
        return moved(false, id, move);
    }

    private <A> Session moved(boolean elsewhere, SessionId id, Function<Session, Decision<A>> move) {
        return (elsewhere ? sessionsElsewhere() : sessions())
                .decide(id, session -> {
                    Decision<A> decision = move.apply(session);
                    return decision.answering(decision.next());
                })
                .orElseThrow();
    }

    private Answer<Boolean> guess(SessionId id) {
        return check(id, false);
    }

    private Answer<Boolean> check(SessionId id, boolean right) {
        return check(false, id, right);
    }

    private Answer<Boolean> check(boolean elsewhere, SessionId id, boolean right) {
        return (elsewhere ? sessionsElsewhere() : sessions())
                .decideWithin(id, (session, left) -> session.checkCode(code -> right, left, clock().instant()))
                .orElseThrow();
    }

    private Answer<Boolean> resent(SessionId id) {
        return sessions()
                .decideWithin(id, (session, left) -> session.resend(gateway -> true, left, clock().instant()))
                .orElseThrow();
    }

    private long happened(SessionId id, SessionEvent.Kind kind) {
        return sessions().timeline(id).stream()
                .filter(timed -> timed.event().kind() == kind)
                .count();
    }

    private static Answer<Boolean> wrong(int triesLeft) {
        return Answer.refused(new Refusal(Refusal.Reason.INVALID_CODE, null, triesLeft));
    }

    private static boolean isWrong(Answer<Boolean> answer) {
        return answer.fold(granted -> false, refusal -> refusal.reason() == Refusal.Reason.INVALID_CODE);
    }

    /** One of many calls. */
    @FunctionalInterface
    interface OneOfMany<T> {
        T call(int call, boolean elsewhere) throws Exception;
    }

    private static <T> List<T> atOnce(int calls, OneOfMany<T> one) throws Exception {
        return AtOnce.call(calls, Duration.ofSeconds(60), call -> one.call(call, call % 2 == 1));
    }
}
