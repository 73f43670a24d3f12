package io.otphandler.adapter.gateways;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.otphandler.application.port.Callback;
import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.Conclusion;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.ProviderMessage;
import io.otphandler.application.port.Reports;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway behind a circuit breaker: when its provider has failed a few times in a row it costs nothing any more, and
 * every now and then a few messages find out whether it is back. Also keeps codes and recipients out of what the provider
 * says. Thread-safe.
 */
final class GuardedGateway implements Gateway {

    /** So many of the last attempts count, … */
    static final int WINDOW = 10;
    /** … at least so many must have been made, … */
    static final int MIN_ATTEMPTS = 5;
    /** … and when half of them failed, nothing is tried for so long. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private static final int PROBES = 3;
    /** Longer than any gateway takes to answer: probes whose answers are lost must not keep it closed for ever. */
    private static final Duration PROBING = Duration.ofSeconds(60);

    private static final Logger log = LoggerFactory.getLogger(GuardedGateway.class);

    private final Gateway gateway;
    private final CircuitBreaker breaker;

    GuardedGateway(Gateway gateway, Clock clock) {
        this(gateway, clock, PAUSE);
    }

    /** @param pause for which nothing is tried */
    GuardedGateway(Gateway gateway, Clock clock, Duration pause) {
        this.gateway = gateway;
        this.breaker = CircuitBreaker.of(
                gateway.name(),
                CircuitBreakerConfig.custom()
                        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(WINDOW)
                        .minimumNumberOfCalls(MIN_ATTEMPTS)
                        .failureRateThreshold(50)
                        .waitDurationInOpenState(pause)
                        .permittedNumberOfCallsInHalfOpenState(PROBES)
                        .maxWaitDurationInHalfOpenState(PROBING)
                        .automaticTransitionFromOpenToHalfOpenEnabled(true)
                        .clock(clock)
                        .build());
        breaker.getEventPublisher()
                .onStateTransition(
                        event -> tell(health(event.getStateTransition().getToState())));
    }

    private void tell(Health now) {
        if (now == Health.DOWN) {
            log.warn("Gateway {} is down: its provider failed too often", name());
        } else {
            log.info("Gateway {} is {}", name(), now == Health.UP ? "up again" : "tried again");
        }
    }

    @Override
    public String name() {
        return gateway.name();
    }

    @Override
    public Health health() {
        return health(breaker.getState());
    }

    private static Health health(CircuitBreaker.State state) {
        return switch (state) {
            case OPEN, FORCED_OPEN -> Health.DOWN;
            case HALF_OPEN -> Health.PROBING;
            case CLOSED, DISABLED, METRICS_ONLY -> Health.UP;
        };
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        if (!breaker.tryAcquirePermission()) {
            return CompletableFuture.completedFuture(Delivery.unavailable("it is known to be down"));
        }
        long start = System.nanoTime();
        CompletionStage<Delivery> delivery;
        try {
            delivery = gateway.deliver(message);
        } catch (RuntimeException e) {
            delivery = CompletableFuture.failedFuture(e);
        }
        return delivery.handle((result, failure) -> {
            Delivery known = result == null ? Delivery.unknown("it failed: " + failure) : result;
            count(known, System.nanoTime() - start);
            return discreet(known, message);
        });
    }

    private void count(Delivery delivery, long nanos) {
        switch (delivery.kind()) {
            // who rejects a message is there
            case ACCEPTED, REJECTED -> breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            case UNAVAILABLE, UNKNOWN, UNANSWERED ->
                breaker.onError(nanos, TimeUnit.NANOSECONDS, new IllegalStateException("not delivered"));
        }
    }

    private static Delivery discreet(Delivery delivery, Message message) {
        return delivery.reason().isEmpty()
                ? delivery
                : new Delivery(
                        delivery.kind(),
                        delivery.chosenCode(),
                        delivery.messageIds(),
                        Discretion.of(message).applyTo(delivery.reason()));
    }

    @Override
    public void start(Reports reports) {
        gateway.start(reports);
    }

    @Override
    public CallbackReading read(Callback callback) {
        return gateway.read(callback);
    }

    @Override
    public boolean wantsConclusions() {
        return gateway.wantsConclusions();
    }

    @Override
    public void conclude(ProviderMessage message, Conclusion conclusion) {
        gateway.conclude(message, conclusion);
    }

    @Override
    public void close() {
        gateway.close();
    }
}
