package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otphandler.application.port.ContractFixtures;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Receipt;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.Widget;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many pages PostgreSQL touches for a session: as many among a million as among a thousand. */
final class PostgresPagesTest {

    private static final Clock CLOCK = Clock.tickMillis(ZoneOffset.UTC);
    private static final int FEW = 1_000;
    private static final int MANY = 1_000_000;
    /** Each is asked about so many sessions; the median counts, for now and then a page is split. */
    private static final int SAMPLES = 41;

    private final String url = PostgresServer.newDatabase();
    private JdbiDatabase database;
    private Session session;

    @BeforeEach
    void open() {
        database = JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 4), CLOCK);
        database.migrate();
        Widget widget = database.widgets().save(ContractFixtures.widget());
        Decision<SessionId> started = ContractFixtures.started(widget, CLOCK.instant());
        database.sessions().add(started);
        assertThat(database.sessions()
                        .decide(started.answer(), s -> s.dispatched(1, Outcome.ACCEPTED, CLOCK.instant())))
                .contains(true);
        session = database.sessions().find(started.answer()).orElseThrow();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Tag("heavy")
    @Test
    void amongAMillionSessionsEachStatementTouchesAsManyPagesAsAmongAThousand() throws Exception {
        fill(FEW - 1);
        Pages few = pages();
        fill(MANY - FEW);
        Pages many = pages();
        System.out.printf("pages among %,d: %s; among %,d: %s%n", FEW, few, MANY, many);

        // a tree of a million is one level higher than one of a thousand
        assertThat(many.find).isBetween(few.find, few.find + 1);
        // among a thousand somebody else of the sample has been on the page since the vacuum, so that it is not marked
        // as visible to all any more; that mark is on a page of its own
        assertThat(many.guess).isBetween(few.guess, few.guess + 2);
        // the primary key's, and those of due_at and expires_at
        assertThat(many.insert).isLessThanOrEqualTo(few.insert + 3);
    }

    @Test
    void guessesAndReceiptsTouchNoIndex() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(database.sessions().decide(session.id(), s -> s.checkCode(code -> false, CLOCK.instant())))
                    .isPresent();
        }
        for (int i = 0; i < 8; i++) {
            assertThat(database.sessions()
                            .decide(
                                    session.id(),
                                    s -> s.receive(1, Receipt.of(Receipt.Status.DELIVERED), CLOCK.instant())))
                    .isPresent();
        }
        // a connection that ends tells its statistics, others take their time
        database.close();

        // the first was the message's being sent, which is due to lapse another time than it was to be handed over
        await().untilAsserted(() -> assertThat(statistic("n_tup_upd")).isEqualTo(11));
        assertThat(statistic("n_tup_hot_upd")).isEqualTo(10);
    }

    // ---- steps

    private record Pages(long find, long guess, long insert) {}

    /** Copies of the session under other names, whose times differ as those of sessions do. */
    private void fill(int copies) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            List<String> columns = columns(connection);
            String selected = columns.stream()
                    .map(column -> switch (column) {
                        case "id" -> "gen_random_uuid()";
                        case "started_at", "ends_at", "expires_at", "due_at", "asked_at", "reached_at" ->
                            column + " + n";
                        default -> column;
                    })
                    .collect(Collectors.joining(", "));
            assertThat(statement.executeUpdate("INSERT INTO sessions (" + String.join(", ", columns) + ") SELECT "
                            + selected + " FROM sessions, generate_series(1, " + copies + ") AS n WHERE id = '"
                            + session.id() + "'"))
                    .isEqualTo(copies);
            statement.execute("VACUUM ANALYZE sessions");
        }
    }

    private static List<String> columns(Connection connection) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (ResultSet rows = connection.getMetaData().getColumns(null, "public", "sessions", null)) {
            while (rows.next()) {
                columns.add(rows.getString("COLUMN_NAME"));
            }
        }
        return columns;
    }

    private Pages pages() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            List<SessionId> some = some(connection);
            return new Pages(
                    median(connection, SessionRow.FIND, some, (statement, id) -> statement.setObject(1, id.value())),
                    median(connection, SessionRow.UPDATE_GUARDED, some, (statement, id) -> {
                        Sent sent = (Sent) database.sessions().find(id).orElseThrow();
                        Session guessed =
                                sent.checkCode(code -> false, sent.sentAt()).next();
                        CounterRow.bindUnchanged(
                                null, statement, SessionRow.bindGuarded(statement, row(guessed, 3), new byte[4]));
                    }),
                    median(connection, SessionRow.INSERT, some, (statement, id) -> {
                        SessionRow.bindInsert(
                                statement,
                                row(
                                        ContractFixtures.started(session.terms().widget(), CLOCK.instant())
                                                .next(),
                                        1),
                                new byte[4]);
                    }));
        }
    }

    private static SessionRow row(Session session, int version) {
        return new SessionRow(session, version, DoneRequests.NONE, null, SessionRow.due(session));
    }

    private static List<SessionId> some(Connection connection) throws SQLException {
        List<SessionId> some = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM sessions ORDER BY random() LIMIT " + SAMPLES)) {
            while (rows.next()) {
                some.add(new SessionId(rows.getObject(1, UUID.class)));
            }
        }
        return some;
    }

    @FunctionalInterface
    private interface Binding {
        void bind(PreparedStatement statement, SessionId id) throws SQLException;
    }

    /** Buffers that one such statement touches, in memory or not. */
    private static long median(Connection connection, String sql, List<SessionId> ids, Binding binding)
            throws SQLException {
        List<Long> counts = new ArrayList<>();
        for (SessionId id : ids) {
            try (PreparedStatement statement =
                    connection.prepareStatement("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql)) {
                binding.bind(statement, id);
                try (ResultSet row = statement.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    counts.add(touched(row.getString(1)));
                }
            }
        }
        return counts.stream().sorted().skip(counts.size() / 2).findFirst().orElseThrow();
    }

    private static long touched(String explained) {
        try {
            JsonNode plan = new ObjectMapper().readTree(explained).get(0).get("Plan");
            assertThat(plan.toString()).doesNotContain("Seq Scan");
            return plan.get("Shared Hit Blocks").asLong()
                    + plan.get("Shared Read Blocks").asLong();
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private long statistic(String column) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT " + column + " FROM pg_stat_user_tables WHERE relname = 'sessions'")) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }
}
