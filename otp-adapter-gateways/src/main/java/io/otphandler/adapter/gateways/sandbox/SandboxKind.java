package io.otphandler.adapter.gateways.sandbox;

import io.otphandler.adapter.gateways.kind.GatewayKind;
import io.otphandler.adapter.gateways.kind.GatewayPlan;
import io.otphandler.adapter.gateways.kind.Keys;

/** {@code sandbox}: nothing is really sent. */
public final class SandboxKind implements GatewayKind {

    @Override
    public String name() {
        return "sandbox";
    }

    @Override
    public GatewayPlan read(String gateway, Keys keys) {
        String code = keys.optionalText("code").orElse(null);
        if (code != null && !code.matches("[0-9]{1,32}")) {
            keys.fault("code", "expected 1 to 32 digits in quotes");
        }
        return surroundings -> new SandboxGateway(gateway, code, surroundings.clock(), surroundings.timers());
    }

    /** What somebody tries out on one recipient must not keep it from others. */
    @Override
    public boolean isGuarded() {
        return false;
    }
}
