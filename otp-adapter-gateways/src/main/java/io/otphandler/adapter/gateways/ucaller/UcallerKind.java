package io.otphandler.adapter.gateways.ucaller;

import io.otphandler.adapter.gateways.kind.GatewayKind;
import io.otphandler.adapter.gateways.kind.GatewayPlan;
import io.otphandler.adapter.gateways.kind.Keys;
import io.otphandler.adapter.gateways.kind.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;

/** {@code ucaller}: flash calls by uCaller. */
public final class UcallerKind implements GatewayKind {

    private static final Pattern SERVICE = Pattern.compile("[0-9]{1,20}");

    @Override
    public String name() {
        return "ucaller";
    }

    @Override
    public GatewayPlan read(String gateway, Keys keys) {
        URI url = keys.url("url", "https://api.ucaller.ru/v1.0");
        String service = keys.matching("serviceId", "", SERVICE, "the service's number, in quotes");
        Secret key = keys.secret("key");
        Duration timeout = keys.seconds("timeout", 8, 1, 60);
        return surroundings -> new UcallerGateway(gateway, url, service, key, timeout, surroundings.client());
    }
}
