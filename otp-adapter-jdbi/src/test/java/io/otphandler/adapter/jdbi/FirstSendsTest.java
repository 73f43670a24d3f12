package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.AtOnce;
import io.otphandler.application.port.BudgetId;
import io.otphandler.application.port.ContractFixtures;
import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Limit;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.limit.Allowance;
import io.otphandler.domain.limit.Rule;
import io.otphandler.domain.session.Confirmed;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Sessions that are the first to be counted, which nodes that share a PostgreSQL add in one go. */
final class FirstSendsTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Rule TWO_A_DAY = new Rule(2, DAY);

    private final String url = PostgresServer.newDatabase() + "&socketTimeout=20";
    private final MovableClock clock = new MovableClock();
    private JdbiDatabase a;
    private JdbiDatabase b;
    private Widget widget;

    @BeforeEach
    void open() {
        a = node();
        a.migrate();
        b = node();
        widget = a.widgets().save(ContractFixtures.widget());
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    @Test
    void aWidgetIsRecalledAsItWasFoundLast() {
        assertThat(b.widgets().recall(widget.id())).isEmpty();
        assertThat(b.widgets().find(widget.id())).contains(widget);

        assertThat(b.widgets().recall(widget.id())).contains(widget);
        Widget changed = a.widgets().save(widget.withBlocked(true));
        assertThat(b.widgets().recall(widget.id())).contains(widget);
        assertThat(b.widgets().find(widget.id())).contains(changed);
        assertThat(b.widgets().recall(widget.id())).contains(changed);
        assertThat(a.widgets().recall(widget.id())).isEmpty();
    }

    @Test
    void theFirstIsKeptAndCounted() {
        BudgetId budget = budget();
        List<Limit> limits = limits(budget);
        Decision<SessionId> started = started();
        assertThat(a.sessions().mayBeFirst(limits)).isTrue();

        assertThat(addFirst(a, started, budget, limits)).isTrue();

        assertThat(b.sessions().find(started.answer())).contains(started.next());
        assertThat(a.sessions().mayBeFirst(limits)).isFalse();
        assertThat(b.limits().take(limits, clock.instant())).isEmpty();
        assertThat(b.limits().take(limits, clock.instant()))
                .contains(clock.instant().plus(DAY));
    }

    @Test
    void itsMovesGoOnFromThereOnEitherNode() {
        BudgetId budget = budget();
        Decision<SessionId> started = started();
        assertThat(addFirst(a, started, budget, limits(budget))).isTrue();

        assertThat(a.sessions().decide(started.answer(), s -> s.dispatched(1, Outcome.ACCEPTED, clock.instant())))
                .contains(true);
        assertThat(b.sessions().find(started.answer())).containsInstanceOf(Sent.class);
        assertThat(b.sessions()
                        .decideWithin(started.answer(), (s, left) -> s.checkCode(code -> true, left, clock.instant())))
                .isPresent();
        assertThat(a.sessions().find(started.answer())).containsInstanceOf(Confirmed.class);
    }

    @Test
    void oneOfWhomSomethingWasCountedBeforeIsLeftAlone() {
        BudgetId budget = budget();
        List<Limit> limits = limits(budget);
        assertThat(b.limits().take(limits, clock.instant())).isEmpty();
        Decision<SessionId> started = started();

        assertThat(addFirst(a, started, budget, limits)).isFalse();

        assertThat(a.sessions().mayBeFirst(limits)).isFalse();
        assertThat(b.sessions().find(started.answer())).isEmpty();
        assertThat(a.sessions().addCounted(started, budget, a.limits(), limits, clock.instant()))
                .isEmpty();
        assertThat(b.limits().take(limits, clock.instant())).isPresent();
    }

    /** What is only asked about is nothing that is counted, and what there is of it stands in the way all the same. */
    @Test
    void oneWhoHasGuessedBeforeIsLeftAlone() {
        BudgetId budget = budget();
        assertThat(b.limits().take(List.of(new Limit(budget.wrongCodes(), TWO_A_DAY, true)), clock.instant()))
                .isEmpty();
        Decision<SessionId> started = started();

        assertThat(addFirst(a, started, budget, limits(budget))).isFalse();

        assertThat(a.sessions().find(started.answer())).isEmpty();
        assertThat(countedOf(budget)).isZero();
    }

    @Test
    void nothingIsAddedOfAWidgetThatIsNoMoreWhatItWas() {
        assertThat(b.widgets().save(widget.withBlocked(true)).revision()).isEqualTo(2);
        BudgetId budget = budget();
        Decision<SessionId> started = started();

        assertThat(addFirst(a, started, budget, limits(budget))).isFalse();

        assertThat(a.sessions().find(started.answer())).isEmpty();
        assertThat(countedOf(budget)).isZero();
    }

    @Test
    void norOfOneThatWasDeleted() {
        b.widgets().delete(widget.id());
        Decision<SessionId> started = started();

        assertThat(addFirst(a, started, null, List.of())).isFalse();

        assertThat(a.sessions().find(started.answer())).isEmpty();
    }

    @Test
    void norToSomebodyWhoIsBlocked() {
        Decision<SessionId> started = started();
        b.blockedRecipients().add(widget.owner(), started.next().terms().recipient());
        BudgetId budget = budget();

        assertThat(addFirst(a, started, budget, limits(budget))).isFalse();
        assertThat(countedOf(budget)).isZero();

        b.blockedRecipients().remove(widget.owner(), started.next().terms().recipient());
        Decision<SessionId> another = started();
        assertThat(addFirst(a, another, null, List.of())).isTrue();
        assertThat(b.sessions().find(another.answer())).contains(another.next());
    }

    /** Whoever finds that another was quicker asks the long way, as a send does. */
    @RepeatedTest(10)
    void ofManyAtOnceAsManyAreKeptAsFit() throws Exception {
        BudgetId budget = budget();
        List<Limit> limits = limits(budget);

        List<Boolean> kept = atOnce(40, (node, call) -> {
            Decision<SessionId> started = started();
            boolean added = (node.sessions().mayBeFirst(limits) && addFirst(node, started, budget, limits))
                    || node.sessions()
                            .addCounted(started, budget, node.limits(), limits, clock.instant())
                            .isEmpty();
            assertThat(node.sessions().find(started.answer()).isPresent()).isEqualTo(added);
            return added;
        });

        assertThat(kept).filteredOn(added -> added).hasSize(2);
    }

    /** Two recipients' sends that have one counter in common, as those of two widgets of one account have. */
    @RepeatedTest(10)
    void whatOnlyPartlyWasTheFirstUsesNothingUp() throws Exception {
        Limit shared = new Limit(budget().messages(), new Rule(1_000, DAY), true);
        List<List<Limit>> mine = IntStream.range(0, 8)
                .mapToObj(i ->
                        List.of(new Limit(new Counter(UUID.randomUUID(), Counter.Kind.SENDS), TWO_A_DAY, true), shared))
                .toList();

        List<Integer> kept = atOnce(8, (node, call) -> {
            Decision<SessionId> started = started();
            return addFirst(node, started, null, mine.get(call)) ? call : -1;
        });

        assertThat(kept).filteredOn(call -> call >= 0).hasSize(1);
        for (int call = 0; call < mine.size(); call++) {
            Limit own = mine.get(call).get(0);
            int left = kept.contains(call) ? 1 : 2;
            for (int i = 0; i < left; i++) {
                assertThat(a.limits().take(List.of(own), clock.instant())).isEmpty();
            }
            assertThat(a.limits().take(List.of(own), clock.instant())).isPresent();
        }
    }

    // ---- steps

    private JdbiDatabase node() {
        return JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 4, Allowance.perDay(20, 30)), clock);
    }

    private static BudgetId budget() {
        return new BudgetId(UUID.randomUUID());
    }

    private static List<Limit> limits(BudgetId budget) {
        return List.of(
                new Limit(new Counter(UUID.randomUUID(), Counter.Kind.SENDS), TWO_A_DAY, true),
                new Limit(budget.messages(), new Rule(20, DAY), true),
                new Limit(budget.wrongCodes(), new Rule(30, DAY), false));
    }

    private Decision<SessionId> started() {
        return ContractFixtures.started(widget, clock.instant());
    }

    private boolean addFirst(JdbiDatabase node, Decision<SessionId> started, BudgetId budget, List<Limit> limits) {
        Sessions.First first = Sessions.joined(node.sessions().submitFirst(started, budget, limits, clock.instant()));
        if (!first.begun().isEmpty()) {
            node.limits().giveBack(first.begun(), clock.instant());
        }
        return first.isKept();
    }

    /** How many messages were counted of it, by asking how many more than there may be fit. */
    private int countedOf(BudgetId budget) {
        int most = 3;
        Limit messages = new Limit(budget.messages(), new Rule(most, DAY), true);
        int room = 0;
        while (a.limits().take(List.of(messages), clock.instant()).isEmpty()) {
            room++;
        }
        return most - room;
    }

    @FunctionalInterface
    private interface OnANode<T> {
        T call(JdbiDatabase node, int call) throws Exception;
    }

    /** Calls as often, from as many threads, every other time on the other node. */
    private <T> List<T> atOnce(int calls, OnANode<T> call) throws Exception {
        return AtOnce.call(calls, Duration.ofSeconds(40), i -> call.call(i % 2 == 0 ? a : b, i));
    }
}
