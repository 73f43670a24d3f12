package io.otphandler.adapter.gateways.whatsapp;

import io.otphandler.adapter.gateways.kind.GatewayKind;
import io.otphandler.adapter.gateways.kind.GatewayPlan;
import io.otphandler.adapter.gateways.kind.Keys;
import io.otphandler.adapter.gateways.kind.Secret;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code whatsapp}: authentication templates over Meta's Cloud API. */
public final class WhatsappKind implements GatewayKind {

    private static final Pattern VERSION = Pattern.compile("v[0-9]{1,3}\\.[0-9]{1,2}");
    private static final Pattern NUMBER_ID = Pattern.compile("[0-9]{1,32}");

    @Override
    public String name() {
        return "whatsapp";
    }

    @Override
    public GatewayPlan read(String gateway, Keys keys) {
        Optional<Secret> appSecret = keys.optionalSecret("appSecret");
        Optional<Secret> verifyToken = keys.optionalSecret("verifyToken");
        if (appSecret.isPresent() != verifyToken.isPresent()) {
            keys.fault("appSecret", "expected both appSecret and verifyToken, for callbacks, or neither");
        }
        WhatsappSettings settings = new WhatsappSettings(
                keys.url("url", "https://graph.facebook.com"),
                keys.matching("version", "v23.0", VERSION, "a version such as v23.0"),
                keys.matching("phoneNumberId", "", NUMBER_ID, "the id of the number to send from, in quotes"),
                keys.secret("token"),
                keys.text("template"),
                keys.map("languages"),
                appSecret.orElse(null),
                verifyToken.orElse(null),
                keys.seconds("timeout", 8, 1, 60));
        return surroundings -> new WhatsappGateway(gateway, settings, surroundings.client());
    }
}
