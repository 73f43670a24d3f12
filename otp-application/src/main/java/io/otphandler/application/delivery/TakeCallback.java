package io.otphandler.application.delivery;

import io.otphandler.application.port.Callback;
import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.Report;
import io.otphandler.application.port.StoreUnavailableException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a request of a provider: the gateway checks and reads it, and what it reports finds its session. Thread-safe. */
public final class TakeCallback {

    private static final Logger log = LoggerFactory.getLogger(TakeCallback.class);

    private final Gateways gateways;
    private final TakeReport reports;
    private final Clock clock;
    private final ReportObserver observer;

    public TakeCallback(Gateways gateways, TakeReport reports, Clock clock, ReportObserver observer) {
        this.gateways = gateways;
        this.reports = reports;
        this.clock = clock;
        this.observer = observer;
    }

    /**
     * Returns once what it reports is safe, or waits for its message. The parameters are those of a {@link Callback}.
     *
     * @return what the gateway made of it; empty: there is no gateway of that name, or it expects no callbacks
     * @throws StoreUnavailableException when the provider should call again later
     */
    public Optional<CallbackReading> take(
            String gateway, String method, String query, Map<String, List<String>> headers, byte[] body) {
        Callback callback = new Callback(method, query, headers, body, clock.instant());
        CallbackReading reading =
                gateways.named(gateway).map(named -> read(named, callback)).orElse(CallbackReading.notExpected());
        switch (reading.kind()) {
            case UNDERSTOOD -> {
                for (Report report : reading.reports()) {
                    reports.take(gateway, report);
                }
            }
            case UNAUTHORIZED -> refused(gateway, ReportObserver.Fate.UNAUTHORIZED, reading);
            case MALFORMED -> refused(gateway, ReportObserver.Fate.MALFORMED, reading);
            case NOT_EXPECTED -> {
                return Optional.empty();
            }
        }
        return Optional.of(reading);
    }

    private static CallbackReading read(Gateway gateway, Callback callback) {
        try {
            return gateway.read(callback);
        } catch (RuntimeException e) {
            log.error("Gateway {} failed on a callback", gateway.name(), e);
            return CallbackReading.malformed("it could not be read");
        }
    }

    private void refused(String gateway, ReportObserver.Fate fate, CallbackReading reading) {
        log.warn("A callback for gateway {} was refused: {}", gateway, reading.reason());
        observer.reported(gateway, fate);
    }
}
