package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.otphandler.application.port.AtOnce;
import io.otphandler.application.port.BudgetId;
import io.otphandler.application.port.ContractFixtures;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Lease;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.SessionListener;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.limit.Allowance;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.AttemptsExpired;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Receipt;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.Waiting;
import io.otphandler.domain.widget.Widget;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Two nodes on one PostgreSQL: what they promise together, and what they tell each other. */
final class TwoNodesTest {

    private static final int CALLS = 40;
    /** The announcers' connections. */
    private static final String LISTENING = "datname = current_database() AND application_name = 'otp-handler'"
            + " AND (query LIKE 'LISTEN%' OR query LIKE 'SELECT pg_notify%')";

    private final String url = PostgresServer.newDatabase();
    private final MovableClock clock = new MovableClock();
    private JdbiDatabase a;
    private JdbiDatabase b;
    private Widget widget;

    @BeforeEach
    void open() {
        a = node();
        b = node();
        a.migrate();
        widget = a.widgets().save(ContractFixtures.widget());
        assertThat(a.sessions().isShared()).isTrue();
        assertThat(b.sessions().isShared()).isTrue();
        awaitListeners(2);
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    // ---- one winner

    @RepeatedTest(10)
    void fortyWrongCodesAtOnceAreJudgedAsOftenAsThereAreTries() throws Exception {
        Session session = sent();

        List<Answer<Boolean>> answers = atOnce(
                CALLS,
                node -> node.sessions()
                        .decide(session.id(), s -> s.checkCode(code -> false, now()))
                        .orElseThrow());

        assertThat(answers)
                .filteredOn(answer -> reason(answer) == Refusal.Reason.INVALID_CODE)
                .hasSize(3);
        assertThat(answers)
                .filteredOn(answer -> reason(answer) == Refusal.Reason.ATTEMPTS_EXPIRED)
                .hasSize(CALLS - 3);
        assertThat(found(a, session)).isInstanceOf(AttemptsExpired.class).isEqualTo(found(b, session));
    }

    @RepeatedTest(10)
    void aCodeConfirmsOnce() throws Exception {
        Session session = sent();

        List<Answer<Boolean>> answers = atOnce(
                CALLS,
                node -> node.sessions()
                        .decide(session.id(), s -> s.checkCode(code -> true, now()))
                        .orElseThrow());

        assertThat(answers).filteredOn(Answer.granted(true)::equals).hasSize(1);
        assertThat(happened(session, SessionEvent.Kind.CONFIRMED)).isEqualTo(1);
    }

    @RepeatedTest(10)
    void fortyCompletionsAtOnceHaveOneWinner() throws Exception {
        Session session = sent();
        assertThat(a.sessions().decide(session.id(), s -> s.checkCode(code -> true, now())))
                .contains(Answer.granted(true));

        List<Answer<Boolean>> answers = atOnce(
                CALLS,
                node -> node.sessions()
                        .decide(session.id(), s -> s.complete(now()))
                        .orElseThrow());

        assertThat(answers).filteredOn(Answer.granted(true)::equals).hasSize(1);
        assertThat(happened(session, SessionEvent.Kind.COMPLETED)).isEqualTo(1);
    }

    @RepeatedTest(10)
    void fortyResendsAtOnceHaveOneWinner() throws Exception {
        Decision<SessionId> started = ContractFixtures.started(widget, ContractFixtures.EMAIL, now());
        a.sessions().add(started);
        Session session = started.next();
        assertThat(a.sessions().decide(session.id(), s -> s.dispatched(1, Outcome.ACCEPTED, now())))
                .contains(true);
        clock.advance(Duration.ofSeconds(40));

        List<Answer<Boolean>> answers = atOnce(
                CALLS,
                node -> node.sessions()
                        .decide(session.id(), s -> s.resend(gateway -> true, now()))
                        .orElseThrow());

        assertThat(answers).filteredOn(Answer.granted(true)::equals).hasSize(1);
        assertThat(happened(session, SessionEvent.Kind.DISPATCH_REQUESTED)).isEqualTo(2);
    }

    @Test
    void noneOfManyMovesAtOnceIsLost() throws Exception {
        Session session = sent();

        assertThat(atOnce(
                        CALLS,
                        node -> node.sessions()
                                .decide(session.id(), s -> s.receive(1, Receipt.of(Receipt.Status.DELIVERED), now()))))
                .hasSize(CALLS);

        assertThat(happened(session, SessionEvent.Kind.RECEIPT)).isEqualTo(CALLS);
    }

    // ---- what is recalled

    /** Before the other node's change can have been announced. */
    @RepeatedTest(20)
    void noAnswerIsGivenOnWhatAnotherNodeHasChanged() {
        Session session = sent();

        assertThat(b.sessions().decide(session.id(), s -> s.checkCode(code -> true, now())))
                .contains(Answer.granted(true));
        assertThat(a.sessions().decide(session.id(), s -> s.completeIfConfirmed(now())))
                .contains(Answer.granted(true));
        assertThat(b.sessions().decide(session.id(), s -> s.complete(now())).map(TwoNodesTest::isGranted))
                .contains(false);
    }

    @RepeatedTest(20)
    void noChangeIsMadeToWhatAnotherNodeHasChanged() {
        Session session = sent();
        for (int tries = 3; tries > 0; tries--) {
            JdbiDatabase node = tries % 2 == 0 ? a : b;
            assertThat(node.sessions()
                            .decide(session.id(), s -> s.checkCode(code -> false, now()))
                            .map(TwoNodesTest::reason))
                    .contains(Refusal.Reason.INVALID_CODE);
        }

        assertThat(a.sessions()
                        .decide(session.id(), s -> s.checkCode(code -> true, now()))
                        .map(TwoNodesTest::reason))
                .contains(Refusal.Reason.ATTEMPTS_EXPIRED);
    }

    /** A budget that is used up ends sessions, which no counter guards that is only read. */
    @Test
    void whatTheOtherNodeHasLiftedHoldsNobodyBack() {
        JdbiDatabase.Settings one = new JdbiDatabase.Settings(url, "", "", 4, Allowance.perDay(20, 1));
        BudgetId budget = new BudgetId(UUID.randomUUID());
        try (JdbiDatabase node = JdbiDatabase.open(one, clock)) {
            List<SessionId> both = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Decision<SessionId> started = ContractFixtures.started(widget, now());
                node.sessions().add(started, budget);
                node.sessions().decide(started.answer(), s -> s.dispatched(1, Outcome.ACCEPTED, now()));
                both.add(started.answer());
            }
            node.sessions().decideWithin(both.get(0), (s, left) -> s.checkCode(code -> false, left, now()));

            b.limits().lift(List.of(budget.wrongCodes()));

            assertThat(node.sessions().decideWithin(both.get(1), (s, left) -> s.checkCode(code -> true, left, now())))
                    .contains(Answer.granted(true));
        }
    }

