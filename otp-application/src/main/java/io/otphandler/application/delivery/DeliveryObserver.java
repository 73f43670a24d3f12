package io.otphandler.application.delivery;

import io.otphandler.application.port.Delivery;
import java.time.Duration;

/** Learns of every attempt to hand a message over; for metrics. Must be quick and must not throw. */
@FunctionalInterface
public interface DeliveryObserver {

    void attempted(String gateway, Delivery.Kind result, Duration took);
}
