package io.otphandler.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.adapter.gateways.GatewayKinds;
import io.otphandler.adapter.gateways.call.ProviderClient;
import io.otphandler.adapter.gateways.kind.Surroundings;
import io.otphandler.adapter.gateways.numbering.LibphonenumberRecipients;
import io.otphandler.adapter.gateways.sandbox.SandboxGateway;
import io.otphandler.adapter.gateways.sandbox.Sandboxes;
import io.otphandler.adapter.http.Demo;
import io.otphandler.adapter.http.HttpSettings;
import io.otphandler.adapter.http.OtpHttpServer;
import io.otphandler.adapter.http.jetty.HeaderFields;
import io.otphandler.adapter.http.json.WidgetJson;
import io.otphandler.adapter.http.metrics.Metrics;
import io.otphandler.adapter.http.tls.FaultyCertificateException;
import io.otphandler.adapter.http.token.ConfiguredKeys;
import io.otphandler.adapter.http.token.KeyFiles;
import io.otphandler.adapter.http.token.KeySetAddress;
import io.otphandler.adapter.http.token.KeySource;
import io.otphandler.adapter.http.token.SeveralKeySources;
import io.otphandler.adapter.http.token.TokenVerifier;
import io.otphandler.adapter.http.token.VerificationKey;
import io.otphandler.adapter.jdbi.JdbiDatabase;
import io.otphandler.application.Application;
import io.otphandler.application.TimeOrderedIds;
import io.otphandler.application.code.CodeKey;
import io.otphandler.application.limit.LimitSettings;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.RecipientParser;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.bootstrap.settings.Settings;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running service: everything put together by hand, started in order and stopped in the opposite one. */
final class Service {

    static final String JWT_SECRET = "jwt.secret";
    static final String PEPPER = "code.pepper";

    /** In which requests and hand-overs that are under way come to their end. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    /** How late a fallback or the end of a lifetime may be noticed where nobody looks. */
    private static final Duration SWEEP_PAUSE = Duration.ofMillis(250);

    private static final Duration IDLE_BEYOND_POLLS = Duration.ofSeconds(45);
    private static final Duration FORGET_PAUSE = Duration.ofSeconds(20);
    /** Several times within a lease, so that one that fails does no harm. */
    private static final Duration RENEWAL_PAUSE = Duration.ofSeconds(3);
    /** How late a poll may learn of a change whose announcement was lost on its way from another node. */
    private static final Duration RECHECK_PAUSE = Duration.ofSeconds(2);

    /** How late a node may learn that a token was revoked on another. */
    private static final Duration REVOCATIONS_PAUSE = Duration.ofSeconds(2);

    /** How late a node may learn what another one has seen of an attack, or blocked. */
    private static final Duration GUARD_PAUSE = Duration.ofSeconds(1);

    /** How late a renewed certificate is served. */
    private static final Duration CERTIFICATE_PAUSE = Duration.ofSeconds(5);