    @Test
    void oneThatWasDeletedIsNoMore() {
        Session session = sent();
        clock.advance(Duration.ofDays(2));
        assertThat(b.sessions().deleteGone(now(), 10)).isEqualTo(1);

        assertThat(a.sessions().decide(session.id(), s -> s.cancel(now()))).isEmpty();
    }

    @Test
    void whatTheOtherNodeHasChangedIsNotRecalledOnceItIsAnnounced() {
        Heard atA = new Heard(a);
        Session session = sent();
        assertThat(a.sessions().recall(session.id())).contains(found(a, session));

        assertThat(b.sessions().decide(session.id(), s -> s.checkCode(code -> true, now())))
                .contains(Answer.granted(true));
        await().untilAsserted(() -> assertThat(atA.elsewhere).contains(session.id()));

        assertThat(a.sessions().recall(session.id())).contains(found(b, session));
    }

    // ---- leases

    @RepeatedTest(3)
    void whatIsDueIsClaimedByOneNode() throws Exception {
        int count = 300;
        Set<SessionId> added = new HashSet<>();
        for (int i = 0; i < count; i++) {
            added.add(waiting().id());
        }
        clock.advance(Sessions.LEASE);

        Collection<SessionId> claimed = new ConcurrentLinkedQueue<>();
        assertThat(atOnce(8, node -> {
                    // those that somebody else is about to take are passed over, so little is no sign of the end
                    while (claimed.size() < count) {
                        node.sessions().claimDue(now(), 7).forEach(session -> claimed.add(session.id()));
                    }
                    return node.sessions().claimDue(now(), count);
                }))
                .allSatisfy(rest -> assertThat(rest).isEmpty());

        assertThat(claimed).containsExactlyInAnyOrderElementsOf(added);
    }

