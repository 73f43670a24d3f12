package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otphandler.application.port.AuditEntry;
import io.otphandler.application.port.AuditLog;
import io.otphandler.application.port.BudgetId;
import io.otphandler.application.port.Claim;
import io.otphandler.application.port.ContractFixtures;
import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Digest;
import io.otphandler.application.port.IdempotencyKeys;
import io.otphandler.application.port.IdempotencyKeys.Standing;
import io.otphandler.application.port.KeptAnswer;
import io.otphandler.application.port.KeyedRequest;
import io.otphandler.application.port.Limit;
import io.otphandler.application.port.Once;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.limit.Allowance;
import io.otphandler.domain.limit.Rule;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.Widget;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What PostgreSQL is asked for each thing that the stores do, as {@code docs/operations.md} has it. */
final class PostgresStatementsTest {

    private static final Clock CLOCK = Clock.tickMillis(ZoneOffset.UTC);

    private final String url = PostgresServer.newDatabase();
    private JdbiDatabase database;
    private Sessions sessions;
    private Widget widget;
    private SessionId id;

    @BeforeEach
    void open() throws Exception {
        database = JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 4, Allowance.perDay(20, 30)), CLOCK);
        database.migrate();
        sessions = database.sessions();
        widget = database.widgets().save(ContractFixtures.widget());
        Decision<SessionId> started = ContractFixtures.started(widget, CLOCK.instant());
        id = started.answer();
        sessions.add(started);
        sessions.decide(id, s -> s.dispatched(1, Outcome.ACCEPTED, CLOCK.instant()));
        // the widget's revision is known from now on
        assertThat(sessions.find(id)).isPresent();
        on("CREATE EXTENSION pg_stat_statements");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void readingASessionIsOneStatement() throws Exception {
        assertThat(asked(() -> sessions.find(id))).containsExactly(Map.entry("SELECT", 1L));
    }

    @Test
    void aWidgetWhoseRevisionIsKnownIsOneStatement() throws Exception {
        assertThat(database.widgets().find(widget.id())).contains(widget);

        assertThat(asked(() -> assertThat(database.widgets().find(widget.id())).contains(widget)))
                .containsExactly(Map.entry("SELECT", 1L));
    }

    @Test
    void startingOneIsOneStatement() throws Exception {
        Decision<SessionId> started = ContractFixtures.started(widget, CLOCK.instant());

        assertThat(asked(() -> sessions.add(started))).containsExactly(Map.entry("INSERT", 1L));
    }

    @Test
    void aMoveOfWhatWasKeptHereIsOneStatement() throws Exception {
        assertThat(asked(() -> sessions.decide(id, s -> s.checkCode(code -> false, CLOCK.instant()))))
                .containsExactly(Map.entry("UPDATE", 1L));
    }

    @Test
    void aMoveOfWhatAnotherNodeHasKeptIsOneReadAndOneStatementThatWrites() throws Exception {
        try (JdbiDatabase other = other()) {
            Sessions elsewhere = other.sessions();
            assertThat(elsewhere.find(id)).isPresent();

            assertThat(asked(() -> elsewhere.decide(id, s -> s.checkCode(code -> false, CLOCK.instant()))))
                    .containsExactly(Map.entry("SELECT", 1L), Map.entry("UPDATE", 1L));
        }
    }

    @Test
    void aMoveThatChangesNothingIsOneRead() throws Exception {
        sessions.decide(id, s -> s.checkCode(code -> true, CLOCK.instant()));

        assertThat(asked(() -> sessions.decide(id, s -> s.checkCode(code -> false, CLOCK.instant()))))
                .containsExactly(Map.entry("SELECT", 1L));
    }

    /** Widget, block list and limits by the one, the session by the other. */
    @Test
    void aSendToSomebodyNewIsTwoStatementsInAll() throws Exception {
        Decision<SessionId> started = ContractFixtures.started(widget, CLOCK.instant());

        assertThat(asked(() -> assertThat(
                                Sessions.joined(sessions.submitFirst(started, budget, limits(), CLOCK.instant()))
                                        .isKept())
                        .isTrue()))
                .containsExactly(Map.entry("INSERT", 1L), Map.entry("UPDATE", 1L));
        assertThat(asked(() ->
                        sessions.decide(started.answer(), s -> s.dispatched(1, Outcome.ACCEPTED, CLOCK.instant()))))
                .containsExactly(Map.entry("UPDATE", 1L));
    }

    @Test
    void lookingForOneThatWasKeptHereJustNowIsNone() throws Exception {
        sessions.decide(id, s -> s.checkCode(code -> false, CLOCK.instant()));

        assertThat(asked(() -> assertThat(sessions.recall(id)).isPresent())).isEmpty();
    }

    /** With what the widget and the block list cost, this is all that a {@code send} asks. */
    @Test
    void allLimitsOfASendAreOneStatementBesides() throws Exception {
        Decision<SessionId> started = ContractFixtures.started(widget, CLOCK.instant());
        List<Limit> limits = limits();
        assertThat(database.limits().take(limits, CLOCK.instant())).isEmpty();

        assertThat(asked(() -> {
                    assertThat(database.limits().take(limits, CLOCK.instant())).isEmpty();
                    sessions.add(started, budget);
                }))
                .containsExactly(Map.entry("INSERT", 1L), Map.entry("UPDATE", 1L));
    }

    @Test
    void whereThereIsNoRoomNothingIsAskedBesides() throws Exception {
        List<Limit> limits = limits();
        assertThat(database.limits().take(limits, CLOCK.instant())).isEmpty();
        assertThat(database.limits().take(limits, CLOCK.instant())).isEmpty();

        assertThat(asked(() -> assertThat(database.limits().take(limits, CLOCK.instant()))
                        .isPresent()))
                .containsExactly(Map.entry("UPDATE", 1L));
    }

    @Test
    void aRightCodeCostsNoMoreWhereWrongOnesAreCounted() throws Exception {
        SessionId limited = limited();

        assertThat(asked(() ->
                        sessions.decideWithin(limited, (s, left) -> s.checkCode(code -> true, left, CLOCK.instant()))))
                .containsExactly(Map.entry("UPDATE", 1L));
    }

    @Test
    void aWrongCodeIsOneStatementMoreWhereTheyAreCounted() throws Exception {
        SessionId limited = limited();

        assertThat(asked(() ->
                        sessions.decideWithin(limited, (s, left) -> s.checkCode(code -> false, left, CLOCK.instant()))))
                .containsExactly(Map.entry("INSERT", 1L), Map.entry("UPDATE", 1L));
        assertThat(asked(() ->
                        sessions.decideWithin(limited, (s, left) -> s.checkCode(code -> false, left, CLOCK.instant()))))
                .containsExactly(Map.entry("UPDATE", 2L));
    }

    @Test
    void aWidgetAndWhetherARecipientIsBlockedAreOneStatementEach() throws Exception {
        assertThat(asked(() -> database.widgets().find(widget.id()))).containsExactly(Map.entry("SELECT", 1L));
        assertThat(asked(() -> database.blockedRecipients().contains(ContractFixtures.ACCOUNT, ContractFixtures.PHONE)))
                .containsExactly(Map.entry("SELECT", 1L));
    }

    @Test
    void aRequestWithAKeyCostsOneStatementBeforeAndOneAfterwards() throws Exception {
        IdempotencyKeys keys = database.idempotencyKeys();
        KeyedRequest request = new KeyedRequest(Digest.of(new byte[32]), List.of(Digest.of(new byte[32])));
        AtomicReference<Standing> standing = new AtomicReference<>();
        Runnable claim = () -> standing.set(keys.claim(request, UUID.randomUUID(), CLOCK.instant()));

        assertThat(asked(claim)).containsExactly(Map.entry("UPDATE", 1L));
        Claim claimed = ((Standing.Claimed) standing.get()).claim();
        assertThat(asked(() -> sessions.decideOnce(
                        id,
                        new Once<>(claimed.request(), Answer.granted(true)),
                        s -> s.checkCode(code -> true, CLOCK.instant()))))
                .containsExactly(Map.entry("UPDATE", 1L));
        assertThat(asked(() -> keys.keep(claimed, new KeptAnswer(201, "{}")))).containsExactly(Map.entry("UPDATE", 1L));

        assertThat(asked(claim)).containsExactly(Map.entry("UPDATE", 1L));
        assertThat(standing).hasValue(new Standing.Answered(new KeptAnswer(201, "{}")));
    }

    @Test
    void anAuditEntryIsOneStatementAndSoIsAPageOfThem() throws Exception {
        AuditEntry entry = audited();

        assertThat(asked(() -> database.auditLog().append(entry))).containsExactly(Map.entry("INSERT", 1L));
        assertThat(asked(() -> assertThat(database.auditLog()
                                .find(new AuditLog.Query(
                                        Optional.of(entry.account()),
                                        Optional.of(entry.action()),
                                        Optional.of(entry.id()),
                                        10)))
                        .isEmpty()))
                .containsExactly(Map.entry("SELECT", 1L));
    }

    @Test
    void noStatementWhateverChangesAnAuditEntryOrEmptiesTheLog() {
        AuditEntry entry = audited();
        database.auditLog().append(entry);

        for (String change : List.of(
                "UPDATE audit_log SET subject = 'another'",
                "UPDATE audit_log SET subject = 'another' WHERE FALSE",
                "TRUNCATE audit_log")) {
            assertThatThrownBy(() -> on(change)).hasMessageContaining("append-only");
        }
        assertThat(database.auditLog()
                        .find(new AuditLog.Query(Optional.empty(), Optional.empty(), Optional.empty(), 10)))
                .containsExactly(entry);
    }

    /** As {@code docs/operations.md} has it: a role that may neither change nor delete is enough to serve. */
    @Test
    void whoMayOnlyReadAndAddToTheAuditLogCanWriteAndReadIt() throws Exception {
        String role = "serving_" + UUID.randomUUID().toString().replace("-", "");
        on("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
        on("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + role);
        on("REVOKE UPDATE, DELETE ON audit_log FROM " + role);
        AuditEntry entry = audited();

        try (JdbiDatabase serving = JdbiDatabase.open(
                new JdbiDatabase.Settings(url.replaceAll("[?&]user=[^&]*", ""), role, "secret", 2), CLOCK)) {
            assertThat(serving.needsMigration()).isFalse();
            serving.auditLog().append(entry);
            assertThat(serving.auditLog()
                            .find(new AuditLog.Query(Optional.empty(), Optional.empty(), Optional.empty(), 10)))
                    .containsExactly(entry);
            assertThatThrownBy(() -> serving.auditLog().deleteOlderThan(CLOCK.instant(), 10))
                    .isInstanceOf(IllegalStateException.class);
            on("GRANT DELETE ON audit_log TO " + role);
            assertThat(serving.auditLog().deleteOlderThan(entry.at().plusMillis(1), 10))
                    .isEqualTo(1);
        }
    }

    // ---- steps

    private static AuditEntry audited() {
        return new AuditEntry(
                UUID.randomUUID(),
                CLOCK.instant(),
                ContractFixtures.ACCOUNT,
                AuditEntry.Part.GUARD,
                "guard.block",
                "+7912",
                Map.of("sends", "100"));
    }

    private final BudgetId budget = new BudgetId(UUID.randomUUID());

    private JdbiDatabase other() {
        return JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 4, Allowance.perDay(20, 30)), CLOCK);
    }

    private SessionId limited() {
        Decision<SessionId> started = ContractFixtures.started(widget, CLOCK.instant());
        sessions.add(started, budget);
        sessions.decide(started.answer(), s -> s.dispatched(1, Outcome.ACCEPTED, CLOCK.instant()));
        return started.answer();
    }

    /** Of one recipient and widget, with the account's and an address. */
    private List<Limit> limits() {
        Counter sends = new Counter(UUID.randomUUID(), Counter.Kind.SENDS);
        Duration day = Duration.ofDays(1);
        return List.of(
                new Limit(sends, new Rule(2, Duration.ofMinutes(1)), true),
                new Limit(sends, new Rule(10, day), true),
                new Limit(budget.messages(), new Rule(20, day), true),
                new Limit(budget.wrongCodes(), new Rule(30, day), false),
                new Limit(new Counter(UUID.randomUUID(), Counter.Kind.ACCOUNT), new Rule(5_000, day), true),
                new Limit(new Counter(UUID.randomUUID(), Counter.Kind.ADDRESS), new Rule(10, day), true));
    }

    /** How many statements of each kind, those that begin and end transactions among them, an action takes. */
    private Map<String, Long> asked(Runnable action) throws SQLException {
        on("SELECT pg_stat_statements_reset()");
        action.run();
        Map<String, Long> asked = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT query, calls FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid"
                                + " WHERE datname = current_database() AND query NOT LIKE '%pg_stat_statements%'"
                                // what announces, after the move and for many moves at once, and what looks after it
                                // all
                                + " AND query NOT LIKE '%pg_notify%' AND query NOT LIKE 'SET %' AND query NOT LIKE 'LISTEN %'")) {
            while (rows.next()) {
                String query = rows.getString(1);
                asked.merge(
                        query.startsWith("WITH") ? "UPDATE" : query.split("\\s+", 2)[0], rows.getLong(2), Long::sum);
            }
        }
        return asked;
    }

    private void on(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
