package io.otphandler.adapter.gateways;

import io.otphandler.adapter.gateways.http.HttpKind;
import io.otphandler.adapter.gateways.kind.GatewayKind;
import io.otphandler.adapter.gateways.kind.GatewayPlan;
import io.otphandler.adapter.gateways.kind.Surroundings;
import io.otphandler.adapter.gateways.sandbox.SandboxKind;
import io.otphandler.adapter.gateways.sigmasms.SigmasmsKind;
import io.otphandler.adapter.gateways.smpp.SmppKind;
import io.otphandler.adapter.gateways.smtp.SmtpKind;
import io.otphandler.adapter.gateways.telegram.TelegramKind;
import io.otphandler.adapter.gateways.twilio.TwilioKind;
import io.otphandler.adapter.gateways.ucaller.UcallerKind;
import io.otphandler.adapter.gateways.whatsapp.WhatsappKind;
import io.otphandler.application.port.Gateway;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** All kinds of gateways there are: a new one has a package, and a line here. Stateless. */
public final class GatewayKinds {

    private static final Map<String, GatewayKind> KINDS = byName(
            new SandboxKind(),
            new HttpKind(),
            new SmppKind(),
            new SmtpKind(),
            new SigmasmsKind(),
            new TwilioKind(),
            new TelegramKind(),
            new WhatsappKind(),
            new UcallerKind());

    private GatewayKinds() {}

    public static Optional<GatewayKind> named(String kind) {
        return Optional.ofNullable(KINDS.get(kind));
    }

    public static Set<String> names() {
        return KINDS.keySet();
    }

    /** Opens a gateway that is kept from its provider for a while when that fails. */
    public static Gateway open(GatewayKind kind, GatewayPlan plan, Surroundings surroundings) {
        Gateway gateway = plan.open(surroundings);
        return kind.isGuarded() ? new GuardedGateway(gateway, surroundings.clock()) : gateway;
    }

    private static Map<String, GatewayKind> byName(GatewayKind... kinds) {
        Map<String, GatewayKind> byName = new LinkedHashMap<>();
        Stream.of(kinds).forEach(kind -> byName.put(kind.name(), kind));
        return byName;
    }
}
