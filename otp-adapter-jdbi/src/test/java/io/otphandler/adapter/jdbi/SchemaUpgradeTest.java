package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an older version has written is read and moved by this one, once the schema is up to date. */
class SchemaUpgradeTest {

    private static final Pattern NAMED_SESSION =
            Pattern.compile("-- ([A-Z]\\w+).*\nINSERT INTO sessions[^']*'([^']+)'");

    @Test
    void sessionsOfTheFirstSchemaGoOnInH2(@TempDir Path folder) throws Exception {
        String url = "jdbc:h2:file:" + folder.resolve("otp");

        sessionsOfTheFirstSchemaGoOn(url, "sa", "h2", "X'$1'");
    }

    @Test
    void sessionsOfTheFirstSchemaGoOnInPostgres() throws Exception {
        sessionsOfTheFirstSchemaGoOn(PostgresServer.newDatabase(), null, "postgresql", "'\\\\x$1'::bytea");
    }

    private static void sessionsOfTheFirstSchemaGoOn(String url, String user, String migrations, String bytes)
            throws Exception {
        String rows = rows();
        Flyway.configure()
                .dataSource(url, user, user == null ? null : "")
                .locations("classpath:io/otphandler/adapter/jdbi/migrations/" + migrations)
                .target("1")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(url, user, user == null ? null : "");
                Statement statement = connection.createStatement()) {
            statement.execute(rows.replaceAll("BYTES'([0-9a-f]*)'", bytes));
        }

        MovableClock clock = new MovableClock();
        clock.advance(Duration.ofSeconds(30));
        try (JdbiDatabase database = JdbiDatabase.open(new JdbiDatabase.Settings(url, "", "", 2), clock)) {
            database.migrate();
            Sessions sessions = database.sessions();
            Map<SessionId, String> expected = states(rows);
            assertThat(expected).hasSize(12);
            expected.forEach((id, state) -> {
                assertThat(sessions.find(id).orElseThrow().getClass().getSimpleName())
                        .isEqualTo(state);
                assertThat(sessions.timeline(id)).isNotEmpty();
                Session cancelled = sessions.decide(id, session -> {
                            var decision = session.cancel(clock.instant());
                            return decision.answering(decision.next());
                        })
                        .orElseThrow();
                assertThat(sessions.find(id)).contains(cancelled);
            });
        }
    }

    private static String rows() throws Exception {
        try (InputStream in = SchemaUpgradeTest.class.getResourceAsStream("rows-of-v1.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The first word of the comment above a session is its state. */
    private static Map<SessionId, String> states(String rows) {
        Map<SessionId, String> states = new LinkedHashMap<>();
        Matcher session = NAMED_SESSION.matcher(rows);
        while (session.find()) {
            states.put(new SessionId(UUID.fromString(session.group(2))), session.group(1));
        }
        return states;
    }
}
