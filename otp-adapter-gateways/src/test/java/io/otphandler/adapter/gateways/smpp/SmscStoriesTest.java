package io.otphandler.adapter.gateways.smpp;

import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.otphandler.adapter.gateways.call.ProviderClient;
import io.otphandler.adapter.gateways.kind.KeysOf;
import io.otphandler.adapter.gateways.kind.Surroundings;
import io.otphandler.application.Application;
import io.otphandler.application.code.CodeKey;
import io.otphandler.application.limit.LimitSettings;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.InMemoryAuditLog;
import io.otphandler.application.port.InMemoryBlockedRecipients;
import io.otphandler.application.port.InMemoryIdempotencyKeys;
import io.otphandler.application.port.InMemoryLimits;
import io.otphandler.application.port.InMemoryProviderMessages;
import io.otphandler.application.port.InMemoryRevokedTokens;
import io.otphandler.application.port.InMemoryRulings;
import io.otphandler.application.port.InMemorySessions;
import io.otphandler.application.port.InMemoryWidgets;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.PlainRecipients;
import io.otphandler.application.port.Timers;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Sent;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.Waiting;
import io.otphandler.domain.widget.Widget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jsmpp.SMPPConstant;
import org.jsmpp.extra.ProcessRequestException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions over an SMSC that behaves as badly as they do: nothing is sent twice, nothing is forgotten. */
class SmscStoriesTest {

    private static final int SESSIONS = 40;
    private static final int GOOD = 7;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final ScheduledExecutorService later = Executors.newScheduledThreadPool(2);
    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final MovableClock clock = new MovableClock();
    private final InMemorySessions sessions = new InMemorySessions(clock);
    private final InMemoryWidgets widgets = new InMemoryWidgets();
    /** By recipient, how often the SMSC took a message, whatever it answered. */
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();
    /** By recipient, the id of the message. */
    private final Map<String, String> ids = new ConcurrentHashMap<>();

    private Smsc smsc;
    private Gateway gateway;
    private Application application;

    @BeforeEach
    void start() throws Exception {
        System.out.println("seed " + seed);
        smsc = Smsc.start();
        Timers timers = (delay, task) -> {
            var timer = later.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> timer.cancel(false);
        };
        SmppKind kind = new SmppKind();
        KeysOf keys = KeysOf.json("{'host': '127.0.0.1', 'port': " + smsc.port() + ", 'systemId': 'acme', 'password': '"
                + Smsc.PASSWORD + "', 'timeout': 1, 'window': 20}");
        gateway = kind.read("smsc", keys.keys()).open(new Surroundings(clock, timers, new ProviderClient()));
        application = Application.of(
                new Application.Ports(
                        sessions,
                        widgets,
                        new InMemoryBlockedRecipients(),
                        new InMemoryProviderMessages(),
                        new InMemoryIdempotencyKeys(),
                        new InMemoryRevokedTokens(),
                        new InMemoryLimits(),
                        new InMemoryRulings(),
                        new InMemoryAuditLog(),
                        new PlainRecipients(),
                        new Gateways(List.of(gateway)),
                        new CodeKey("a pepper for tests, long enough to be one".getBytes(StandardCharsets.UTF_8)),
                        UUID::randomUUID,
                        clock,
                        timers,
                        workers,
                        (name, result, took) -> {},
                        (name, fate) -> {}),
                Application.Settings.DEFAULT.withLimits(LimitSettings.NONE).withGuard(false));
        gateway.start(application.takeReport());
        await().until(smsc::isBound);
    }

    @AfterEach
    void stop() {
        gateway.close();
        smsc.close();
        later.shutdownNow();
        workers.shutdownNow();
    }

    @Test
    void whateverTheSmscDoesEachMessageGoesOutOnceAndEachSessionKnowsWhatBecameOfIt() throws Exception {
        smsc.usually(with(GOOD));
        for (int i = 0; i < SESSIONS; i++) {
            misbehave();
        }
        Widget widget = widgets.save(widget(channel(ChannelType.SMS, "smsc")));
        Map<String, SessionId> started = new LinkedHashMap<>();
        for (int i = 0; i < SESSIONS; i++) {
            String recipient = "+7912" + (1_000_000 + i);
            started.put(
                    recipient,
                    granted(application.startSession().start(CALLER, widget.id(), recipient, SessionNotes.NONE)));
        }

        await().atMost(Duration.ofSeconds(30))
                .until(() -> started.values().stream().noneMatch(id -> session(id) instanceof Waiting));

        assertThat(taken).allSatisfy((recipient, times) -> assertThat(times).isEqualTo(1));
        assertThat(application.dispatcher().pending()).isZero();
        started.forEach((recipient, id) -> {
            // what was taken, or written to a connection that was lost, counts as sent; the rest was tried until it was
            assertThat(session(id)).isInstanceOf(Sent.class);
            assertThat(taken.containsKey(recipient) || happened(id, SessionEvent.Kind.UNKNOWN))
                    .isTrue();
        });

        // receipts in any order, each twice: every other message was not delivered
        await().until(smsc::isBound);
        List<String> reported = new ArrayList<>(ids.keySet());
        List<String> twice = new ArrayList<>(reported);
        twice.addAll(reported);
        Collections.shuffle(twice, random);
        for (String recipient : twice) {
            String state = isUndelivered(recipient) ? "UNDELIV" : "DELIVRD";
            smsc.receipt(("id:" + ids.get(recipient) + " stat:" + state).getBytes(StandardCharsets.US_ASCII));
        }

        // of those whose id never came back nobody can tell whose receipt that is
        reported.removeIf(recipient -> !happened(started.get(recipient), SessionEvent.Kind.ACCEPTED));
        assertThat(reported).isNotEmpty();
        for (String recipient : reported) {
            SessionId id = started.get(recipient);
            await().until(() -> session(id) instanceof Failed == isUndelivered(recipient));
            assertThat(sessions.timeline(id).stream()
                            .filter(timed -> timed.event().detail().matches("(un)?delivered"))
                            .count())
                    .isGreaterThanOrEqualTo(1);
        }
    }

    private static boolean isUndelivered(String recipient) {
        return recipient.hashCode() % 2 == 0;
    }

    private boolean happened(SessionId id, SessionEvent.Kind kind) {
        return sessions.timeline(id).stream().anyMatch(timed -> timed.event().kind() == kind);
    }

    private Session session(SessionId id) {
        return sessions.find(id).orElseThrow();
    }

    /** One of an SMSC's bad habits, for the next message. */
    private void misbehave() {
        smsc.then(with(random.nextInt(8)));
    }

    private Smsc.Answer with(int habit) {
        return (message, session) -> {
            String recipient = "+" + message.getDestAddress();
            if (habit == 0) {
                throw new ProcessRequestException("throttled", SMPPConstant.STAT_ESME_RTHROTTLED);
            }
            taken.merge(recipient, 1, Integer::sum);
            if (habit == 1) {
                session.close();
                return "never told";
            }
            if (habit == 2) {
                // later than anybody waits
                pause(Duration.ofMillis(1_300));
                return "too late";
            }
            String id = Integer.toHexString(message.getDestAddress().hashCode());
            ids.put(recipient, id);
            return id;
        };
    }

    private static void pause(Duration duration) {
        try {
            new CountDownLatch(1).await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
