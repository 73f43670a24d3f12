package io.otphandler.adapter.http.jetty;

import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Javalin from three surprises that it has no switch for: it honours {@code X-HTTP-Method-Override}, it takes the
 * names of its own handler kinds for methods, so that {@code BEFORE /x HTTP/1.1} would be answered 200, and it fails on
 * escapes that it cannot decode where Jetty does not look for them, behind a {@code ;}. Turns away what has no path at
 * all, as CONNECT over HTTP/2. Stateless.
 */
public final class RequestGuard extends Handler.Wrapper {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final String OVERRIDE = "X-HTTP-Method-Override";

    /** The method, or {@code OTHER} for what nobody has heard of. */
    static String name(String method) {
        return METHODS.contains(method) ? method : "OTHER";
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!isDecodable(request.getHttpURI().getPath())) {
            Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
            return true;
        }
        String method = name(request.getMethod());
        boolean overridden = request.getHeaders().contains(OVERRIDE);
        if (METHODS.contains(method) && !overridden) {
            return super.handle(request, response, callback);
        }
        HttpFields headers = overridden
                ? HttpFields.build(request.getHeaders()).remove(OVERRIDE).asImmutable()
                : request.getHeaders();
        return super.handle(
                new Request.Wrapper(request) {
                    @Override
                    public HttpFields getHeaders() {
                        return headers;
                    }

                    @Override
                    public String getMethod() {
                        return method;
                    }
                },
                response,
                callback);
    }

    private static boolean isDecodable(@Nullable String path) {
        if (path == null) {
            return false;
        }
        for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
            if (i + 2 >= path.length()
                    || Character.digit(path.charAt(i + 1), 16) < 0
                    || Character.digit(path.charAt(i + 2), 16) < 0) {
                return false;
            }
        }
        return true;
    }
}
