package io.otphandler.bootstrap;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killed under load again and again, the service forgets nothing that it has acknowledged. */
@Tag("heavy")
class KillTest {

    private static final int KILLS = 20;

    @TempDir
    private Path folder;

    @Test
    void nothingAcknowledgedIsMissingAfterAnyOfTwentyKills() throws Exception {
        Random random = new Random(20);
        Load load = null;
        for (int kill = 0; kill <= KILLS; kill++) {
            try (RunningService service = RunningService.start(folder)) {
                if (load != null) {
                    load.check(service.api());
                }
                if (kill < KILLS) {
                    load = Load.on(List.of(service.api())).until(5 + random.nextInt(150));
                    service.kill();
                    load.stop();
                }
            }
        }
    }
}
