package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.HandlerType;
import io.otphandler.adapter.http.metrics.Metrics;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Gateways;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What those who run the service ask: is it alive, is it ready, what has it done. Wants no token. */
final class Operations {
    private final Metrics metrics;
    private final BooleanSupplier ready;
    private final Gateways gateways;

    Operations(Metrics metrics, BooleanSupplier ready, Gateways gateways) {
        this.metrics = metrics;
        this.ready = ready;
        this.gateways = gateways;
    }

    /** @param detailsAt where metrics and the health of gateways can be seen; whether all is well can be seen everywhere */
    void register(Router router, Route.Ports detailsAt) {
        router.add(route("/health/live", Route.Ports.BOTH), call -> up());
        router.add(route("/health/ready", Route.Ports.BOTH), call -> ready(detailsAt.includes(call.isManagement())));
        router.add(route("/metrics", detailsAt), call -> Reply.text(Metrics.CONTENT_TYPE, metrics.text()));
    }

    private static Route route(String path, Route.Ports ports) {
        return new Route(HandlerType.GET, path, Set.of(), ports, false);
    }

    private Reply ready(boolean inDetail) {
        if (!ready.getAsBoolean()) {
            throw Problem.of(WireError.SERVICE_UNAVAILABLE).with("Retry-After", "1");
        }
        if (!inDetail) {
            return up();
        }
        // one that is down does not make the service unready: other channels may still reach people
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("status", "up");
        ObjectNode healths = json.putObject("gateways");
        for (Gateway gateway : gateways.all()) {
            healths.put(gateway.name(), gateway.health().name().toLowerCase(Locale.ROOT));
        }
        return Reply.json(200, json);
    }

    private static Reply up() {
        return Reply.json(200, JsonNodeFactory.instance.objectNode().put("status", "up"));
    }
}
