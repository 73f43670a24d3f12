package io.otphandler.bootstrap;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The program in a process of its own, in a folder of its own, that can be killed and started again. */
public final class RunningService implements AutoCloseable {

    private final Path folder;
    private final Process process;
    private final Path out;
    private final Path err;
    private final String site;

    private RunningService(Path folder, Process process, Path out, Path err, String site) {
        this.folder = folder;
        this.process = process;
        this.out = out;
        this.err = err;
        this.site = site;
    }

    /** Serves without any configuration, on a free port. */
    public static RunningService start(Path folder, String... javaOptions) throws IOException {
        return start(folder, Map.of(), List.of(javaOptions), List.of("--port", "0"));
    }

    public static RunningService start(
            Path folder, Map<String, String> environment, List<String> javaOptions, List<String> arguments)
            throws IOException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process = process(folder, environment, javaOptions, arguments)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        String prefix = "Listening on ";
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("It ended: " + Files.readString(out) + Files.readString(err));
                    }
                    return Files.readString(out).lines().anyMatch(line -> line.startsWith(prefix));
                });
        String site = Files.readString(out)
                .lines()
                .filter(line -> line.startsWith(prefix))
                .findFirst()
                .orElseThrow()
                .substring(prefix.length());
        return new RunningService(folder, process, out, err, site);
    }

    /** The program with these arguments, not yet started. */
    static ProcessBuilder process(
            Path folder, Map<String, String> environment, List<String> javaOptions, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        // the code that is shipped, without tests and their logging
        command.add("-cp");
        command.add(List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
                .filter(entry -> !entry.contains("test-classes") && !entry.contains("-tests.jar"))
                .reduce((one, other) -> one + File.pathSeparator + other)
                .orElseThrow());
        command.add(Main.class.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OTP_"));
        builder.environment().putAll(environment);
        return builder;
    }

    public String site() {
        return site;
    }

    public long pid() {
        return process.pid();
    }

    /** With all rights of the demo account. */
    public Api api() throws IOException {
        return new Api(site, token("demo", "otp:backend otp:admin otp:sandbox"));
    }

    /** Good for an hour. */
    public String token(String account, String scope) throws IOException {
        return token(account, scope, Duration.ofHours(1));
    }

    /** @param timeToLive may be over already */
    public String token(String account, String scope, Duration timeToLive) throws IOException {
        byte[] secret = new Secrets(folder.resolve("otp-data"), warning -> {})
                .read("auth.hmacSecretFile", java.util.Optional.empty(), Service.JWT_SECRET);
        return new Tokens(
                        secret,
                        new io.otphandler.bootstrap.settings.Settings.Auth(
                                java.util.Optional.empty(),
                                java.util.Optional.empty(),
                                List.of(),
                                List.of(),
                                java.util.Optional.empty()))
                .sign(account, scope, List.of(), java.time.Instant.now(), timeToLive);
    }

    public String printed() throws IOException {
        return Files.readString(out);
    }

    public String logged() throws IOException {
        return Files.readString(err);
    }

    /** As {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** As SIGTERM does; does not wait. */
    public void terminate() {
        process.destroy();
    }

    public boolean ended(Duration within) throws InterruptedException {
        return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    public int exitStatus() {
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
