package io.otphandler.adapter.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.router.EndpointNotFound;
import io.otphandler.adapter.http.jetty.Exchange;
import io.otphandler.adapter.http.token.TokenVerifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/**
 * Puts routes, each behind its {@link Gate}, before Javalin, and before {@link DirectRoutes}, which spares those that are
 * asked for as usual the way through it.
 */
final class Router {
    /** A route that answers when it is asked. */
    @FunctionalInterface
    interface Endpoint {
        Reply answer(Call call);
    }

    private final RoutesConfig routes;
    private final DirectRoutes direct;
    private final List<String> added = new ArrayList<>();
    private final TokenVerifier tokens;
    private final Failures failures;
    private final Executor executor;

    /** @param executor where answers that had to be waited for are written */
    Router(RoutesConfig routes, DirectRoutes direct, TokenVerifier tokens, Failures failures, Executor executor) {
        this.routes = routes;
        this.direct = direct;
        this.tokens = tokens;
        this.failures = failures;
        this.executor = executor;
        routes.exception(EndpointNotFound.class, (e, context) -> fail(context, Problem.of(WireError.NOT_FOUND)));
        routes.exception(MethodNotAllowedResponse.class, (e, context) -> fail(context, notAllowed(e)));
        routes.exception(HttpResponseException.class, (e, context) -> fail(context, ofStatus(e)));
        routes.exception(Exception.class, (e, context) -> fail(context, e));
    }

    /** A route whose template is its whole path. */
    void add(Route route, Endpoint endpoint) {
        add("", route, endpoint);
    }

    /** @param base the path that the route's template stands below */
    void add(String base, Route route, Endpoint endpoint) {
        addHeld(base, route, call -> CompletableFuture.completedFuture(endpoint.answer(call)));
    }

    /** The same for a route that may answer later. */
    void addHeld(String base, Route route, Gate.Endpoint endpoint) {
        Gate gate = new Gate(route, endpoint, tokens, failures);
        String path = base + route.template();
        added.add(route.method() + " " + path);
        add(route.method(), path, gate);
        if (route.method().equals(HandlerType.GET)) {
            // Javalin would answer HEAD by itself, always with 200
            add(HandlerType.HEAD, path, gate);
        }
    }

    private void add(HandlerType method, String path, Gate gate) {
        direct.add(method.name(), path, gate);
        routes.addHttpHandler(method, path, context -> answer(context, gate));
    }

    /** All that were added, such as {@code GET /health/live}. */
    List<String> added() {
        return List.copyOf(added);
    }

    private void answer(Context context, Gate gate) {
        Request request = request(context);
        CompletableFuture<Reply> answer = gate.ask(request, context.pathParamMap());
        if (answer.isDone()) {
            gate.reply(request, answer).writeTo(context.res());
        } else {
            Exchange exchange = Exchange.of(request);
            context.future(() -> answer.handleAsync(
                    (reply, failure) -> {
                        // else the client has gone, and what the answer would be written into may be another's by now
                        if (!exchange.isOver()) {
                            gate.reply(request, answer).writeTo(context.res());
                        }
                        return true;
                    },
                    executor));
        }
    }

    private void fail(Context context, Throwable failure) {
        failures.reply(failure, request(context)).writeTo(context.res());
    }

    private static Request request(Context context) {
        return ServletContextRequest.getServletContextRequest(context.req());
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
