package io.otphandler.adapter.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.router.EndpointNotFound;
import io.otphandler.adapter.http.jetty.Exchange;
import io.otphandler.adapter.http.token.Identity;
import io.otphandler.adapter.http.token.TokenVerifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Puts routes before Javalin, each behind the same gate: the token, its scope, the size of the body, and then whatever
 * the route does, whose failures are told in the API's words.
 */
final class Router {
    /** A route that answers when it is asked. */
    @FunctionalInterface
    interface Endpoint {
        Reply answer(Call call);
    }

    /** A route that may answer later; no thread waits for it. */
    @FunctionalInterface
    interface HeldEndpoint {
        CompletableFuture<Reply> answer(Call call);
    }

    private final RoutesConfig routes;
    private final List<String> added = new ArrayList<>();
    private final TokenVerifier tokens;
    private final Failures failures;
    private final Executor executor;

    /** @param executor where answers that had to be waited for are written */
    Router(RoutesConfig routes, TokenVerifier tokens, Failures failures, Executor executor) {
        this.routes = routes;
        this.tokens = tokens;
        this.failures = failures;
        this.executor = executor;
        routes.exception(EndpointNotFound.class, (e, context) -> fail(context, Problem.of(WireError.NOT_FOUND)));
        routes.exception(MethodNotAllowedResponse.class, (e, context) -> fail(context, notAllowed(e)));
        routes.exception(HttpResponseException.class, (e, context) -> fail(context, ofStatus(e)));
        routes.exception(Exception.class, this::fail);
    }

    /** A route whose template is its whole path. */
    void add(Route route, Endpoint endpoint) {
        add("", route, endpoint);
    }

    /** @param base the path that the route's template stands below */
    void add(String base, Route route, Endpoint endpoint) {
        addHandler(base, route, context -> {
            Exchange exchange = Exchange.of(context.req());
            Reply reply;
            try {
                reply = endpoint.answer(admit(context, exchange, route));
            } catch (Throwable failure) {
                reply = reply(context, exchange, failure);
            }
            reply.writeTo(context.res());
        });
    }

    /** The same for a route that may answer later. */
    void addHeld(String base, Route route, HeldEndpoint endpoint) {
        addHandler(base, route, context -> {
            Exchange exchange = Exchange.of(context.req());
            CompletableFuture<Reply> future;
            try {
                future = endpoint.answer(admit(context, exchange, route));
            } catch (Throwable failure) {
                future = CompletableFuture.failedFuture(failure);
            }
            if (future.isDone()) {
                write(context, exchange, future);
            } else {
                CompletableFuture<Reply> held = future;
                context.future(() -> held.handleAsync(
                        (reply, failure) -> {
                            write(context, exchange, held);
                            return true;
                        },
                        executor));
            }
        });
    }

    /** All that were added, such as {@code GET /health/live}. */
    List<String> added() {
        return List.copyOf(added);
    }

    /** Javalin would answer HEAD by itself, always with 200, so every GET is a HEAD as well. */
    private void addHandler(String base, Route route, io.javalin.http.Handler handler) {
        String path = base + route.template();
        added.add(route.method() + " " + path);
        routes.addHttpHandler(route.method(), path, handler);
        if (route.method().equals(HandlerType.GET)) {
            routes.addHttpHandler(HandlerType.HEAD, path, handler);
        }
    }

    private Call admit(Context context, Exchange exchange, Route route) {
        if (!route.ports().includes(exchange.isManagement())) {
            throw Problem.of(WireError.NOT_FOUND);
        }
        exchange.route(route.template());
        @Nullable Identity identity = null;
        if (!route.scopes().isEmpty()) {
            identity = tokens.verify(authorization(context));
            if (!identity.hasAnyOf(route.scopes())) {
                throw Problem.of(WireError.FORBIDDEN);
            }
        }
        if (exchange.isBodyTooLarge()) {
            throw Problem.of(WireError.PAYLOAD_TOO_LARGE);
        }
        return new Call(context, exchange, identity);
    }

    /** What stands there several times is not one header: whoever stands before us may have judged another of them. */
    private static @Nullable String authorization(Context context) {
        List<String> values = Collections.list(context.req().getHeaders("Authorization"));
        if (values.size() > 1) {
            throw Problem.of(WireError.UNAUTHORIZED).with("WWW-Authenticate", "Bearer error=\"invalid_request\"");
        }
        return values.isEmpty() ? null : values.get(0);
    }

    private void write(Context context, Exchange exchange, CompletableFuture<Reply> done) {
        if (exchange.isOver()) {
            // the client has gone, and what the answer would be written into may be another's by now
            return;
        }
        Reply reply;
        try {
            reply = done.join();
        } catch (Throwable failure) {
            reply = reply(context, exchange, failure);
        }
        reply.writeTo(context.res());
    }

    private void fail(Exception failure, Context context) {
        fail(context, failure);
    }

    private void fail(Context context, Throwable failure) {
        reply(context, Exchange.of(context.req()), failure).writeTo(context.res());
    }

    private Reply reply(Context context, Exchange exchange, Throwable failure) {
        return failures.problem(failure, exchange.route()).reply(Language.of(Call.header(context, "Accept-Language")));
    }

    private static Problem notAllowed(MethodNotAllowedResponse refused) {
        Problem problem = Problem.of(WireError.METHOD_NOT_ALLOWED);
        // its only detail is the list of methods, under a name that varies
        return refused.getDetails().values().stream()
                .findFirst()
                .map(methods -> problem.with("Allow", methods))
                .orElse(problem);
    }

    private static Throwable ofStatus(HttpResponseException thrown) {
        return thrown.getStatus() >= 500 ? thrown : Problem.of(WireError.ofStatus(thrown.getStatus()));
    }
}