    /** How late a report may find a message that another node has handed over. */
    private static final Duration EARLY_REPORTS_PAUSE = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(Service.class);

    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);
    private final JdbiDatabase database;
    private final ScheduledTimers timers = new ScheduledTimers();
    private final ScheduledTimers sweepTimers = new ScheduledTimers();
    /** Of its own: after a night's rest a day's sessions may be deleted at once, and leases are to be renewed meanwhile. */
    private final ScheduledTimers forgetTimers = new ScheduledTimers();

    private final ExecutorService workers;
    private final Gateways gateways;
    private final Application application;
    private final OtpHttpServer server;
    private final Optional<Tokens> tokens;
    private final boolean sandbox;
    private final boolean demo;
    private final String host;
    private final boolean tls;
    private boolean stopped;

    private Service(Settings settings, String host, int port, boolean unconfigured) {
        Secrets secrets = new Secrets(settings.dataDir(), log::warn);
        List<byte[]> peppers =
                secrets.readAll("codes.pepperFile", settings.codes().pepperFiles(), PEPPER);
        List<byte[]> hmacSecrets = hmacSecrets(settings.auth(), secrets);
        this.tokens = hmacSecrets.stream().findFirst().map(secret -> new Tokens(secret, settings.auth()));
        KeySource keys = keys(settings.auth(), hmacSecrets);
        Surroundings surroundings = new Surroundings(clock, timers, new ProviderClient());
        List<Gateway> opened = new ArrayList<>();
        settings.gateways()
                .forEach(
                        (name, gateway) -> opened.add(GatewayKinds.open(gateway.kind(), gateway.plan(), surroundings)));
        this.gateways = new Gateways(opened);
        Sandboxes sandboxes = new Sandboxes(opened.stream()
                .filter(SandboxGateway.class::isInstance)
                .map(SandboxGateway.class::cast)
                .toList());
        this.sandbox = !sandboxes.gateways().isEmpty();
        LimitSettings limits = limits(settings.limits());
        // it takes a third of a start, in which all can be made that does not need it; what may be faulty is above
        CompletableFuture<Store> opening = CompletableFuture.supplyAsync(
                () -> Store.open(settings.database(), limits.allowance(), new CodeKey(peppers), clock), Service::apart);
        RecipientParser recipients = new LibphonenumberRecipients();
        Metrics metrics = new Metrics();
        OtpHttpServer.warmUp();
        Store store = opened(opening);
        this.database = store.database();
        this.workers = Workers.start(database.isShared());
        this.application = Application.of(
                new Application.Ports(
                        database.sessions(),
                        database.widgets(),
                        database.blockedRecipients(),
                        database.providerMessages(),
                        database.idempotencyKeys(),
                        database.revokedTokens(),
                        database.limits(),
                        database.rulings(),
                        database.auditLog(),
                        recipients,
                        gateways,
                        store.codes(),
                        new TimeOrderedIds(clock),
                        clock,
                        timers,
                        workers,
                        metrics,
                        metrics),
                new Application.Settings(
                        settings.http().longPollTimeout(),
                        settings.http().maxHeldPolls(),
                        settings.dispatch().timeout(),
                        settings.dispatch().concurrency(),
                        settings.retention(),
                        settings.audit().retention(),
                        limits,
                        settings.guard().enabled(),
                        sandboxes.gateways()));
        application.revocations().refresh();
        application.prefixGuard().exchange(clock.instant());
        database.sessions().listen(metrics);
        metrics.gauge("otp_held_polls", "Long polls that wait now", application.heldPolls()::count);
        metrics.gauge("otp_pending_dispatches", "Messages on their way to gateways", application.dispatcher()::pending);
        metrics.gauge("otp_blocked_prefixes", "Number prefixes that no message goes to for now", () ->
                (int) application.prefixGuard().blocked(clock.instant()));
        metrics.health(gateways);
        saveWidgets(settings.widgets(), recipients);
        Optional<Demo> shown = tokens.filter(signer -> showsDemo(settings.demo(), host))
                .flatMap(signer -> sandboxes.gateways().stream()
                        .findFirst()
                        .map(gateway -> demo(gateway, settings, clock, signer)));
        this.demo = shown.isPresent();
        if (shown.isEmpty() && unconfigured) {
            saveUsualWidget(settings.gateways().keySet().iterator().next());
        }
        if (settings.http().tls().isEmpty()) {
            HeaderFields.forHttp1Alone();
        }
        this.server = newServer(
                httpSettings(settings.http(), host, port, database.isShared()),
                new OtpHttpServer.Parts(
                        application,
                        recipients,
                        gateways,
                        sandboxes,
                        shown.orElse(null),
                        new TokenVerifier(
                                keys,
                                settings.auth().issuer().orElse(null),
                                settings.auth().audience().orElse(null),
                                application.revocations()::contains,
                                clock),
                        metrics,
                        database::isReachable,
                        UUID::randomUUID));
        this.host = host;
        this.tls = settings.http().tls().isPresent();
    }

    /**
     * Starts it; it listens when this returns.
     *
     * @param unconfigured whether the demo widget is to be there in any case
     * @throws UserException when something outside is not as it must be
     */
    static Service start(Settings settings, String host, int port, boolean unconfigured) {
        Service service = new Service(settings, host, port, unconfigured);
        // first of all, so that they are bound when what is pending comes
        service.gateways.all().forEach(gateway -> gateway.start(service.application.takeReport()));
        service.sweepTimers.every(
                SWEEP_PAUSE, reaching("The sweep could not reach the store", service.application.sweep()::due));
        service.forgetTimers.every(
                FORGET_PAUSE, reaching("Old sessions could not be deleted", service.application.sweep()::forget));
        service.sweepTimers.every(
                RENEWAL_PAUSE, reaching("Leases could not be renewed", service.application.dispatcher()::renewLeases));
        service.sweepTimers.every(
                REVOCATIONS_PAUSE,
                reaching("Revoked tokens could not be looked at", service.application.revocations()::refresh));
        service.sweepTimers.every(
                GUARD_PAUSE,
                reaching(
                        "The guard's rulings could not be exchanged",
                        () -> service.application.prefixGuard().exchange(service.clock.instant())));
        service.sweepTimers.every(RECHECK_PAUSE, service.application.heldPolls()::recheck);
        if (service.tls) {
            service.sweepTimers.every(CERTIFICATE_PAUSE, service.server::renewCertificate);
        }
        service.sweepTimers.every(
                EARLY_REPORTS_PAUSE,
                reaching("Early reports could not be looked at", service.application.takeReport()::recheck));
        try {
            service.server.start();
        } catch (UncheckedIOException e) {
            service.stop();
            throw new UserException("http.port: cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
        }
        return service;
    }

    /** Such as {@code http://127.0.0.1:8080}; over TLS {@code https://127.0.0.1:8080}. */
    String address() {
        return address(host.contains(":") ? "[" + host + "]" : host);
    }

    /** Where the demo page is, for a browser on this machine; empty: it is not served. */
    Optional<String> demoPage() {
        return demo ? Optional.of(addressFromHere() + "/demo") : Optional.empty();
    }

    /** A service that listens everywhere is reached by no name that says so. */
    private String addressFromHere() {
        return switch (host) {
            case "0.0.0.0" -> address("127.0.0.1");
            case "::" -> address("[::1]");
            default -> address();
        };
    }

    private String address(String name) {
        return (tls ? "https://" : "http://") + name + ":" + server.port();
    }

    Optional<Tokens> tokens() {
        return tokens;
    }

    boolean hasSandbox() {
        return sandbox;
    }

    /** Stops it: who waits is told, what is under way ends, what is pending stays for the next start. Once more does nothing. */
    synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        long end = System.nanoTime() + STOP_PATIENCE.toNanos();
        server.drain();
        sweepTimers.close();
        forgetTimers.close();
        application.heldPolls().stop();
        application.answerOnce().stop();
        try {
            if (!application.dispatcher().stop(until(end))) {
                log.warn("Some messages are still under way; they are handed over once more after the next start");
            }
            if (!server.stop(until(end))) {
                log.warn("Some requests were cut off");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        gateways.all().forEach(Gateway::close);
        timers.close();
        workers.shutdown();
        database.close();
        log.info("Stopped");
    }

    private static Duration until(long end) {
        return Duration.ofNanos(Math.max(Duration.ofMillis(100).toNanos(), end - System.nanoTime()));
    }

    private static Runnable reaching(String otherwise, Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (StoreUnavailableException e) {
                log.warn("{}: {}", otherwise, e.getMessage());
            }
        };
    }

    private static void apart(Runnable task) {
        Thread thread = new Thread(task, "otp-store");
        thread.setDaemon(true);
        thread.start();
    }

    private static Store opened(CompletableFuture<Store> opening) {
        try {
            return opening.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    private static LimitSettings limits(Settings.Limits limits) {
        return new LimitSettings(
                limits.sendsPerMinute(),
                limits.sendsPerDay(),
                limits.messagesPerDay(),
                limits.wrongCodesPerDay(),
                new LimitSettings.Sends(limits.accountSendsPerMinute(), limits.accountSendsPerDay()),
                new LimitSettings.Sends(limits.widgetSendsPerMinute(), limits.widgetSendsPerDay()),
                limits.addressSendsPerMinute(),
                limits.addressRecipientSendsPerDay(),
                limits.clientIpSendsPerMinute(),
                limits.exempt().stream().map(PhoneNumber::new).collect(Collectors.toSet()));
    }

    /** Tokens are signed with the first secret that is configured, or with one of our own where no other key is. */
    private static List<byte[]> hmacSecrets(Settings.Auth auth, Secrets secrets) {
        return auth.signs() ? secrets.readAll("auth.hmacSecretFile", auth.hmacSecretFiles(), JWT_SECRET) : List.of();
    }

    private static KeySource keys(Settings.Auth auth, List<byte[]> hmacSecrets) {
        List<VerificationKey> keys = new ArrayList<>();
        hmacSecrets.stream().map(VerificationKey::hmac).forEach(keys::add);
        for (Path file : auth.publicKeyFiles()) {
            try {
                keys.addAll(KeyFiles.parse(Files.readString(file)));
            } catch (IOException | IllegalArgumentException e) {
                throw new UserException("auth.publicKeyFiles: " + e.getMessage() + " (" + file + ")", e);
            }
        }
        List<KeySource> sources = new ArrayList<>();
        if (!keys.isEmpty()) {
            sources.add(new ConfiguredKeys(keys));
        }
        auth.jwksUrl().map(KeySetAddress::new).ifPresent(sources::add);
        return new SeveralKeySources(sources);
    }

    private static OtpHttpServer newServer(HttpSettings settings, OtpHttpServer.Parts parts) {
        try {
            return new OtpHttpServer(settings, parts);
        } catch (FaultyCertificateException e) {
            // it was servable when the settings were read
            throw new UserException(e.key() + ": " + e.fault(), e);
        }
    }

    /** @param isStoreFar whether most requests have to wait for it */
    private static HttpSettings httpSettings(Settings.Http http, String host, int port, boolean isStoreFar) {
        // an idle timer that fires while a long poll's answer is written would take the answer with it
        Duration idle = http.longPollTimeout().plus(IDLE_BEYOND_POLLS);
        HttpSettings settings = HttpSettings.DEFAULT
                .withPort(host, port)
                .withBasePath(http.basePath())
                .withAllowedOrigins(http.allowedOrigins())
                .withTrustedProxies(http.trustedProxies())
                .withManagementPort(
                        http.managementPort().isPresent()
                                ? http.managementPort().getAsInt()
                                : null)
                .withTimeouts(idle, HttpSettings.DEFAULT.bodyTimeout())
                .withMaxConnections(OpenFiles.connections(http.maxConnections()))
                .withTls(http.tls().orElse(null));
        return isStoreFar ? settings.withFarStore() : settings;
    }

    /** Unless it is for everybody, it is of use only where this machine itself can be the one that asks. */
    private static boolean showsDemo(Optional<Boolean> configured, String host) {
        if (configured.isPresent()) {
            return configured.get();
        }
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isLoopbackAddress() || address.isAnyLocalAddress();
        } catch (UnknownHostException e) {
            // what it means is told when it cannot be listened on
            return false;
        }
    }

    /** Brings the demo's widgets up to date; those whose ids somebody else uses are theirs. */
    private Demo demo(String gateway, Settings settings, Clock clock, Tokens signer) {
        Set<WidgetId> configured = settings.widgets().stream()
                .flatMap(widget -> WidgetJson.id(widget).stream())
                .collect(Collectors.toSet());
        Map<WidgetId, AccountId> widgets = new LinkedHashMap<>();
        for (Widget widget : DemoWidgets.all(gateway)) {
            Optional<Widget> before = database.widgets().find(widget.id());
            boolean isOthers = before.filter(other -> !other.owner().equals(widget.owner()))
                    .isPresent();
            if (isOthers || configured.contains(widget.id())) {
                log.warn(
                        "The demo does without widget {}, which is {}",
                        widget.id(),
                        isOthers ? "another account's" : "configured");
            } else {
                saveIfChanged(widget);
                widgets.put(widget.id(), widget.owner());
            }
        }
        return new Demo(
                DemoWidgets.ID,
                widgets,
                settings.demo().orElse(false),
                (account, scope, widget, timeToLive) -> signer.sign(
                        account.value(), scope.wireName(), List.of(widget.value()), clock.instant(), timeToLive));
    }

    private void saveUsualWidget(String gateway) {
        Widget widget = DemoWidgets.usual(gateway);
        if (database.widgets().find(widget.id()).isEmpty()) {
            saveIfChanged(widget);
        }
    }

    /** @param configured faultless: the settings were checked as they were read */
    private void saveWidgets(List<JsonNode> configured, RecipientParser recipients) {
        WidgetJson json = new WidgetJson(recipients);
        for (JsonNode one : configured) {
            Widget widget = json.read(one, WidgetJson.id(one).orElseThrow(), null, true)
                    .widget()
                    .orElseThrow();
            saveIfChanged(widget);
        }
    }

    private void saveIfChanged(Widget widget) {
        application
                .configureWidget()
                .configure(widget)
                .ifPresent(saved -> log.info("Saved widget {}, revision {}", saved.id(), saved.revision()));
    }
}
