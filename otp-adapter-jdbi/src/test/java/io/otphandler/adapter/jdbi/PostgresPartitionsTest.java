package io.otphandler.adapter.jdbi;

import org.junit.jupiter.api.BeforeEach;

/** The ports where the sessions are spread over parts by their ids, as a database on several machines has them. */
class PostgresPartitionsTest extends PostgresContractTest {

    private static final int PARTS = 4;

    @BeforeEach
    void spread() {
        String database = url().replaceFirst(".*/([^/?]+).*", "$1");
        PostgresServer.execute(database, "ALTER TABLE sessions RENAME TO whole");
        PostgresServer.execute(database, "CREATE TABLE sessions (LIKE whole INCLUDING ALL) PARTITION BY HASH (id)");
        for (int part = 0; part < PARTS; part++) {
            PostgresServer.execute(
                    database,
                    "CREATE TABLE sessions_" + part + " PARTITION OF sessions FOR VALUES WITH (MODULUS " + PARTS
                            + ", REMAINDER " + part + ")");
        }
        PostgresServer.execute(database, "DROP TABLE whole");
    }
}
