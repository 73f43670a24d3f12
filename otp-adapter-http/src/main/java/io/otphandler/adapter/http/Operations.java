package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.javalin.http.HandlerType;
import io.otphandler.adapter.http.metrics.Metrics;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What those who run the service ask: is it alive, is it ready, what has it done. Wants no token. */
final class Operations {
    private final Metrics metrics;
    private final BooleanSupplier ready;

    Operations(Metrics metrics, BooleanSupplier ready) {
        this.metrics = metrics;
        this.ready = ready;
    }

    /** @param metricsAt where metrics can be seen; health can be seen everywhere */
    void register(Router router, Route.Ports metricsAt) {
        router.add(route("/health/live", Route.Ports.BOTH), call -> up());
        router.add(route("/health/ready", Route.Ports.BOTH), call -> ready());
        router.add(route("/metrics", metricsAt), call -> Reply.text(Metrics.CONTENT_TYPE, metrics.text()));
    }

    private static Route route(String path, Route.Ports ports) {
        return new Route(HandlerType.GET, path, Set.of(), ports);
    }

    private Reply ready() {
        if (!ready.getAsBoolean()) {
            throw Problem.of(WireError.SERVICE_UNAVAILABLE).with("Retry-After", "1");
        }
        return up();
    }

    private static Reply up() {
        return Reply.json(200, JsonNodeFactory.instance.objectNode().put("status", "up"));
    }
}
