package io.otphandler.adapter.gateways.kind;

import io.otphandler.application.port.Gateway;

/** A gateway that is configured and can be opened. */
@FunctionalInterface
public interface GatewayPlan {

    /** Makes the gateway; it neither connects nor starts anything before it is started or used. */
    Gateway open(Surroundings surroundings);
}
