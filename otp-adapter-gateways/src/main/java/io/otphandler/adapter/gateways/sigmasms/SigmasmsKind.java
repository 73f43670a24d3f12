package io.otphandler.adapter.gateways.sigmasms;

import io.otphandler.adapter.gateways.kind.GatewayKind;
import io.otphandler.adapter.gateways.kind.GatewayPlan;
import io.otphandler.adapter.gateways.kind.Keys;
import io.otphandler.adapter.gateways.kind.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code sigmasms}: SMS, calls and messengers by SigmaSMS. */
public final class SigmasmsKind implements GatewayKind {

    /** What the provider calls its channels, which is what we call ours. */
    private static final Map<String, String> TYPES = Stream.of(
                    "sms", "voice", "viber", "vk", "whatsapp", "flashcall", "telegramcode", "")
            .collect(Collectors.toMap(Function.identity(), Function.identity()));

    @Override
    public String name() {
        return "sigmasms";
    }

    @Override
    public GatewayPlan read(String gateway, Keys keys) {
        URI url = keys.url("url", "https://online.sigmasms.ru");
        String username = keys.text("username");
        Secret password = keys.secret("password");
        String sender = keys.text("sender", "");
        String type = keys.oneOf("type", TYPES, "");
        Duration timeout = keys.seconds("timeout", 8, 1, 60);
        return surroundings -> new SigmasmsGateway(
                gateway,
                new SigmasmsClient(url, username, password, timeout, surroundings.client()),
                sender,
                type,
                surroundings.timers());
    }
}