    @Test
    void aLeaseThatIsRenewedKeepsTheOtherNodeAway() {
        Waiting session = waiting();
        clock.advance(Sessions.LEASE.minusSeconds(1));

        assertThat(a.sessions().renew(Set.of(Lease.ofStorer(session)), now())).hasSize(1);
        Lease renewed = Lease.from(session, now());

        clock.advance(Duration.ofSeconds(1));
        assertThat(b.sessions().claimDue(now(), 10)).isEmpty();
        assertThat(b.sessions().claimDue(renewed.until().minusMillis(1), 10)).isEmpty();
        assertThat(b.sessions().claimDue(renewed.until(), 10)).containsExactly(session);
    }

    @Test
    void aLeaseThatIsReleasedIsTheOtherNodesAtOnce() {
        Waiting session = waiting();
        assertThat(b.sessions().claimDue(now(), 10)).isEmpty();

        a.sessions().release(Set.of(Lease.ofStorer(session)));

        assertThat(b.sessions().claimDue(now(), 10)).containsExactly(session);
    }

    @Test
    void aNodeWhoseLeaseWasTakenOverCanNeitherRenewNorReleaseIt() {
        Waiting session = waiting();
        clock.advance(Sessions.LEASE);
        assertThat(b.sessions().claimDue(now(), 10)).containsExactly(session);
        Lease taken = Lease.from(session, now());
        clock.advance(Duration.ofMillis(1));

        assertThat(a.sessions().renew(Set.of(Lease.ofStorer(session)), now())).isEmpty();
        a.sessions().release(Set.of(Lease.ofStorer(session)));

        assertThat(a.sessions().claimDue(now(), 10)).isEmpty();
        assertThat(b.sessions().renew(Set.of(taken), now())).containsExactly(taken.dispatch());
    }

    @RepeatedTest(10)
    void aLeaseThatIsOverGoesToOneOfThoseWhoWantIt() throws Exception {
        Waiting session = waiting();
        clock.advance(Sessions.LEASE.plusSeconds(1));

        List<Integer> taken = atOnce(2, node -> {
            if (node == a) {
                Set<DispatchId> renewed = a.sessions().renew(Set.of(Lease.ofStorer(session)), now());
                return renewed.size();
            }
            return b.sessions().claimDue(now(), 1).size();
        });

        assertThat(taken).containsExactlyInAnyOrder(0, 1);
    }

    // ---- announcements

    @Test
    void aChangeIsToldToTheOtherNodeAndToItAlone() {
        Heard atA = new Heard(a);
        Heard atB = new Heard(b);

        Session first = waiting();
        await().untilAsserted(() -> assertThat(atB.elsewhere).containsExactly(first.id()));
        Decision<SessionId> second = ContractFixtures.started(widget, now());
        b.sessions().add(second);
        await().untilAsserted(() -> assertThat(atA.elsewhere).contains(second.answer()));

        // what a node says comes back to it before what is said after it
        assertThat(atA.elsewhere).containsExactly(second.answer());
        assertThat(atA.here).containsExactly(first.id());
        assertThat(atB.here).containsExactly(second.answer());
    }

    @Test
    void whatIsToldCanBeFound() {
        Collection<Boolean> found = new ConcurrentLinkedQueue<>();
        b.sessions().listen(new SessionListener() {
            @Override
            public void changed(Session session, List<SessionEvent> events) {}

            @Override
            public void changedElsewhere(Collection<SessionId> ids) {
                ids.forEach(id -> found.add(
                        b.sessions().find(id).filter(Waiting.class::isInstance).isPresent()));
            }
        });

        for (int i = 0; i < 20; i++) {
            assertThat(waiting()).isNotNull();
        }

        await().untilAsserted(() -> assertThat(found).hasSize(20).doesNotContain(false));
    }

    @Test
    void aBurstOfChangesIsToldWhole() throws Exception {
        Heard atB = new Heard(b);
        Collection<SessionId> added = new ConcurrentLinkedQueue<>();

        assertThat(atOnce(CALLS, node -> {
                    for (int i = 0; i < 50; i++) {
                        added.add(waiting().id());
                    }
                    return true;
                }))
                .hasSize(CALLS);
        List<CompletableFuture<?>> moves = new ArrayList<>();
        Set<SessionId> all = Set.copyOf(added);
        await().untilAsserted(() -> assertThat(atB.elsewhere).containsExactlyInAnyOrderElementsOf(all));
        atB.elsewhere.clear();
        all.forEach(id -> moves.add(a.sessions().submit(id, s -> s.dispatched(1, Outcome.ACCEPTED, now()))));
        moves.forEach(CompletableFuture::join);

        assertThat(all).hasSize(2_000);
        await().untilAsserted(() -> assertThat(atB.elsewhere).containsExactlyInAnyOrderElementsOf(all));
    }

