package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The schema, and the migrations that bring it up to date. Thread-safe.
 *
 * <p>Flyway keeps a history of them in the database, and judges it. It takes a fifth of a start, most of which goes into
 * looking for migrations, and so is not asked in two cases: where its history has exactly the migrations that are known
 * here, each with its checksum; and where H2 is empty, in which case there is nothing to judge, nobody else to wait for, and
 * the history is written as it would write it. Whatever else is there is Flyway's: older, newer, foreign, changed.
 */
final class Schema {

    private static final String FOLDER = "migrations/";

    /**
     * In their order, by the same names in each engine's folder. A list, as a jar cannot be asked for its folders without
     * going through all of it.
     */
    private static final List<String> SCRIPTS = List.of(
            "V1__sessions_and_widgets.sql",
            "V2__provider_messages.sql",
            "V3__limits.sql",
            "V4__keys.sql",
            "V5__audit.sql",
            "V6__guard.sql");

    private static final String HISTORY = "\"flyway_schema_history\"";

    /** What Flyway makes in H2, names included. */
    private static final String CREATE_HISTORY = "CREATE TABLE " + HISTORY + " (\"installed_rank\" INT NOT NULL,"
            + " \"version\" VARCHAR(50), \"description\" VARCHAR(200) NOT NULL, \"type\" VARCHAR(20) NOT NULL,"
            + " \"script\" VARCHAR(1000) NOT NULL, \"checksum\" INT, \"installed_by\" VARCHAR(100) NOT NULL,"
            + " \"installed_on\" TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, \"execution_time\" INT NOT NULL,"
            + " \"success\" BOOLEAN NOT NULL,"
            + " CONSTRAINT \"flyway_schema_history_pk\" PRIMARY KEY (\"installed_rank\"));"
            + "INSERT INTO " + HISTORY
            + " (\"installed_rank\", \"description\", \"type\", \"script\", \"installed_by\","
            + " \"execution_time\", \"success\") VALUES (-1, '<< Flyway Schema History table created >>', 'TABLE', '',"
            + " CURRENT_USER, 0, TRUE);"
            + "CREATE INDEX \"flyway_schema_history_s_idx\" ON " + HISTORY + " (\"success\")";

    private static final String NOTE = "INSERT INTO " + HISTORY + " (\"installed_rank\", \"version\", \"description\","
            + " \"type\", \"script\", \"checksum\", \"installed_by\", \"execution_time\", \"success\")"
            + " VALUES (?, ?, ?, 'SQL', ?, ?, CURRENT_USER, ?, TRUE)";

    private final Engine engine;
    /** Not the pool, which may have fewer connections than Flyway wants. */
    private final DataSource source;

    /**
     * A migration as Flyway's history has it.
     *
     * @param checksum Flyway's own: the CRC-32 of its lines without their ends
     */
    record Migration(String version, String description, String type, String script, int checksum, boolean success) {

        static Migration of(String script, String text) {
            int end = script.indexOf("__");
            CRC32 checksum = new CRC32();
            text.lines().forEach(line -> checksum.update(line.getBytes(StandardCharsets.UTF_8)));
            return new Migration(
                    script.substring(1, end),
                    script.substring(end + 2, script.length() - ".sql".length()).replace('_', ' '),
                    "SQL",
                    script,
                    (int) checksum.getValue(),
                    true);
        }

        /** Column by column: a record's own equality is put together when it is first asked for, which takes a while. */
        boolean isNotedIn(ResultSet row) throws SQLException {
            return version.equals(row.getString(1))
                    && description.equals(row.getString(2))
                    && type.equals(row.getString(3))
                    && script.equals(row.getString(4))
                    && checksum == row.getInt(5)
                    && success == row.getBoolean(6);
        }
    }

    Schema(Engine engine) {
        this.engine = engine;
        this.source = engine.migrationSource();
    }

    /** Those that are known here, in their order. */
    static List<Migration> known(String folder) {
        return SCRIPTS.stream()
                .map(script -> Migration.of(script, text(folder, script)))
                .toList();
    }

    /** Brings it up to date, and answers with how many migrations that took. */
    int migrate() {
        try (Connection connection = source.getConnection()) {
            if (!engine.isShared() && isEmpty(connection)) {
                return engine.writingOnce(connection, this::create);
            }
            if (isKnown(connection)) {
                return 0;
            }
        } catch (SQLException e) {
            throw notMigrated(e);
        }
        try {
            return flyway().migrate().migrationsExecuted;
        } catch (FlywayException e) {
            throw notMigrated(e);
        }
    }

    private static StoreUnavailableException notMigrated(Exception e) {
        return new StoreUnavailableException("The database could not be migrated: " + e.getMessage(), e);
    }

    /** Whether {@link #migrate} has something to do. */
    boolean needsMigration() {
        try (Connection connection = source.getConnection()) {
            return (!engine.isShared() && isEmpty(connection))
                    || (!isKnown(connection) && flyway().info().pending().length > 0);
        } catch (SQLException | FlywayException e) {
            throw new StoreUnavailableException("The database's schema could not be looked at: " + e.getMessage(), e);
        }
    }

    private Flyway flyway() {
        return Flyway.configure(Schema.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:io/otphandler/adapter/jdbi/" + FOLDER + engine.migrations())
                .load();
    }

    /** Whether the history has those that are known, and nothing else. */
    private boolean isKnown(Connection connection) throws SQLException {
        Iterator<Migration> known = known(engine.migrations()).iterator();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT \"version\", \"description\", \"type\", \"script\","
                        + " \"checksum\", \"success\" FROM " + inSchema(connection) + HISTORY
                        + " WHERE \"installed_rank\" > 0 ORDER BY \"installed_rank\"")) {
            while (row.next()) {
                if (!known.hasNext() || !known.next().isNotedIn(row)) {
                    return false;
                }
            }
        } catch (SQLException e) {
            if (Failures.isOurFault(e)) {
                // there is no such table
                return false;
            }
            throw e;
        }
        return !known.hasNext();
    }

    /** Where Flyway looks for it: nowhere but in the schema where tables are made. */
    private static String inSchema(Connection connection) throws SQLException {
        String schema = connection.getSchema();
        return schema == null ? "" : '"' + schema.replace("\"", "\"\"") + "\".";
    }

    private static boolean isEmpty(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT 1 FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA'")) {
            return !row.next();
        }
    }

    /** Each script is noted right after it, as Flyway does it: H2 keeps what came before one that fails. */
    private int create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CREATE_HISTORY);
            int rank = 0;
            for (String script : SCRIPTS) {
                String text = text(engine.migrations(), script);
                long start = System.nanoTime();
                statement.execute(text);
                Migration done = Migration.of(script, text);
                Pool.execute(connection, NOTE, ++rank, done.version, done.description, done.script, done.checksum, (int)
                        ((System.nanoTime() - start) / 1_000_000));
            }
            return rank;
        }
    }

    private static String text(String folder, String script) {
        try (InputStream in = Schema.class.getResourceAsStream(FOLDER + folder + "/" + script)) {
            if (in == null) {
                throw new IllegalStateException(script + " is not beside this class");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
