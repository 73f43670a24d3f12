package io.otphandler.adapter.http;

import io.javalin.http.HandlerType;
import io.otphandler.application.delivery.TakeCallback;
import io.otphandler.application.port.CallbackReading;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Where providers tell what became of messages. There is no token: each proves by its own means that it is who it says,
 * and the gateway judges that by every byte that came. Stateless.
 */
final class CallbackApi {
    static final String PATH = "/callbacks/";

    private final TakeCallback takeCallback;

    CallbackApi(TakeCallback takeCallback) {
        this.takeCallback = takeCallback;
    }

    void register(Router router) {
        router.add(route(HandlerType.POST), this::take);
        router.add(route(HandlerType.GET), this::take);
    }

    private static Route route(HandlerType method) {
        return Route.of(method, PATH + "{gateway}", Set.of());
    }

    private Reply take(Call call) {
        CallbackReading reading = takeCallback
                .take(call.path("gateway"), call.method(), call.rawQuery(), call.headers(), call.body())
                .orElseThrow(() -> Problem.of(WireError.NOT_FOUND));
        return switch (reading.kind()) {
            case UNDERSTOOD ->
                reading.answer().isEmpty()
                        ? Reply.success(200, true)
                        : Reply.text("text/plain", reading.answer().getBytes(StandardCharsets.UTF_8));
            case UNAUTHORIZED -> throw Problem.of(WireError.UNAUTHORIZED).with("WWW-Authenticate", "Signature");
            case MALFORMED -> throw Problem.invalid("body", reading.reason());
            case NOT_EXPECTED -> throw Problem.of(WireError.NOT_FOUND);
        };
    }
}