    @Test
    void moreThanOnePayloadHoldsIsSplit() {
        Heard atB = new Heard(b);
        Set<SessionId> heard = ConcurrentHashMap.newKeySet();
        List<SessionId> ids = IntStream.range(0, 2_000)
                .mapToObj(i -> new SessionId(UUID.randomUUID()))
                .toList();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);

        try (Announcer announcer = new Announcer(source, heard::addAll)) {
            ids.forEach(announcer::announce);
            announcer.start();

            await().untilAsserted(() -> assertThat(atB.elsewhere).containsExactlyInAnyOrderElementsOf(ids));
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void whatOthersSayOnTheChannelDoesNoHarm() throws Exception {
        Heard atB = new Heard(b);
        for (String payload : List.of("", "x", "x".repeat(11), "x".repeat(33), "!".repeat(33), "ж".repeat(33))) {
            assertThat(asked("SELECT pg_notify('" + Announcer.CHANNEL + "', '" + payload + "')"))
                    .isZero();
        }

        Session session = waiting();

        await().untilAsserted(() -> assertThat(atB.elsewhere).contains(session.id()));
    }

    @Test
    void announcementsGoOnByThemselvesAfterTheirConnectionsWereCut() throws Exception {
        Heard atA = new Heard(a);
        Heard atB = new Heard(b);

        // waits until they are gone
        assertThat(asked("SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE "
                        + LISTENING))
                .isEqualTo(2);

        List<SessionId> byA = new ArrayList<>();
        await().untilAsserted(() -> {
            byA.add(waiting().id());
            assertThat(atB.elsewhere).containsAnyElementsOf(byA);
        });
        List<SessionId> byB = new ArrayList<>();
        await().untilAsserted(() -> {
            Decision<SessionId> started = ContractFixtures.started(widget, now());
            b.sessions().add(started);
            byB.add(started.answer());
            assertThat(atA.elsewhere).containsAnyElementsOf(byB);
        });
    }

    @Test
    void changesGoOnAfterEveryConnectionWasCut() throws Exception {
        Session session = waiting();
        assertThat(asked("SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()"))
                .isGreaterThan(4);

        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(found(a, session)).isEqualTo(session));
        await().ignoreExceptions().untilAsserted(() -> {
            for (JdbiDatabase node : List.of(a, b)) {
                for (int i = 0; i < 20; i++) {
                    Decision<SessionId> started = ContractFixtures.started(widget, now());
                    node.sessions().add(started);
                    assertThat(found(node == a ? b : a, started.next())).isEqualTo(started.next());
                }
            }
        });
    }

    // ---- schema and widgets

    @RepeatedTest(3)
    void twoNodesMigrateAnEmptyDatabaseAtTheSameMoment() throws Exception {
        String empty = PostgresServer.newDatabase();
        try (JdbiDatabase one = node(empty);
                JdbiDatabase other = node(empty)) {
            List<Integer> migrations = atOnce(2, node -> (node == a ? one : other).migrate());

            assertThat(migrations).containsOnlyOnce(0);
            assertThat(one.needsMigration()).isFalse();
            assertThat(other.needsMigration()).isFalse();
            assertThat(other.widgets()
                            .find(one.widgets().save(ContractFixtures.widget()).id()))
                    .isPresent();
        }
    }

    @Test
    void aWidgetThatIsChangedOnOneNodeIsChangedOnTheOtherAtOnce() {
        assertThat(b.widgets().find(widget.id())).contains(widget);

        Widget saved = a.widgets().save(ContractFixtures.widget(widget.id().value(), "Другой"));
        assertThat(b.widgets().find(widget.id())).contains(saved);

        assertThat(a.widgets().update(widget.id(), before -> before.withBlocked(true)))
                .isPresent();
        assertThat(b.widgets().find(widget.id()).orElseThrow().isBlocked()).isTrue();

        a.widgets().delete(widget.id());
        assertThat(b.widgets().find(widget.id())).isEmpty();
    }

