package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** What we rely on of PostgreSQL's driver. */
class PostgresDriverTest {

    private final String url = PostgresServer.newDatabase();

    @Test
    void aBatchAsLargeAsOursIsKeptWholeOrNotAtAllWithoutATransactionOfOurOwn() throws Exception {
        int size = new PostgresEngine(url, "", "").batchSize();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE numbers (n INT PRIMARY KEY)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO numbers VALUES (?)")) {
                for (int i = 1; i < size; i++) {
                    insert.setInt(1, i);
                    insert.addBatch();
                }
                insert.setInt(1, 1);
                insert.addBatch();

                assertThatThrownBy(insert::executeBatch).isInstanceOf(BatchUpdateException.class);
            }
            try (ResultSet count = statement.executeQuery("SELECT count(*) FROM numbers")) {
                assertThat(count.next()).isTrue();
                assertThat(count.getInt(1)).isZero();
            }
        }
    }

    @Test
    void whatTheUrlSaysIsLeftAsItIs() {
        var said = new PostgresEngine(
                        "jdbc:postgresql://host/db?socketTimeout=33&connectTimeout=44&options=-c%20work_mem=8MB",
                        "", "")
                .forReading();
        var unsaid = new PostgresEngine("jdbc:postgresql://host/db", "ann", "hush").forReading();

        assertThat(said.getSocketTimeout()).isEqualTo(33);
        assertThat(said.getConnectTimeout()).isEqualTo(44);
        assertThat(said.getOptions()).startsWith("-c work_mem=8MB").contains("enable_seqscan");
        assertThat(unsaid.getSocketTimeout()).isEqualTo(1);
        assertThat(unsaid.getConnectTimeout()).isEqualTo(1);
        assertThat(unsaid.getUser()).isEqualTo("ann");
    }

    @Test
    void aUrlThatIsNoneIsNotRepeatedWithItsPassword() {
        assertThatThrownBy(() -> JdbiDatabase.open(
                        new JdbiDatabase.Settings("jdbc:postgresql://a:b:c/x?password=hush", "", "", 1),
                        Clock.tickMillis(ZoneOffset.UTC)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jdbc:postgresql://host")
                .hasMessageNotContaining("hush");
    }
}
