package io.otphandler.adapter.gateways.smpp;

import io.otphandler.adapter.gateways.kind.GatewayKind;
import io.otphandler.adapter.gateways.kind.GatewayPlan;
import io.otphandler.adapter.gateways.kind.Keys;
import io.otphandler.adapter.gateways.kind.Trust;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLSocketFactory;
import org.jsmpp.bean.NumberingPlanIndicator;
import org.jsmpp.bean.TypeOfNumber;
import org.jspecify.annotations.Nullable;

/** {@code smpp}: a short message centre, in SMPP 3.4. */
public final class SmppKind implements GatewayKind {

    @Override
    public String name() {
        return "smpp";
    }

    @Override
    public GatewayPlan read(String gateway, Keys keys) {
        boolean isSecured = keys.flag("tls", false);
        SSLSocketFactory trust = Trust.read(keys);
        SmppSettings settings = new SmppSettings(
                keys.text("host"),
                keys.number("port", 2775, 1, 65_535),
                isSecured ? trust : null,
                shorter(keys, "systemId", keys.text("systemId"), 15),
                keys.secret("password"),
                shorter(keys, "systemType", keys.text("systemType", ""), 12),
                shorter(keys, "sender", keys.text("sender", ""), 20),
                optionalNumber(
                        keys, "sourceTon", 6, number -> Objects.requireNonNull(TypeOfNumber.valueOf((byte) number))),
                optionalNumber(
                        keys,
                        "sourceNpi",
                        18,
                        number -> Objects.requireNonNull(NumberingPlanIndicator.valueOf((byte) number))),
                keys.number("window", 10, 1, 1_000),
                keys.number("maxPerSecond", 0, 0, 10_000),
                keys.seconds("enquireLink", 30, 1, 3_600),
                keys.seconds("connectTimeout", 3, 1, 60),
                keys.seconds("timeout", 8, 1, 60),
                keys.oneOf(
                        "longMessages",
                        Map.of("udh", SmppSettings.LongMessages.UDH, "payload", SmppSettings.LongMessages.PAYLOAD),
                        "udh"),
                keys.oneOf(
                        "receiptIds",
                        Map.of(
                                "same", MessageIds.SAME,
                                "decimal", MessageIds.RECEIPTS_DECIMAL,
                                "hex", MessageIds.RECEIPTS_HEX),
                        "same"));
        return surroundings -> new SmppGateway(gateway, settings);
    }

    private static String shorter(Keys keys, String key, String text, int max) {
        if (text.length() > max) {
            keys.fault(key, "expected at most " + max + " characters, as SMPP has room for, was " + text.length());
        }
        return text;
    }

    private static @Nullable Integer optionalNumber(Keys keys, String key, int max, IntConsumer check) {
        if (keys.tree(key) == null) {
            return null;
        }
        int number = keys.number(key, 0, 0, max);
        try {
            check.accept(number);
        } catch (IllegalArgumentException e) {
            keys.fault(key, "expected a number that SMPP 3.4 §5.2 names, was " + number);
        }
        return number;
    }
}
