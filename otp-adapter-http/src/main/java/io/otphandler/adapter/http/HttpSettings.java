package io.otphandler.adapter.http;

import io.otphandler.adapter.http.tls.TlsSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the API is served. What cannot be is an {@link IllegalArgumentException} that names the key.
 *
 * @param port 0: a free one
 * @param basePath that the wire contract's operations stand below, such as {@code /api/n/otp-handler}; empty: none
 * @param allowedOrigins of pages that may use the API, such as {@code https://shop.example}; {@code *}: all; empty: none
 * @param trustedProxies addresses and networks, such as {@code 10.0.0.0/8}, whose {@code X-Forwarded-For} is believed
 * @param managementPort where metrics are instead; 0: a free one; null: there is no such port
 * @param threads that answer requests as long as none of them has to wait for anything, where there are no virtual threads
 * @param maxThreads that answer requests where some have to
 * @param idleTimeout after which a silent connection is closed
 * @param headTimeout within which the head of a request must have come once it has begun, and TLS be agreed on
 * @param bodyTimeout within which a request's body must have come
 * @param maxConnections that may be open at the same time, those of the management port not counted
 * @param tls null: plain HTTP
 * @param isStoreNear whether sessions are read and changed without waiting for anything outside this process: then requests
 *     are answered by the threads that wait for connections
 */
public record HttpSettings(
        String host,
        int port,
        String basePath,
        List<String> allowedOrigins,
        List<String> trustedProxies,
        @Nullable Integer managementPort,
        int threads,
        int maxThreads,
        Duration idleTimeout,
        Duration headTimeout,
        Duration bodyTimeout,
        int maxConnections,
        @Nullable TlsSettings tls,
        boolean isStoreNear) {
    public static final String DEFAULT_BASE_PATH = "/api/n/otp-handler";

    private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");
    private static final Pattern ORIGIN = Pattern.compile("\\*|null|[a-z][a-z0-9+.-]*://[^/\\s]+");

    private static final int MIN_THREADS = 8;
    private static final int MAX_THREADS = 64;

    /** On a free port of this machine only. */
    public static final HttpSettings DEFAULT = new HttpSettings(
            "127.0.0.1",
            0,
            DEFAULT_BASE_PATH,
            List.of(),
            List.of(),
            null,
            threads(Runtime.getRuntime().availableProcessors()),
            MAX_THREADS,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            10_000,
            null,
            true);

    public HttpSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
        trustedProxies = List.copyOf(trustedProxies);
        basePath = basePath.endsWith("/") ? basePath.substring(0, basePath.length() - 1) : basePath;
        check(!host.isBlank(), "http.host: expected a host name or address");
        check(isPort(port), "http.port: expected 0 to 65535, was " + port);
        check(
                managementPort == null || isPort(managementPort),
                "http.managementPort: expected 0 to 65535, was " + managementPort);
        check(BASE_PATH.matcher(basePath).matches(), "http.basePath: expected a path such as " + DEFAULT_BASE_PATH);
        check(
                allowedOrigins.stream()
                        .allMatch(origin -> ORIGIN.matcher(origin).matches()),
                "http.allowedOrigins: expected origins such as https://shop.example, or *");
        check(
                trustedProxies.stream().allMatch(HttpSettings::isNetwork),
                "http.trustedProxies: expected IP addresses or networks, such as 10.0.0.0/8");
        check(maxConnections >= 1, "http.maxConnections: expected at least 1, was " + maxConnections);
        check(threads >= MIN_THREADS, "http.threads: expected at least " + MIN_THREADS + ", was " + threads);
        check(maxThreads >= threads, "http.maxThreads: expected at least " + threads + ", was " + maxThreads);
    }

    /** Four a processor: enough that none is idle while one waits for a moment. */
    static int threads(int processors) {
        return Math.min(MAX_THREADS, Math.max(MIN_THREADS, 4 * processors));
    }

    /** How many of the threads wait for connections where they answer themselves: one a processor, a quarter at most. */
    static int selectors(int processors) {
        return Math.min(processors, threads(processors) / 4);
    }

    public HttpSettings withPort(String newHost, int newPort) {
        return with(all -> {
            all.host = newHost;
            all.port = newPort;
        });
    }

    public HttpSettings withBasePath(String path) {
        return with(all -> all.basePath = path);
    }

    public HttpSettings withAllowedOrigins(List<String> origins) {
        return with(all -> all.allowedOrigins = origins);
    }

    public HttpSettings withTrustedProxies(List<String> networks) {
        return with(all -> all.trustedProxies = networks);
    }

    public HttpSettings withManagementPort(@Nullable Integer newPort) {
        return with(all -> all.managementPort = newPort);
    }

    /** For a server whose requests mostly wait for something else, such as a database: all threads that it may have. */
    public HttpSettings withFarStore() {
        return with(all -> {
            all.threads = maxThreads;
            all.isStoreNear = false;
        });
    }

    public HttpSettings withTimeouts(Duration idle, Duration body) {
        return with(all -> {
            all.idleTimeout = idle;
            all.bodyTimeout = body;
        });
    }

    public HttpSettings withHeadTimeout(Duration head) {
        return with(all -> all.headTimeout = head);
    }

    public HttpSettings withMaxConnections(int max) {
        return with(all -> all.maxConnections = max);
    }

    public HttpSettings withTls(@Nullable TlsSettings newTls) {
        return with(all -> all.tls = newTls);
    }

    private HttpSettings with(Consumer<Components> change) {
        Components all = new Components(this);
        change.accept(all);
        return all.settings();
    }

    /** Whether it is an IP address or a network, such as {@code 10.0.0.0/8}. */
    public static boolean isNetwork(String text) {
        return TrustedProxies.Network.of(text).isPresent();
    }

    private static boolean isPort(int port) {
        return port >= 0 && port <= 65_535;
    }

    private static void check(boolean kept, String expected) {
        if (!kept) {
            throw new IllegalArgumentException(expected);
        }
    }

    /** What there is of settings, each to be changed: a record is made of all at once. */
    private static final class Components {
        private String host;
        private int port;
        private String basePath;
        private List<String> allowedOrigins;
        private List<String> trustedProxies;
        private @Nullable Integer managementPort;
        private int threads;
        private Duration idleTimeout;
        private Duration headTimeout;
        private Duration bodyTimeout;
        private int maxConnections;
        private @Nullable TlsSettings tls;
        private boolean isStoreNear;
        private final int maxThreads;

        Components(HttpSettings of) {
            host = of.host;
            port = of.port;
            basePath = of.basePath;
            allowedOrigins = of.allowedOrigins;
            trustedProxies = of.trustedProxies;
            managementPort = of.managementPort;
            threads = of.threads;
            maxThreads = of.maxThreads;
            idleTimeout = of.idleTimeout;
            headTimeout = of.headTimeout;
            bodyTimeout = of.bodyTimeout;
            maxConnections = of.maxConnections;
            tls = of.tls;
            isStoreNear = of.isStoreNear;
        }

        HttpSettings settings() {
            return new HttpSettings(
                    host,
                    port,
                    basePath,
                    allowedOrigins,
                    trustedProxies,
                    managementPort,
                    threads,
                    maxThreads,
                    idleTimeout,
                    headTimeout,
                    bodyTimeout,
                    maxConnections,
                    tls,
                    isStoreNear);
        }
    }
}
