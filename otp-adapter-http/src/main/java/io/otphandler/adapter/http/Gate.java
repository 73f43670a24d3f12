package io.otphandler.adapter.http;

import io.otphandler.adapter.http.jetty.Exchange;
import io.otphandler.adapter.http.token.Identity;
import io.otphandler.adapter.http.token.TokenVerifier;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A route and what every request to it has to pass: the port, the token and its scope, the size of the body. What is
 * refused there, and whatever fails behind it, is an answer in the API's words. Thread-safe.
 */
final class Gate {
    /** What a route does; it may answer later, and no thread waits for it. */
    @FunctionalInterface
    interface Endpoint {
        CompletableFuture<Reply> answer(Call call);
    }

    private final Route route;
    private final Endpoint endpoint;
    private final TokenVerifier tokens;
    private final Failures failures;

    Gate(Route route, Endpoint endpoint, TokenVerifier tokens, Failures failures) {
        this.route = route;
        this.endpoint = endpoint;
        this.tokens = tokens;
        this.failures = failures;
    }

    /** Whether to ask waits for nothing, where the store is near: what comes with a key is looked up first. */
    boolean isPrompt(Request request) {
        return route.isPrompt() && !request.getHeaders().contains(IdempotencyKey.HEADER);
    }

    /**
     * Asks the route, unless the request may not pass.
     *
     * @param parameters of the path, decoded, by their names in the route's template
     * @return for {@link #reply}; throws nothing
     */
    CompletableFuture<Reply> ask(Request request, Map<String, String> parameters) {
        try {
            return endpoint.answer(admit(request, parameters));
        } catch (Throwable failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /**
     * What to answer, be it that asking has failed.
     *
     * @param done what was asked for, and has come to its end
     */
    Reply reply(Request request, CompletableFuture<Reply> done) {
        try {
            return done.join();
        } catch (Throwable failure) {
            return failures.reply(failure, request);
        }
    }

    private Call admit(Request request, Map<String, String> parameters) {
        Exchange exchange = Exchange.of(request);
        if (!route.ports().includes(exchange.isManagement())) {
            throw Problem.of(WireError.NOT_FOUND);
        }
        exchange.route(route.template());
        @Nullable Identity identity = null;
        if (!route.scopes().isEmpty()) {
            identity = tokens.verify(authorization(request));
            if (!identity.hasAnyOf(route.scopes())) {
                throw Problem.of(WireError.FORBIDDEN);
            }
        }
        if (exchange.isBodyTooLarge()) {
            throw Problem.of(WireError.PAYLOAD_TOO_LARGE);
        }
        return new Call(request, parameters, exchange, identity);
    }

    /** What stands there several times is not one header: whoever stands before us may have judged another of them. */
    private static @Nullable String authorization(Request request) {
        List<String> values = Call.values(request, "Authorization");
        if (values.size() > 1) {
            throw Problem.of(WireError.UNAUTHORIZED).with("WWW-Authenticate", "Bearer error=\"invalid_request\"");
        }
        return values.isEmpty() ? null : values.get(0);
    }
}
