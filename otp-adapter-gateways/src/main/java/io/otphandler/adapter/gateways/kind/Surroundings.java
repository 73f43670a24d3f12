package io.otphandler.adapter.gateways.kind;

import io.otphandler.adapter.gateways.call.ProviderClient;
import io.otphandler.application.port.Timers;
import java.time.Clock;

/** What gateways share. */
public record Surroundings(Clock clock, Timers timers, ProviderClient client) {}
