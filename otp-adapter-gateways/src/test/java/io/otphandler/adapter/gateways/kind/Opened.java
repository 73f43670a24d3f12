package io.otphandler.adapter.gateways.kind;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.adapter.gateways.call.ProviderClient;
import io.otphandler.application.port.Callback;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.ManualTimers;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.MovableClock;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A gateway as it is configured, called {@code main}, and the clock and timers that it goes by. */
public final class Opened {

    public final MovableClock clock = new MovableClock();
    public final ManualTimers timers = new ManualTimers(clock);
    public final Gateway gateway;

    private Opened(GatewayKind kind, String json) {
        KeysOf given = KeysOf.json(json);
        Keys keys = given.keys();
        GatewayPlan plan = kind.read("main", keys);
        keys.refuseUnknown(given.root(), Set.of("kind"));
        assertThat(given.faults()).isEmpty();
        gateway = plan.open(new Surroundings(clock, timers, new ProviderClient()));
    }

    /**
     * Opens one whose settings have no fault.
     *
     * @param json with single quotes for double ones
     */
    public static Opened of(GatewayKind kind, String json) {
        return new Opened(kind, json);
    }

    /** What is wrong with these settings. */
    public static List<String> faults(GatewayKind kind, String json) {
        KeysOf given = KeysOf.json(json);
        Keys keys = given.keys();
        assertThat(kind.read("main", keys)).isNotNull();
        keys.refuseUnknown(given.root(), Set.of("kind"));
        return given.faults();
    }

    @CanIgnoreReturnValue
    public Delivery deliver(Message message) {
        return gateway.deliver(message).toCompletableFuture().join();
    }

    /** A callback that comes now. */
    public Callback callback(String method, String query, Map<String, String> headers, String body) {
        return new Callback(
                method,
                query,
                headers.entrySet().stream()
                        .collect(Collectors.toMap(
                                header -> header.getKey().toLowerCase(Locale.ROOT),
                                header -> List.of(header.getValue()))),
                body.getBytes(StandardCharsets.UTF_8),
                clock.instant());
    }

    /** Percent-encoded. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
