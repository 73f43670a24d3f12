package io.otphandler.adapter.gateways.twilio;

import io.otphandler.adapter.gateways.kind.GatewayKind;
import io.otphandler.adapter.gateways.kind.GatewayPlan;
import io.otphandler.adapter.gateways.kind.Keys;
import io.otphandler.adapter.gateways.kind.Secret;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code twilio}: text messages, WhatsApp messages and calls. */
public final class TwilioKind implements GatewayKind {

    private static final Pattern ACCOUNT = Pattern.compile("AC[0-9a-fA-F]{32}");

    @Override
    public String name() {
        return "twilio";
    }

    @Override
    public GatewayPlan read(String gateway, Keys keys) {
        String account = keys.text("accountSid");
        if (!account.isEmpty() && !ACCOUNT.matcher(account).matches()) {
            keys.fault("accountSid", "expected AC and 32 hexadecimal digits");
        }
        Secret authToken = keys.secret("authToken");
        Optional<String> apiKey = keys.optionalText("apiKeySid");
        Optional<Secret> apiSecret = keys.optionalSecret("apiKeySecret");
        if (apiKey.isPresent() != apiSecret.isPresent()) {
            keys.fault("apiKeySid", "expected both apiKeySid and apiKeySecret, or neither");
        }
        Optional<String> from = keys.optionalText("from");
        Optional<String> service = keys.optionalText("messagingServiceSid");
        if (from.isEmpty() && service.isEmpty()) {
            keys.fault("from", "expected a number or name to send from, or a messagingServiceSid");
        }
        Optional<URI> callbackUrl = keys.optionalUrl("callbackUrl");
        if (callbackUrl.isPresent() && callbackUrl.get().getQuery() != null) {
            keys.fault("callbackUrl", "expected a URL without a query");
        }
        TwilioSettings settings = new TwilioSettings(
                keys.url("url", "https://api.twilio.com"),
                account,
                authToken,
                apiKey.orElse(account),
                apiSecret.orElse(authToken),
                from.orElse(null),
                service.orElse(null),
                callbackUrl.map(URI::toString).orElse(null),
                keys.seconds("timeout", 8, 1, 60));
        return surroundings -> new TwilioGateway(gateway, settings, surroundings.client());
    }
}