    @RepeatedTest(5)
    void aNewWidgetThatBothSaveAtOnceIsSavedTwice() throws Exception {
        UUID id = UUID.randomUUID();

        List<Widget> saved = atOnce(8, node -> node.widgets().save(ContractFixtures.widget(id, "Вход")));

        assertThat(saved).extracting(Widget::revision).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(a.widgets().find(saved.get(0).id()).orElseThrow().revision()).isEqualTo(8);
    }

    @RepeatedTest(5)
    void noneOfManyUpdatesOfAWidgetAtOnceIsLost() throws Exception {
        assertThat(atOnce(
                        8,
                        node -> node.widgets().update(widget.id(), before -> before.withBlocked(!before.isBlocked()))))
                .doesNotContain(Optional.empty());

        Widget now = b.widgets().find(widget.id()).orElseThrow();
        assertThat(now.revision()).isEqualTo(9);
        assertThat(now.isBlocked()).isFalse();
    }

    @RepeatedTest(5)
    void metadataThatBothPutAtOnceIsTheSameForBoth() throws Exception {
        List<String> put = atOnce(
                8,
                node -> node.metadata().putIfAbsent("pepper", UUID.randomUUID().toString()));

        assertThat(Set.copyOf(put)).hasSize(1);
    }

    @RepeatedTest(5)
    void aRecipientThatBothBlockAtOnceIsBlocked() throws Exception {
        assertThat(atOnce(8, node -> {
                    node.blockedRecipients().add(ContractFixtures.ACCOUNT, ContractFixtures.PHONE);
                    return node.blockedRecipients().contains(ContractFixtures.ACCOUNT, ContractFixtures.PHONE);
                }))
                .containsOnly(true);
        assertThat(a.blockedRecipients().of(ContractFixtures.ACCOUNT)).containsExactly(ContractFixtures.PHONE);
    }

    // ---- steps

    private JdbiDatabase node() {
        return node(url);
    }

    private JdbiDatabase node(String at) {
        return JdbiDatabase.open(new JdbiDatabase.Settings(at, "", "", 4), clock);
    }

    private Instant now() {
        return clock.instant();
    }

    /** On node a. */
    private Waiting waiting() {
        Decision<SessionId> started = ContractFixtures.started(widget, now());
        a.sessions().add(started);
        return (Waiting) started.next();
    }

    private Session sent() {
        Session session = waiting();
        assertThat(a.sessions().decide(session.id(), s -> s.dispatched(1, Outcome.ACCEPTED, now())))
                .contains(true);
        return session;
    }

    private static Session found(JdbiDatabase node, Session session) {
        return node.sessions().find(session.id()).orElseThrow();
    }

    private long happened(Session session, SessionEvent.Kind kind) {
        return b.sessions().timeline(session.id()).stream()
                .filter(timed -> timed.event().kind() == kind)
                .count();
    }

    private static Refusal.Reason reason(Answer<?> answer) {
        return answer.fold(
                granted -> {
                    throw new AssertionError("granted");
                },
                Refusal::reason);
    }

    private static boolean isGranted(Answer<Boolean> answer) {
        return answer.fold(granted -> granted, refusal -> false);
    }

    private void awaitListeners(int count) {
        await().untilAsserted(() -> assertThat(
                        asked("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle' AND " + LISTENING))
                .isEqualTo(count));
    }

    /** A number, past the adapter; 0: something else. */
    private long asked(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getObject(1) instanceof Number number ? number.longValue() : 0;
        }
    }

    @FunctionalInterface
    private interface OnANode<T> {
        T call(JdbiDatabase node) throws Exception;
    }

    /** Calls as often, from as many threads, every other time on the other node. */
    private <T> List<T> atOnce(int calls, OnANode<T> call) throws Exception {
        return AtOnce.call(calls, Duration.ofSeconds(40), i -> call.call(i % 2 == 0 ? a : b));
    }

    /** What a node's listeners are told from now on. */
    private static final class Heard implements SessionListener {
        final Set<SessionId> here = ConcurrentHashMap.newKeySet();
        final Set<SessionId> elsewhere = ConcurrentHashMap.newKeySet();

        Heard(JdbiDatabase node) {
            node.sessions().listen(this);
        }

        @Override
        public void changed(Session session, List<SessionEvent> events) {
            here.add(session.id());
        }

        @Override
        public void changedElsewhere(Collection<SessionId> ids) {
            elsewhere.addAll(ids);
        }
    }
}
