package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otphandler.adapter.jdbi.Schema.Migration;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.StoreUnavailableException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is decided without Flyway is what Flyway would have decided. */
class SchemaTest {

    /** Everything that H2 knows of its tables; the names that it gives itself differ each time. */
    private static final List<String> H2_TABLES = List.of(
            "SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE,"
                    + " COLUMN_DEFAULT FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1, 3",
            "SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, IS_UNIQUE FROM INFORMATION_SCHEMA.INDEX_COLUMNS"
                    + " WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1, 2, 3, 4",
            "SELECT TABLE_NAME, INDEX_NAME FROM INFORMATION_SCHEMA.INDEXES WHERE TABLE_SCHEMA = 'PUBLIC'"
                    + " AND INDEX_TYPE_NAME <> 'PRIMARY KEY' ORDER BY 1, 2",
            "SELECT INDEX_NAME FROM INFORMATION_SCHEMA.INDEXES WHERE TABLE_NAME = 'flyway_schema_history' ORDER BY 1",
            "SELECT TABLE_NAME, CONSTRAINT_TYPE FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS"
                    + " WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1, 2",
            "SELECT CONSTRAINT_NAME FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS"
                    + " WHERE TABLE_NAME = 'flyway_schema_history'",
            "SELECT \"installed_rank\", \"version\", \"description\", \"type\", \"script\", \"checksum\","
                    + " \"installed_by\", \"success\" FROM \"flyway_schema_history\" ORDER BY 1");

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void whatIsKnownIsWhatFlywayFinds(String folder) {
        List<Migration> found = Stream.of(flyway(h2(), "sa", folder).info().all())
                .map(SchemaTest::migration)
                .toList();

        assertThat(Schema.known(folder)).isEqualTo(found).isNotEmpty();
    }

    private static Migration migration(MigrationInfo info) {
        return new Migration(
                info.getVersion().getVersion(),
                info.getDescription(),
                info.getType().name(),
                info.getScript(),
                info.getChecksum(),
                true);
    }

    @Test
    void anEmptyH2BecomesWhatFlywayWouldMakeOfIt() throws SQLException {
        String byFlyway = h2();
        flyway(byFlyway, "sa", "h2").migrate();
        String byUs = h2();

        try (JdbiDatabase database = open(byUs)) {
            assertThat(database.migrate()).isEqualTo(Schema.known("h2").size());
            assertThat(database.migrate()).isZero();

            for (String question : H2_TABLES) {
                assertThat(rows(byUs, question))
                        .isEqualTo(rows(byFlyway, question))
                        .isNotEmpty();
            }
            Flyway judge = flyway(byUs, "sa", "h2");
            judge.validate();
            assertThat(judge.migrate().migrationsExecuted).isZero();
        }
    }

    /** The URLs of an empty database of each engine. */
    static Stream<String> engines() {
        return Stream.of(h2(), PostgresServer.newDatabase());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aHistoryWithAnotherChecksumIsRefused(String url) throws SQLException {
        refuses(url, "UPDATE \"flyway_schema_history\" SET \"checksum\" = 1 WHERE \"version\" = '2'", "checksum");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aMigrationThatFailedIsRefused(String url) throws SQLException {
        refuses(url, "UPDATE \"flyway_schema_history\" SET \"success\" = FALSE WHERE \"version\" = '6'", "failed");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aMigrationOfSomebodyElseIsRefused(String url) throws SQLException {
        refuses(
                url,
                "INSERT INTO \"flyway_schema_history\" VALUES (100, '1.5', 'theirs', 'SQL', 'V1_5__theirs.sql', 7,"
                        + " 'them', CURRENT_TIMESTAMP, 1, TRUE)",
                "1.5");
    }

    private static void refuses(String url, String change, String word) throws SQLException {
        try (JdbiDatabase database = open(url)) {
            database.migrate();
            execute(url, change);

            assertThatThrownBy(database::migrate)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("could not be migrated")
                    .hasMessageContaining(word);
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void tablesWithoutAHistoryAreRefused(String url) throws SQLException {
        try (JdbiDatabase database = open(url)) {
            execute(url, "CREATE TABLE theirs (id INT)");

            assertThatThrownBy(database::migrate)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("non-empty schema");
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aSchemaThatANewerVersionHasAddedToIsLeftAsItIs(String url) throws SQLException {
        try (JdbiDatabase database = open(url)) {
            database.migrate();
            execute(
                    url,
                    "INSERT INTO \"flyway_schema_history\" VALUES (100, '999', 'newer', 'SQL', 'V999__newer.sql', 7,"
                            + " 'us', CURRENT_TIMESTAMP, 1, TRUE)");

            assertThat(database.needsMigration()).isFalse();
            assertThat(database.migrate()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void whatIsMissingAtTheEndIsAdded(String url) throws SQLException {
        boolean h2 = url.startsWith("jdbc:h2:");
        Flyway.configure()
                .configuration(
                        flyway(url, h2 ? "sa" : null, h2 ? "h2" : "postgresql").getConfiguration())
                .target("5")
                .load()
                .migrate();

        try (JdbiDatabase database = open(url)) {
            assertThat(database.needsMigration()).isTrue();
            assertThat(database.migrate())
                    .isEqualTo(Schema.known(h2 ? "h2" : "postgresql").size() - 5);
            assertThat(database.needsMigration()).isFalse();
        }
    }

    private static String h2() {
        return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    }

    private static JdbiDatabase open(String url) {
        return JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 2), new MovableClock());
    }

    private static Flyway flyway(String url, String user, String folder) {
        return Flyway.configure()
                .dataSource(url, user, user == null ? null : "")
                .locations("classpath:io/otphandler/adapter/jdbi/migrations/" + folder)
                .load();
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = connection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<List<Object>> rows(String url, String sql) throws SQLException {
        try (Connection connection = connection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<List<Object>> rows = new ArrayList<>();
            while (row.next()) {
                List<Object> columns = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    columns.add(row.getObject(i));
                }
                rows.add(columns);
            }
            return rows;
        }
    }

    private static Connection connection(String url) throws SQLException {
        return url.startsWith("jdbc:h2:")
                ? DriverManager.getConnection(url, "sa", "")
                : DriverManager.getConnection(url);
    }
}
