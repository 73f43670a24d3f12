package io.otphandler.adapter.gateways.telegram;

import io.otphandler.adapter.gateways.kind.GatewayKind;
import io.otphandler.adapter.gateways.kind.GatewayPlan;
import io.otphandler.adapter.gateways.kind.Keys;
import io.otphandler.adapter.gateways.kind.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** {@code telegram}: codes in Telegram, by its Gateway API. */
public final class TelegramKind implements GatewayKind {

    @Override
    public String name() {
        return "telegram";
    }

    @Override
    public GatewayPlan read(String gateway, Keys keys) {
        URI url = keys.url("url", "https://gatewayapi.telegram.org");
        Secret token = keys.secret("token");
        Optional<String> sender = keys.optionalText("senderUsername");
        Optional<URI> callbackUrl = keys.optionalUrl("callbackUrl");
        Duration timeout = keys.seconds("timeout", 8, 1, 60);
        return surroundings -> new TelegramGateway(
                gateway,
                url,
                token,
                sender.orElse(null),
                callbackUrl.map(URI::toString).orElse(null),
                timeout,
                surroundings.client());
    }
}
