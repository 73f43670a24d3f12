package io.otphandler.bootstrap;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Races on two nodes with one PostgreSQL. */
class TwoNodesRaceTest extends Races {

    private static Cluster cluster;
    private static List<Api> nodes;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        cluster = Cluster.start(folder, 2);
        nodes = List.of(cluster.api(0), cluster.api(1));
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @Override
    List<Api> nodes() {
        return nodes;
    }
}
