package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.servlet.JavalinServlet;
import io.javalin.http.servlet.ServletEntry;
import io.javalin.json.JsonMapper;
import io.javalin.util.JavalinLogger;
import io.otphandler.adapter.http.jetty.BodyReader;
import io.otphandler.adapter.http.jetty.ConnectionLimit;
import io.otphandler.adapter.http.jetty.CrossOrigin;
import io.otphandler.adapter.http.jetty.Exchange;
import io.otphandler.adapter.http.jetty.JsonErrors;
import io.otphandler.adapter.http.jetty.PromptHttp;
import io.otphandler.adapter.http.jetty.RequestGuard;
import io.otphandler.adapter.http.jetty.RequestThreads;
import io.otphandler.adapter.http.jetty.RunningRequests;
import io.otphandler.adapter.http.jetty.SafeHeaders;
import io.otphandler.adapter.http.jetty.SparingConnector;
import io.otphandler.adapter.http.json.StrictJson;
import io.otphandler.adapter.http.metrics.Metrics;
import io.otphandler.adapter.http.tls.SecurePort;
import io.otphandler.adapter.http.tls.TlsSettings;
import io.otphandler.adapter.http.token.TokenVerifier;
import io.otphandler.application.Application;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.RecipientParser;
import io.otphandler.application.port.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.LowResourceMonitor;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API on a port. Started once and stopped once, in two steps, so that nobody who asks meanwhile is left without an
 * answer: {@link #drain}, then whatever holds requests lets go of them, then {@link #stop}. Thread-safe.
 */
public final class OtpHttpServer {
    private static final Logger log = LoggerFactory.getLogger("io.otphandler.access");

    private static final String MAIN = "main";
    private static final String MANAGEMENT = "management";
    private static final int MAX_BODY = 16 * 1024;
    /** Providers gather reports: what comes is what they send, and is signed. */
    private static final int MAX_CALLBACK = 256 * 1024;

    private static final int MAX_HEADERS = 8 * 1024;

    /** Jetty's own default is what makes clients wait whole seconds when a thousand of them come at once. */
    private static final int ACCEPT_QUEUE = 4096;

    /** How many selectors there are: what Jetty thinks best. */
    static final int ITS_OWN_CHOICE = -1;

    /** What Jetty may take for its own end once nothing runs any more. */
    private static final Duration LAST_STEP = Duration.ofSeconds(1);

    /** As much as possible reaches the routes; what these could not decode is turned away before. */
    private static final UriCompliance URIS = UriCompliance.UNSAFE.without(
            "otp-handler",
            UriCompliance.Violation.UTF16_ENCODINGS,
            UriCompliance.Violation.BAD_PERCENT_ENCODING,
            UriCompliance.Violation.BAD_UTF8_ENCODING);

    static {
        // else Jetty asks the platform's management beans, which takes 200 classes, how long a reference is: what it
        // spaces by that only has to be apart. 16 times 4 bytes are a cache line, 16 times 8 are two
        String references = "org.eclipse.jetty.util.referencesPerCacheLine";
        System.setProperty(references, System.getProperty(references, "16"));
    }

    private final HttpSettings settings;
    private final Parts parts;
    private final RunningRequests running;
    private final @Nullable SecurePort secure;
    private final JsonErrors errors;
    private final Failures failures;
    private final QueuedThreadPool pool;
    private final Executor executor;
    /** Whether those who come with requests answer them where they can. */
    private final boolean isNear;

    private final DirectRoutes direct;
    private final Javalin javalin;
    private volatile List<String> routes = List.of();
    private volatile boolean draining;

    /**
     * What the server stands on.
     *
     * @param recipients for the block list, widgets' test recipients and the sandbox
     * @param sandbox null, or one without gateways: its routes do not exist, nor do the demo's
     * @param demo null: there is none
     * @param gateways whose health is shown
     * @param ready whether requests can be answered now, as far as the server cannot know by itself
     * @param ids of new widgets and of unforeseen errors
     */
    public record Parts(
            Application application,
            RecipientParser recipients,
            Gateways gateways,
            @Nullable Sandbox sandbox,
            @Nullable Demo demo,
            TokenVerifier tokens,
            Metrics metrics,
            BooleanSupplier ready,
            Supplier<UUID> ids) {}

    public OtpHttpServer(HttpSettings settings, Parts parts) {
        this.settings = settings;
        this.parts = parts;
        this.failures = new Failures(parts.ids());
        TlsSettings tls = settings.tls();
        this.secure = tls == null ? null : new SecurePort(tls.files(), settings.headTimeout());
        SafeHeaders safe = new SafeHeaders(tls == null ? null : tls.hsts());
        this.errors = new JsonErrors(failures, safe);
        this.running = new RunningRequests(MANAGEMENT, errors, safe, this::over);
        this.pool = pool(settings);
        Executor virtual = VirtualThreads.getExecutor(pool);
        this.executor = virtual == null ? pool : virtual;
        this.isNear = settings.isStoreNear() && parts.tokens().isPrompt();
        this.direct = new DirectRoutes(executor, isNear);
        this.javalin = Javalin.create(this::configure);
    }

    /**
     * Has the JVM load what servers are made of, and what reads and writes bodies, ahead of the first of them: for a thread that
     * would only wait for something else.
     */
    public static void warmUp() {
        StrictJson.read(StrictJson.write(JsonNodeFactory.instance.objectNode()));
        new NoopHttpServer(HttpSettings.DEFAULT);
    }

    /**
     * Begins to serve.
     *
     * @throws UncheckedIOException when a port cannot be had
     */
    public void start() {
        try {
            javalin.start();
        } catch (RuntimeException e) {
            throw e.getCause() instanceof IOException io ? new UncheckedIOException(io) : e;
        }
    }

    /** The port that is really served. */
    public int port() {
        return connector(MAIN).orElseThrow();
    }

    /**
     * Looks whether the certificate's files have changed, and then serves what is in them to new connections. What cannot
     * be served is logged, and nothing changes; no more does it without TLS.
     */
    public void renewCertificate() {
        SecurePort port = secure;
        if (port != null) {
            port.renew();
        }
    }

    /** All that is served, such as {@code GET /health/live}. */
    List<String> routes() {
        return routes;
    }

    /** The management port that is really served; empty: there is none. */
    public OptionalInt managementPort() {
        return connector(MANAGEMENT);
    }

    /** Says that it is not ready any more, and keeps no connection for another request; goes on answering. */
    public void drain() {
        draining = true;
        running.drain();
    }

    /**
     * Takes no new connections, answers 503 to new requests, waits for those that run, and ends.
     *
     * @return whether all of them came to their end in time
     */
    public boolean stop(Duration patience) throws InterruptedException {
        drain();
        Stream.of(server().getConnectors()).forEach(connector -> ((ServerConnector) connector).close());
        running.refuse();
        // before Jetty hears of the end: it then shortens the idle timeouts, which races with answers still to be
        // written
        boolean inTime = running.await(patience);
        try {
            javalin.stop();
        } catch (RuntimeException e) {
            log.debug("Not all connections ended by themselves", e);
        }
        return inTime;
    }

    private Server server() {
        return javalin.jettyServer().server();
    }

    private OptionalInt connector(String name) {
        return Stream.of(server().getConnectors())
                .filter(connector -> name.equals(connector.getName()))
                .mapToInt(connector -> ((ServerConnector) connector).getLocalPort())
                .findFirst();
    }

    private boolean isReady() {
        return !draining && parts.ready().getAsBoolean();
    }

    private void over(String route, String method, int status, long nanos) {
        parts.metrics().answered(route, method, status, nanos);
        if (log.isDebugEnabled()) {
            log.debug("{} {} {} {} µs", method, route, status, nanos / 1000);
        }
    }

    private void configure(JavalinConfig config) {
        // both are static: nobody else in this process has a Javalin
        JavalinLogger.startupInfo = false;
        JavalinLogger.enabled = false;
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.defaultContentType = "application/json";
        config.http.maxRequestSize = MAX_CALLBACK;
        // long polls end by themselves
        config.http.asyncTimeout = 0;
        config.router.ignoreTrailingSlashes = true;
        config.router.treatMultipleSlashesAsSingleSlash = false;
        config.router.javaLangErrorHandler((response, error) ->
                failures.problem(error, Exchange.UNMATCHED).reply(Language.RU).writeTo(response));
        config.jsonMapper(new JsonMapper() {});
        config.jetty.threadPool = pool;
        // a plain servlet: no header can turn a request into a web socket's
        config.unsafe.servlet = kotlin.LazyKt.lazy(() -> new ServletEntry(null, new JavalinServlet(config.unsafe)));
        config.jetty.modifyHttpConfiguration(OtpHttpServer::configure);
        config.jetty.addConnector(this::mainConnector);
        Integer managementPort = settings.managementPort();
        if (managementPort != null) {
            config.jetty.addConnector((server, http) ->
                    connector(server, MANAGEMENT, settings, managementPort, 1, plain(http, settings)));
        }
        config.jetty.modifyServer(this::configure);
        config.jetty.modifyServletContextHandler(context -> {
            context.setErrorHandler(errors);
            context.getSessionHandler().setUsingCookies(false);
            context.getSessionHandler().setUsingUriParameters(false);
            context.getServletHandler().setDecodeAmbiguousURIs(true);
            context.setMaxFormContentSize(0);
        });
        Router router = new Router(config.routes, direct, parts.tokens(), failures, executor);
        route(router);
        routes = router.added();
    }

    /**
     * Those that are asked for most come first, as each request is held against one route after another; but for files
     * whose names would be taken for widgets where the base path is empty.
     */
    private void route(Router router) {
        new FormFiles(settings.basePath()).register(router);
        new OtpApi(parts.application(), new TrustedProxies(settings.trustedProxies()))
                .register(router, settings.basePath());
        new Operations(parts.metrics(), this::isReady, parts.gateways())
                .register(router, settings.managementPort() == null ? Route.Ports.API : Route.Ports.MANAGEMENT);
        new AuditApi(parts.application().findAuditEntries()).register(router);
        new GuardApi(parts.application()).register(router);
        new AdminApi(parts.application(), parts.recipients(), parts.ids()).register(router);
        Sandbox sandbox = parts.sandbox();
        if (sandbox != null && !sandbox.gateways().isEmpty()) {
            SandboxDesk desk = new SandboxDesk(sandbox, parts.application().takeReceipt(), parts.recipients());
            new SandboxApi(parts.application(), desk, parts.recipients()).register(router);
            Demo demo = parts.demo();
            if (demo != null) {
                new DemoApi(demo, parts.application(), desk, settings.basePath()).register(router);
            }
        }
        new DocsApi(settings.basePath()).register(router);
        new CallbackApi(parts.application().takeCallback()).register(router);
    }

    /** The threads that answer. */
    static QueuedThreadPool pool(HttpSettings settings) {
        return new RequestThreads(settings.threads(), settings.maxThreads());
    }

    static void configure(HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(MAX_HEADERS);
        http.setResponseHeaderSize(MAX_HEADERS);
        // the default costs each connection about 100 KiB from its second request on, and long polls hold thousands
        http.setHeaderCacheSize(0);
        http.setUriCompliance(URIS);
        http.setHttpCompliance(HttpCompliance.RFC7230);
        http.setRelativeRedirectAllowed(true);
    }

    /** Called before Javalin puts its own handler at the end of the chain. */
    private void configure(Server server) {
        server.setErrorHandler(errors);
        server.setStopTimeout(LAST_STEP.toMillis());
        server.setStopAtShutdown(false);
        // it would cut idle timeouts to a second when the server is busy, and with them the long polls
        server.getBeans(LowResourceMonitor.class).forEach(server::removeBean);
        RequestGuard guard = new RequestGuard();
        CrossOrigin origins = new CrossOrigin(settings.allowedOrigins());
        running.setHandler(guard);
        guard.setHandler(origins);
        BodyReader bodies = new BodyReader(OtpHttpServer::maxBody, settings.bodyTimeout(), errors);
        origins.setHandler(bodies);
        bodies.setHandler(direct);
        server.setHandler(running);
    }

    private static int maxBody(Request request) {
        return request.getHttpURI().getPath().startsWith(CallbackApi.PATH) ? MAX_CALLBACK : MAX_BODY;
    }

    private ServerConnector mainConnector(Server server, HttpConfiguration http) {
        SecurePort port = secure;
        ConnectionFactory[] protocols = port == null
                ? plain(http, settings)
                // the management port goes by the other, and knows nothing of TLS
                : port.factories(
                        new PromptHttp(new HttpConfiguration(http), settings.headTimeout()), server.getScheduler());
        int selectors = isNear ? HttpSettings.selectors(Runtime.getRuntime().availableProcessors()) : ITS_OWN_CHOICE;
        ServerConnector connector = connector(server, MAIN, settings, settings.port(), selectors, protocols);
        ConnectionLimit limit = new ConnectionLimit(settings.maxConnections(), connector);
        connector.addBean(limit);
        parts.metrics()
                .gauge("otp_http_connections", "Connections that are open now", limit::getNetworkConnectionCount);
        return connector;
    }

    static ConnectionFactory[] plain(HttpConfiguration http, HttpSettings settings) {
        return new ConnectionFactory[] {new PromptHttp(http, settings.headTimeout())};
    }

    static ServerConnector connector(
            Server server,
            String name,
            HttpSettings settings,
            int port,
            int selectors,
            ConnectionFactory... protocols) {
        ServerConnector connector = new SparingConnector(server, 1, selectors, protocols);
        connector.setName(name);
        connector.setHost(settings.host());
        connector.setPort(port);
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setIdleTimeout(settings.idleTimeout().toMillis());
        connector.setShutdownIdleTimeout(500);
        connector.setReuseAddress(true);
        return connector;
    }
}
