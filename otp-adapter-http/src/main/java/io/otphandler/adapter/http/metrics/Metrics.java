package io.otphandler.adapter.http.metrics;

import io.otphandler.application.delivery.DeliveryObserver;
import io.otphandler.application.delivery.ReportObserver;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.SessionListener;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * What the service counts of itself. No label carries an id, a recipient, a path as it came, or anything else that a
 * caller chooses. Thread-safe.
 */
public final class Metrics implements SessionListener, DeliveryObserver, ReportObserver {
    /** The text format's own media type. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    /** Up to half a minute: a long poll is a request too. */
    private static final double[] SECONDS = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final Counter requests = Counter.builder()
            .name("otp_http_requests_total")
            .help("Requests answered")
            .labelNames("route", "method", "status")
            .register(registry);
    private final Histogram requestSeconds = Histogram.builder()
            .name("otp_http_request_duration_seconds")
            .help("Time from the request's head to the end of its answer; long polls include their wait")
            .labelNames("route", "method")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    private final Histogram deliverySeconds = Histogram.builder()
            .name("otp_delivery_attempt_duration_seconds")
            .help("Time that a gateway took for one message")
            .labelNames("gateway", "result")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    private final Counter deliveries = Counter.builder()
            .name("otp_delivery_attempts_total")
            .help("Messages handed to a gateway, by what it made of them")
            .labelNames("gateway", "result")
            .register(registry);
    private final Counter reports = Counter.builder()
            .name("otp_gateway_reports_total")
            .help("What gateways reported of messages, by what became of the report")
            .labelNames("gateway", "fate")
            .register(registry);
    private final Map<SessionEvent.Kind, CounterDataPoint> events = new EnumMap<>(SessionEvent.Kind.class);
    /** Found by one look in place of two. As few as there are series, of which none is ever removed. */
    private final Map<Answer, Answered> answers = new ConcurrentHashMap<>();

    private boolean showsJvm;

    private record Answer(String route, String method, int status) {}

    private record Answered(CounterDataPoint count, DistributionDataPoint seconds) {}

    public Metrics() {
        Counter counter = Counter.builder()
                .name("otp_session_events_total")
                .help("What happened to sessions")
                .labelNames("kind")
                .register(registry);
        for (SessionEvent.Kind kind : SessionEvent.Kind.values()) {
            events.put(kind, counter.labelValues(name(kind)));
        }
    }

    /** Where others may register what they count. */
    public PrometheusRegistry registry() {
        return registry;
    }

    /** From now on shows a number that somebody else knows. */
    public void gauge(String name, String help, IntSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsInt()))
                .register(registry);
    }

    /**
     * Counts an answered request.
     *
     * @param route its template, such as {@code /{requestId}/channel}: never its path
     */
    public void answered(String route, String method, int status, long nanos) {
        Answered answered = answers.computeIfAbsent(
                new Answer(route, method, status),
                answer -> new Answered(
                        requests.labelValues(route, method, Integer.toString(status)),
                        requestSeconds.labelValues(route, method)));
        answered.count.inc();
        answered.seconds.observe(nanos / 1e9);
    }

    @Override
    public void changed(Session session, List<SessionEvent> happened) {
        for (SessionEvent event : happened) {
            CounterDataPoint point = events.get(event.kind());
            if (point != null) {
                point.inc();
            }
        }
    }

    @Override
    public void attempted(String gateway, Delivery.Kind result, Duration took) {
        deliveries.labelValues(gateway, name(result)).inc();
        deliverySeconds.labelValues(gateway, name(result)).observe(took.toNanos() / 1e9);
    }

    @Override
    public void reported(String gateway, Fate fate) {
        reports.labelValues(gateway, name(fate)).inc();
    }

    /** From now on shows how well gateways work: 1 for one that does, 0 for one that is down, a half between. */
    public void health(Gateways gateways) {
        GaugeWithCallback.builder()
                .name("otp_gateway_health")
                .help("1 while a gateway works, 0 while it is known to be down, 0.5 while that is being found out")
                .labelNames("gateway")
                .callback(callback ->
                        gateways.all().forEach(gateway -> callback.call(health(gateway.health()), gateway.name())))
                .register(registry);
    }

    private static double health(Gateway.Health health) {
        return switch (health) {
            case UP -> 1;
            case PROBING -> 0.5;
            case DOWN -> 0;
        };
    }

    /** All of it in Prometheus' text format. */
    public byte[] text() {
        showJvm();
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        try {
            writer.write(out, registry.scrape(), EscapingScheme.DEFAULT);
        } catch (IOException e) {
            throw new IllegalStateException("Memory can be written to", e);
        }
        return out.toByteArray();
    }

    /** Only once somebody looks: finding out what the JVM can tell of itself is a good part of the service's start. */
    private synchronized void showJvm() {
        if (!showsJvm) {
            showsJvm = true;
            JvmMetrics.builder().register(registry);
        }
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
