package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.otphandler.application.port.BudgetId;
import io.otphandler.application.port.ContractFixtures;
import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Limit;
import io.otphandler.application.port.Limits;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.limit.Allowance;
import io.otphandler.domain.limit.Rule;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is not read from H2 again because this process has written it, and that it is what is there. */
final class H2MemoryTest {

    private static final Duration DAY = Duration.ofDays(1);

    private final String url = "jdbc:h2:mem:memory-" + UUID.randomUUID();
    private final MovableClock clock = new MovableClock();
    private JdbiDatabase database;
    private Sessions sessions;
    private Limits limits;
    private Widget widget;

    @BeforeEach
    void open() {
        database = JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 4, Allowance.perDay(6, 4)), clock);
        database.migrate();
        sessions = database.sessions();
        limits = database.limits();
        widget = database.widgets().save(ContractFixtures.widget());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aFlowReadsNothingOnceTheKeysAreKnownAndIsWrittenOnce() {
        await().untilAsserted(() ->
                assertThat(asked(this::flow)).containsExactlyInAnyOrder("1 INSERT sessions", "1 SELECT sessions"));
    }

    @Test
    void whatIsCountedOftenIsWrittenOnceAndOnlyWhenItIsNeeded() {
        await().untilAsserted(() -> assertThat(asked(() -> {
                    BudgetId budget = new BudgetId(UUID.randomUUID());
                    for (int i = 0; i < 3; i++) {
                        assertThat(limits.take(ofSend(budget), clock.instant())).isEmpty();
                    }
                    settle();
                    limits.lift(List.of(budget.messages()));
                }))
                .containsExactlyInAnyOrder("1 INSERT limits", "1 DELETE limits", "1 SELECT sessions"));
    }

    private void flow() {
        Decision<SessionId> started = ContractFixtures.started(widget, clock.instant());
        SessionId id = started.answer();
        BudgetId budget = new BudgetId(UUID.randomUUID());
        assertThat(sessions.addCounted(started, budget, limits, ofSend(budget), clock.instant()))
                .isEmpty();
        assertThat(sessions.decide(id, s -> s.dispatched(1, Outcome.ACCEPTED, clock.instant())))
                .isPresent();
        assertThat(sessions.find(id)).isPresent();
        assertThat(sessions.decideWithin(id, (s, left) -> s.checkCode(code -> true, left, clock.instant())))
                .isPresent();
        assertThat(sessions.decide(id, s -> s.completeIfConfirmed(clock.instant())))
                .isPresent();
        settle();
    }

    @Test
    void oneThatHasEndedIsReadAgain() throws Exception {
        SessionId id = started(null);
        sessions.decide(id, s -> s.cancel(clock.instant()));
        settle();

        assertThat(asked(() -> assertThat(sessions.find(id)).isPresent())).containsExactly("1 SELECT sessions");
    }

    @Test
    void whoIsBlockedIsReadOnce() throws Exception {
        AccountId account = widget.owner();
        assertThat(database.blockedRecipients().contains(account, ContractFixtures.PHONE))
                .isFalse();

        assertThat(asked(() -> {
                    database.blockedRecipients().add(account, ContractFixtures.PHONE);
                    assertThat(database.blockedRecipients().contains(account, ContractFixtures.PHONE))
                            .isTrue();
                    assertThat(database.blockedRecipients().contains(account, ContractFixtures.EMAIL))
                            .isFalse();
                    database.blockedRecipients().remove(account, ContractFixtures.PHONE);
                    assertThat(database.blockedRecipients().contains(account, ContractFixtures.PHONE))
                            .isFalse();
                }))
                .containsExactlyInAnyOrder("1 INSERT blocked_recipients", "1 DELETE blocked_recipients");
    }

    @Test
    void ofMoreThanAreRememberedEachIsAskedFor() throws Exception {
        AccountId account = widget.owner();
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO blocked_recipients (account, recipient) SELECT '" + account.value()
                    + "', '+' || x FROM SYSTEM_RANGE(10000001, " + (10_000_000 + JdbiBlockedRecipients.KEPT) + ")");
        }
        PhoneNumber first = new PhoneNumber("+10000001");
        assertThat(database.blockedRecipients().contains(account, first)).isTrue();
        PhoneNumber oneMore = new PhoneNumber("+20000000");
        database.blockedRecipients().add(account, oneMore);

        assertThat(asked(() -> {
                    assertThat(database.blockedRecipients().contains(account, first))
                            .isTrue();
                    assertThat(database.blockedRecipients().contains(account, oneMore))
                            .isTrue();
                }))
                .containsExactly("2 SELECT blocked_recipients");
        database.blockedRecipients().remove(account, oneMore);
        assertThat(database.blockedRecipients().contains(account, oneMore)).isFalse();
    }

    @Test
    void whatIsRememberedIsWhatIsKept() {
        long seed = Long.getLong("seed", new Random().nextLong());
        Random random = new Random(seed);
        List<BudgetId> budgets = List.of(new BudgetId(UUID.randomUUID()), new BudgetId(UUID.randomUUID()));
        List<SessionId> ids = new ArrayList<>();
        for (int step = 0; step < 600; step++) {
            if (ids.isEmpty() || random.nextInt(8) == 0) {
                ids.add(started(random.nextInt(4) == 0 ? null : budgets.get(random.nextInt(budgets.size()))));
            }
            doSomething(random, ids.get(random.nextInt(ids.size())), budgets.get(random.nextInt(budgets.size())));
            String where = "seed " + seed + ", step " + step;
            for (SessionId id : ids) {
                assertThat(sessions.find(id).stream().toList()).as(where).isEqualTo(sessions.findAll(List.of(id)));
            }
            if (random.nextInt(5) == 0) {
                List<Optional<Instant>> remembered = rooms(budgets);
                // what others' statements change is read again: all of it
                limits.lift(List.of(new Counter(UUID.randomUUID(), Counter.Kind.SENDS)));
                assertThat(rooms(budgets)).as(where).isEqualTo(remembered);
            }
        }
    }

    private void doSomething(Random random, SessionId id, BudgetId budget) {
        Instant now = clock.instant();
        switch (random.nextInt(11)) {
            case 0 -> sessions.decideWithin(id, (s, left) -> s.checkCode(code -> false, left, now));
            case 1 -> sessions.decideWithin(id, (s, left) -> s.checkCode(code -> true, left, now));
            case 2, 3 ->
                sessions.decide(
                        id,
                        s -> s.dispatched(
                                1 + random.nextInt(3),
                                random.nextBoolean() ? Outcome.ACCEPTED : Outcome.REJECTED,
                                now));
            case 4 -> sessions.decideWithin(id, (s, left) -> s.resend(gateway -> true, left, now));
            case 5 -> sessions.decide(id, s -> s.cancel(now));
            case 6 -> sessions.decide(id, s -> s.completeIfConfirmed(now));
            case 7 -> assertThat(limits.take(ofSend(budget), now)).isNotNull();
            case 8 -> limits.giveBack(ofSend(budget), now);
            case 9 -> limits.lift(List.of(random.nextBoolean() ? budget.messages() : budget.wrongCodes()));
            default -> {
                clock.advance(Duration.ofSeconds(random.nextInt(200)));
                assertThat(sessions.deleteGone(clock.instant().minusSeconds(random.nextInt(300)), 3))
                        .isNotNegative();
            }
        }
    }

    /** What was acknowledged of sessions is in the tables. */
    private void settle() {
        assertThat(sessions.open(new BudgetId(UUID.randomUUID()))).isEmpty();
    }

    private SessionId started(@Nullable BudgetId budget) {
        Decision<SessionId> started = ContractFixtures.started(widget, clock.instant());
        sessions.add(started, budget);
        return started.answer();
    }

    /** When there is room for so many, of each. */
    private List<Optional<Instant>> rooms(List<BudgetId> budgets) {
        List<Optional<Instant>> rooms = new ArrayList<>();
        for (BudgetId budget : budgets) {
            for (Counter counter : List.of(budget.messages(), budget.wrongCodes())) {
                for (int most = 1; most < 8; most++) {
                    rooms.add(limits.take(List.of(new Limit(counter, new Rule(most, DAY), false)), clock.instant()));
                }
            }
        }
        return rooms;
    }

    private static List<Limit> ofSend(BudgetId budget) {
        return List.of(
                new Limit(budget.messages(), new Rule(6, DAY), true),
                new Limit(budget.wrongCodes(), new Rule(4, DAY), false));
    }

    /** How many statements of each kind an action takes, with the first table that they name. */
    private List<String> asked(Runnable action) throws SQLException {
        return asked("sessions|limits|blocked_recipients", action);
    }

    private List<String> asked(String names, Runnable action) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute("SET QUERY_STATISTICS FALSE");
            statement.execute("SET QUERY_STATISTICS TRUE");
            action.run();
            List<String> asked = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SELECT SUM(EXECUTION_COUNT), KIND, NAME FROM (SELECT"
                    + " EXECUTION_COUNT, REGEXP_SUBSTR(SQL_STATEMENT, '^[A-Z]+') KIND,"
                    + " REGEXP_SUBSTR(SQL_STATEMENT, '\\b(" + names + ")\\b') NAME"
                    + " FROM INFORMATION_SCHEMA.QUERY_STATISTICS) WHERE NAME IS NOT NULL GROUP BY KIND, NAME")) {
                while (rows.next()) {
                    asked.add(rows.getLong(1) + " " + rows.getString(2) + " " + rows.getString(3));
                }
            }
            return asked;
        }
    }
}
