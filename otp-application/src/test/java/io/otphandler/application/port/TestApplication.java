package io.otphandler.application.port;

import io.otphandler.application.Application;
import io.otphandler.application.code.CodeKey;
import io.otphandler.application.delivery.ReportObserver;
import io.otphandler.application.limit.LimitSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/**
 * The whole application on in-memory ports, a movable clock and a scripted gateway called {@code sandbox}: a test drives
 * it without infrastructure, and everything happens on the test's own thread, unless the test brings an executor.
 */
public final class TestApplication {

    private final MovableClock clock = new MovableClock();
    private final ManualTimers timers = new ManualTimers(clock);
    private final InMemoryLimits limits = new InMemoryLimits();
    private final InMemorySessions sessions;
    private final InMemoryWidgets widgets = new InMemoryWidgets();
    private final InMemoryBlockedRecipients blockedRecipients = new InMemoryBlockedRecipients();
    private final InMemoryProviderMessages providerMessages = new InMemoryProviderMessages();
    private final InMemoryIdempotencyKeys idempotencyKeys = new InMemoryIdempotencyKeys();
    private final InMemoryRulings rulings = new InMemoryRulings();
    private final InMemoryAuditLog auditLog = new InMemoryAuditLog();
    private final ScriptedGateway gateway = new ScriptedGateway("sandbox");
    private final ScriptedGateway spare = new ScriptedGateway("spare");
    private final Gateways gateways = new Gateways(List.of(gateway, spare));
    private final CodeKey codes =
            new CodeKey("a pepper for tests, long enough to be one".getBytes(StandardCharsets.UTF_8));
    private final List<ReportObserver.Fate> fates = new CopyOnWriteArrayList<>();
    private final Application application;

    public TestApplication() {
        this(Runnable::run);
    }

    /** @param executor what does not happen on the caller's thread happens there: a node as slow as the test wants it */
    public TestApplication(Executor executor) {
        this(
                executor,
                Application.Settings.DEFAULT.withLimits(LimitSettings.NONE).withGuard(false));
    }

    /** On the caller's thread, with limits: otherwise there are none. */
    public TestApplication(LimitSettings limits) {
        this(Runnable::run, Application.Settings.DEFAULT.withLimits(limits).withGuard(false));
    }

    /** The same with numbers of one's own. */
    public TestApplication(Executor executor, Application.Settings settings) {
        sessions = new InMemorySessions(clock, limits, settings.limits().allowance());
        application = Application.of(
                new Application.Ports(
                        sessions,
                        widgets,
                        blockedRecipients,
                        providerMessages,
                        idempotencyKeys,
                        new InMemoryRevokedTokens(),
                        limits,
                        rulings,
                        auditLog,
                        new PlainRecipients(),
                        gateways,
                        codes,
                        UUID::randomUUID,
                        clock,
                        timers,
                        executor,
                        (name, result, took) -> {},
                        (name, fate) -> fates.add(fate)),
                settings);
    }

    public Application application() {
        return application;
    }

    public MovableClock clock() {
        return clock;
    }

    public ManualTimers timers() {
        return timers;
    }

    public InMemorySessions sessions() {
        return sessions;
    }

    public InMemoryLimits limits() {
        return limits;
    }

    public InMemoryWidgets widgets() {
        return widgets;
    }

    public InMemoryBlockedRecipients blockedRecipients() {
        return blockedRecipients;
    }

    public InMemoryProviderMessages providerMessages() {
        return providerMessages;
    }

    public InMemoryIdempotencyKeys idempotencyKeys() {
        return idempotencyKeys;
    }

    public InMemoryAuditLog auditLog() {
        return auditLog;
    }

    /** What became of reports, in their order. */
    public List<ReportObserver.Fate> fates() {
        return fates;
    }

    /** Called {@code sandbox}. */
    public ScriptedGateway gateway() {
        return gateway;
    }

    /** Called {@code spare}. */
    public ScriptedGateway spare() {
        return spare;
    }

    /** Both. */
    public Gateways gateways() {
        return gateways;
    }

    public CodeKey codes() {
        return codes;
    }
}
