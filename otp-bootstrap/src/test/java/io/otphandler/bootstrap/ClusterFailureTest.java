package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node dies, the database dies: nothing that was acknowledged is lost, and what is left goes on by itself. */
@Tag("heavy")
class ClusterFailureTest {

    @TempDir
    private Path folder;

    @Test
    void whenANodeIsKilledTheOtherHasAllAndHandsOverWhatWasPending() throws Exception {
        try (Cluster cluster = Cluster.start(folder, 2)) {
            Load load = Load.on(List.of(cluster.api(0), cluster.api(1))).until(200);

            cluster.node(1).kill();
            load.stop();

            load.check(cluster.api(0));
        }
    }

    @Test
    void whenTheDatabaseDiesRequestsAreRefusedSoonAndAllGoesOnWhenItIsBack() throws Exception {
        try (Cluster cluster = Cluster.start(folder, 2)) {
            Api here = cluster.api(0);
            Api there = cluster.api(1);
            Load load = Load.on(List.of(here, there)).until(200);

            cluster.stopDatabaseImmediately();
            for (Api node : List.of(here, there)) {
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> node.site("GET", "/health/ready", null).status() == 503);
                assertThat(node.site("GET", "/health/live", null).status()).isEqualTo(200);
                assertThat(node.send("+79120000000").status()).isEqualTo(503);
            }
            cluster.startDatabase();
            for (Api node : List.of(here, there)) {
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> node.site("GET", "/health/ready", null).status() == 200);
            }
            load.until(load.sessions() + 100);
            load.stop();

            System.out.println(
                    "The slowest refusal took " + load.slowestRefusal().toMillis() + " ms");
            assertThat(load.slowestRefusal()).isLessThan(Duration.ofSeconds(4));
            load.check(here);
            String request = here.started("+79121111111");
            assertThat(here.channelPoll(request).status()).isEqualTo(200);
            var poll = there.statusPoll(request, "+79121111111");
            assertThat(here.checkCode(request, here.code("+79121111111").orElseThrow())
                            .success())
                    .isTrue();
            assertThat(poll.get(10, TimeUnit.SECONDS).success()).isTrue();
        }
    }
}
