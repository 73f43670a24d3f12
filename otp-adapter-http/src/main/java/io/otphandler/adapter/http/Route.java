package io.otphandler.adapter.http;

import io.javalin.http.HandlerType;
import io.otphandler.adapter.http.token.Scope;
import java.util.Set;

/**
 * Where requests can go.
 *
 * @param template the path below the base, with its parameters in braces: also the name in metrics and logs
 * @param scopes one of which the token needs; empty: no token is asked for
 * @param ports by which ports it can be reached
 * @param isPrompt whether asking it waits for nothing, where the store is near; what it answers may be waited for
 */
record Route(HandlerType method, String template, Set<Scope> scopes, Ports ports, boolean isPrompt) {
    enum Ports {
        API,
        MANAGEMENT,
        BOTH;

        boolean includes(boolean management) {
            return this == BOTH || (this == MANAGEMENT) == management;
        }
    }

    static Route of(HandlerType method, String template, Set<Scope> scopes) {
        return new Route(method, template, scopes, Ports.API, false);
    }

    static Route prompt(HandlerType method, String template, Set<Scope> scopes) {
        return new Route(method, template, scopes, Ports.API, true);
    }
}
