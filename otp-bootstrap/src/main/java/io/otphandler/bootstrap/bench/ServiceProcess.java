package io.otphandler.bootstrap.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server in a process of its own, which ends when its standard input does: so with us, however we end. What it prints
 * answers what it is asked by that way. For one thread.
 */
public final class ServiceProcess implements AutoCloseable {

    /** What it is asked for its memory by, and answers with, followed by the bytes of its heap after a collection. */
    public static final String MEMORY = "memory";

    /** What it is asked for its compilers by, and answers with, followed by how long they were at work, in milliseconds. */
    public static final String COMPILING = "compiling";

    /** What it says where it listens with, followed by the address. */
    public static final String LISTENING = "Listening on ";

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(15);

    private final Process process;
    private final Path log;
    private final OutputStream in;
    private final BlockingQueue<String> printed = new LinkedBlockingQueue<>();
    private final URI site;

    private ServiceProcess(Process process, Path log) throws InterruptedException {
        this.process = process;
        this.log = log;
        this.in = process.getOutputStream();
        Thread reader = new Thread(this::read, "bench-server-output");
        reader.setDaemon(true);
        reader.start();
        String address;
        try {
            address = next(LISTENING, START);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
        if (address == null) {
            process.destroyForcibly();
            throw new IllegalStateException("The server did not start: " + lastWords());
        }
        this.site = URI.create(address);
    }

    /**
     * Starts it, and waits until it listens.
     *
     * @param log where its standard error goes
     * @throws IllegalStateException when it does not, with what it said
     */
    public static ServiceProcess start(ProcessBuilder command, Path log) throws IOException, InterruptedException {
        return new ServiceProcess(command.redirectError(log.toFile()).start(), log);
    }

    public URI site() {
        return site;
    }

    /** All that it has used of the processors so far; empty: this system does not tell. */
    Optional<Duration> cpu() {
        return process.toHandle().info().totalCpuDuration();
    }

    /** Bytes that are resident in memory; empty: this system does not tell. */
    OptionalLong resident() {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/status"))
                    .lines()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Bytes of its heap that are in use after a collection; empty: it did not answer. */
    OptionalLong heap() throws IOException, InterruptedException {
        return ask(MEMORY);
    }

    /** How long its compilers were at work so far, all together; zero where its Java does not tell. */
    Duration compiling() throws IOException, InterruptedException {
        return Duration.ofMillis(ask(COMPILING).orElse(0));
    }

    private OptionalLong ask(String what) throws IOException, InterruptedException {
        printed.clear();
        in.write((what + "\n").getBytes(StandardCharsets.US_ASCII));
        in.flush();
        String answer = next(what + " ", ANSWER);
        return answer == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(answer));
    }

    /** What follows the prefix on the next line that has it; null: none comes in time. */
    private @Nullable String next(String prefix, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (process.isAlive() || !printed.isEmpty()) {
            long rest = end - System.nanoTime();
            if (rest <= 0) {
                return null;
            }
            String line = printed.poll(Math.min(rest, TimeUnit.MILLISECONDS.toNanos(100)), TimeUnit.NANOSECONDS);
            if (line != null && line.startsWith(prefix)) {
                return line.substring(prefix.length());
            }
        }
        return null;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                printed.add(line);
            }
        } catch (IOException e) {
            // it has ended
        }
    }

    private String lastWords() {
        try {
            return Files.readString(log).strip();
        } catch (IOException e) {
            return "and left no log";
        }
    }

    /** Has it stop properly; by force if it does not. */
    @Override
    public void close() {
        try {
            in.close();
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
