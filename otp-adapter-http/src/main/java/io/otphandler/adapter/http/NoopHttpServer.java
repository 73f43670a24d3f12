package io.otphandler.adapter.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinLogger;

/**
 * A server that does nothing, on the same Jetty and Javalin as the API: the same threads, connector and limits, none of
 * our handlers, and one route, {@code GET /noop}, which answers a constant. What the API takes beyond it is our own cost.
 * It serves measurements alone, and is no part of the API. Thread-safe.
 */
public final class NoopHttpServer {
    private final Javalin javalin;

    /** @param settings of which threads, host, port and idle timeout count */
    public NoopHttpServer(HttpSettings settings) {
        javalin = Javalin.create(config -> configure(config, settings));
    }

    /** Serves until the process ends. */
    public void start() {
        javalin.start();
    }

    /** The port that is really served. */
    public int port() {
        return javalin.port();
    }

    private static void configure(JavalinConfig config, HttpSettings settings) {
        JavalinLogger.startupInfo = false;
        JavalinLogger.enabled = false;
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.defaultContentType = "application/json";
        config.jetty.threadPool = OtpHttpServer.pool(settings);
        config.jetty.modifyHttpConfiguration(OtpHttpServer::configure);
        config.jetty.addConnector((server, http) -> OtpHttpServer.connector(
                server,
                "noop",
                settings,
                settings.port(),
                OtpHttpServer.ITS_OWN_CHOICE,
                OtpHttpServer.plain(http, settings)));
        config.routes.get("/noop", context -> context.result("{\"success\":true}"));
    }
}
