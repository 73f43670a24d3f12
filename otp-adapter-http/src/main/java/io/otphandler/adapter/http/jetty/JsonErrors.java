package io.otphandler.adapter.http.jetty;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers Jetty's own errors (requests that cannot be parsed, whatever escapes a servlet) in JSON. The same object
 * serves the server and its context. Stateless.
 */
public final class JsonErrors extends ErrorHandler {
    private static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
    private static final HttpField NO_STORE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");

    private final ErrorBodies bodies;
    private final SafeHeaders safe;

    public JsonErrors(ErrorBodies bodies, SafeHeaders safe) {
        this.bodies = bodies;
        this.safe = safe;
    }

    /** By default only GET, POST and HEAD get a body. */
    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (Exchange.hasLeft(request)) {
            // nobody is there to be told, and it is no fault of ours
            callback.succeeded();
            return true;
        }
        int status = response.getStatus();
        Throwable cause = (Throwable) request.getAttribute(ERROR_EXCEPTION);
        if (cause instanceof HttpException http) {
            status = http.getCode();
            // Jetty hangs up after a request that it could not read: who does not know sends the next one into nothing
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        } else if (cause instanceof TimeoutException) {
            status = HttpStatus.REQUEST_TIMEOUT_408;
        }
        write(request, response, status < 400 ? HttpStatus.INTERNAL_SERVER_ERROR_500 : status, cause, callback);
        return true;
    }

    /** Answers with the error and keeps the connection as it is. */
    void write(Request request, Response response, int status, @Nullable Throwable cause, Callback callback) {
        ErrorBodies.ErrorBody body =
                bodies.of(status, cause, request.getHeaders().get(HttpHeader.ACCEPT_LANGUAGE));
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(JSON);
        headers.put(NO_STORE);
        // such an answer may never have met the first handler, or have lost what that had put there
        safe.putInto(request, response);
        if (body.retryAfter() >= 0) {
            headers.put(HttpHeader.RETRY_AFTER, body.retryAfter());
        }
        headers.put(HttpHeader.CONTENT_LENGTH, body.json().length);
        response.setStatus(body.status());
        response.write(true, ByteBuffer.wrap(body.json()), callback);
    }

    /** Answers with the error; nothing more can come over this connection. */
    void writeAndClose(Request request, Response response, int status, Callback callback) {
        response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        write(request, response, status, null, callback);
    }
}
