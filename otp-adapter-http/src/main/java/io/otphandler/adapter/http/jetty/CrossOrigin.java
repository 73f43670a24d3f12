package io.otphandler.adapter.http.jetty;

import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages of listed origins use the API (the Fetch standard's CORS), also see its errors. Without credentials:
 * tokens come in a header of their own. Answers preflights of listed origins; all others go on like any request.
 */
public final class CrossOrigin extends Handler.Wrapper {
    private static final String ANY = "*";

    private final Set<String> origins;

    /** @param origins such as {@code https://shop.example}; {@code *}: any */
    public CrossOrigin(List<String> origins) {
        this.origins = Set.copyOf(origins);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (origins.isEmpty()) {
            return super.handle(request, response, callback);
        }
        HttpFields.Mutable headers = response.getHeaders();
        boolean any = origins.contains(ANY);
        if (!any) {
            headers.add(HttpHeader.VARY, HttpHeader.ORIGIN.asString());
        }
        @Nullable String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin == null || !(any || origins.contains(origin))) {
            return super.handle(request, response, callback);
        }
        headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, any ? ANY : origin);
        headers.put(HttpHeader.ACCESS_CONTROL_EXPOSE_HEADERS, "ETag, Retry-After");
        if (!request.getMethod().equals("OPTIONS")
                || !request.getHeaders().contains(HttpHeader.ACCESS_CONTROL_REQUEST_METHOD)) {
            return super.handle(request, response, callback);
        }
        headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE");
        headers.put(
                HttpHeader.ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, If-None-Match, Idempotency-Key");
        headers.put(HttpHeader.ACCESS_CONTROL_MAX_AGE, "600");
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        response.setStatus(HttpStatus.NO_CONTENT_204);
        callback.succeeded();
        return true;
    }
}
