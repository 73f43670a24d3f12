package io.otphandler.bootstrap;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Races on one node with its own H2. */
class RaceTest extends Races {

    private static RunningService service;
    private static List<Api> nodes;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        service = RunningService.start(folder);
        nodes = List.of(service.api());
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Override
    List<Api> nodes() {
        return nodes;
    }
}
