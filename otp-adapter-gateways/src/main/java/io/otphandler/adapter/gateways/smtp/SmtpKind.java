package io.otphandler.adapter.gateways.smtp;

import io.otphandler.adapter.gateways.kind.GatewayKind;
import io.otphandler.adapter.gateways.kind.GatewayPlan;
import io.otphandler.adapter.gateways.kind.Keys;
import io.otphandler.adapter.gateways.kind.Secret;
import io.otphandler.adapter.gateways.kind.Trust;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code smtp}: e-mail. */
public final class SmtpKind implements GatewayKind {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

    @Override
    public String name() {
        return "smtp";
    }

    @Override
    public GatewayPlan read(String gateway, Keys keys) {
        String host = keys.text("host");
        SmtpSettings.Security security = keys.oneOf(
                "security",
                Map.of(
                        "starttls", SmtpSettings.Security.STARTTLS,
                        "tls", SmtpSettings.Security.TLS,
                        "none", SmtpSettings.Security.NONE),
                "starttls");
        boolean allowsPlaintext = keys.flag("allowPlaintext", false);
        if (security == SmtpSettings.Security.NONE && !allowsPlaintext && !LOOPBACK.contains(host)) {
            keys.fault(
                    "security",
                    "expected starttls or tls: codes would cross the network in the clear"
                            + " (allowPlaintext: true, if that is what you want)");
        }
        Optional<String> username = keys.optionalText("username");
        Optional<Secret> password = keys.optionalSecret("password");
        if (username.isPresent() != password.isPresent()) {
            keys.fault("username", "expected both username and password, or neither");
        }
        InternetAddress from = address(keys, "from", keys.text("from"));
        String replyTo = keys.optionalText("replyTo").orElse("");
        SmtpSettings settings = new SmtpSettings(
                host,
                keys.number("port", security == SmtpSettings.Security.TLS ? 465 : 587, 1, 65_535),
                security,
                Trust.read(keys),
                username.orElse(null),
                password.orElse(null),
                from == null ? new InternetAddress() : from,
                replyTo.isEmpty() ? null : address(keys, "replyTo", replyTo),
                keys.number("connections", 2, 1, 100),
                keys.seconds("connectTimeout", 3, 1, 60),
                keys.seconds("timeout", 8, 1, 60));
        return surroundings -> new SmtpGateway(gateway, settings, surroundings.clock());
    }

    private static @Nullable InternetAddress address(Keys keys, String key, String text) {
        try {
            InternetAddress[] addresses = InternetAddress.parse(text, true);
            if (addresses.length == 1 && addresses[0].getAddress().indexOf('@') > 0) {
                return addresses[0];
            }
        } catch (AddressException e) {
            // said below
        }
        if (!text.isEmpty()) {
            keys.fault(key, "expected an address such as ACME <otp@shop.example>, was \"" + text + "\"");
        }
        return null;
    }
}
