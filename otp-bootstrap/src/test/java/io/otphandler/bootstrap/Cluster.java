package io.otphandler.bootstrap;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Nodes, each a process, with one PostgreSQL that keeps what it acknowledges and can be stopped and started again. */
final class Cluster implements AutoCloseable {

    private final Path folder;
    private final int databasePort;
    private final List<RunningService> nodes = new ArrayList<>();
    private String token;
    private EmbeddedPostgres database;

    private Cluster(Path folder, int databasePort) {
        this.folder = folder;
        this.databasePort = databasePort;
    }

    static Cluster start(Path folder, int nodes) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Cluster cluster = new Cluster(folder, port);
        cluster.startDatabase();
        for (int i = 0; i < nodes; i++) {
            cluster.nodes.add(cluster.startNode(i));
        }
        return cluster;
    }

    /** The first node makes the secrets, the others are configured with them. */
    private RunningService startNode(int number) throws IOException {
        Path home = Files.createDirectories(folder.resolve("node" + number));
        Map<String, String> settings = new HashMap<>(databaseSettings());
        if (number > 0) {
            Path secrets = folder.resolve("node0").resolve("otp-data");
            settings.put(
                    "OTP_AUTH_HMACSECRETFILE",
                    secrets.resolve(Service.JWT_SECRET).toString());
            settings.put("OTP_CODES_PEPPERFILE", secrets.resolve(Service.PEPPER).toString());
        }
        return RunningService.start(home, settings, List.of(), List.of("--port", "0"));
    }

    /** One that makes secrets of its own. */
    Process strayNode(Path home) throws IOException {
        return RunningService.process(home, databaseSettings(), List.of(), List.of("--port", "0"))
                .start();
    }

    private Map<String, String> databaseSettings() {
        return Map.of(
                "OTP_DATABASE_URL",
                "jdbc:postgresql://localhost:" + databasePort + "/postgres",
                "OTP_DATABASE_USER",
                "postgres");
    }

    RunningService node(int number) {
        return nodes.get(number);
    }

    /** With all rights of the demo account, and one token for all nodes. */
    Api api(int number) throws IOException {
        if (token == null) {
            token = node(0).token("demo", "otp:backend otp:admin otp:sandbox");
        }
        return new Api(node(number).site(), token);
    }

    void startDatabase() throws IOException {
        database = EmbeddedPostgres.builder()
                .setPort(databasePort)
                .setDataDirectory(folder.resolve("database"))
                .setCleanDataDirectory(false)
                // what it has acknowledged is on the disk
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
    }

    /** As {@code pg_ctl stop -m immediate} does: the server drops everything and does not tidy up. */
    void stopDatabaseImmediately() throws Exception {
        long pid = Long.parseLong(Files.readAllLines(folder.resolve("database").resolve("postmaster.pid"))
                .get(0)
                .strip());
        Process kill = new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start();
        if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IllegalStateException("Could not stop the database");
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        // it finds nothing to stop any more, but lets go of the directory
        database.close();
    }

    @Override
    public void close() throws IOException {
        nodes.forEach(RunningService::close);
        database.close();
    }
}
