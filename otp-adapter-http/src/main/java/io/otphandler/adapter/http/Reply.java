package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.adapter.http.json.StrictJson;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** An answer, ready to be written. Immutable. */
final class Reply {
    private static final String JSON = "application/json";
    private static final String NO_STORE = "no-store";
    private static final byte[] TRUE = "{\"success\":true}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "{\"success\":false}".getBytes(StandardCharsets.US_ASCII);

    private final int status;
    private final String contentType;
    private final byte @Nullable [] body;
    private final Map<String, String> headers;

    private Reply(int status, String contentType, byte @Nullable [] body, Map<String, String> headers) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
        this.headers = headers;
    }

    static Reply json(int status, JsonNode json) {
        return json(status, StrictJson.write(json));
    }

    static Reply json(int status, byte[] json) {
        return new Reply(status, JSON, json, Map.of());
    }

    static Reply success(int status, boolean success) {
        return json(status, success ? TRUE : FALSE);
    }

    static Reply text(String contentType, byte[] text) {
        return new Reply(200, contentType, text, Map.of());
    }

    static Reply empty(int status) {
        return new Reply(status, JSON, null, Map.of());
    }

    /** The same headers with another status and nothing more. */
    Reply withoutBody(int newStatus) {
        return new Reply(newStatus, contentType, null, headers);
    }

    int status() {
        return status;
    }

    /** Empty: there is none. */
    byte[] body() {
        return body == null ? new byte[0] : body;
    }

    /** Whether something was done: {@code {"success":false}} says that nothing was. */
    boolean tellsSuccess() {
        return status < 300 && body != null && !Arrays.equals(body, FALSE);
    }

    Reply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, contentType, body, more);
    }

    /** Writes it, and has the callback end the request. */
    void writeTo(Response response, Callback callback) {
        response.setStatus(status);
        HttpFields.Mutable fields = response.getHeaders();
        fields.put(Prepared.NO_STORE);
        forEachHeader(fields::put, fields::add);
        byte[] bytes = body;
        if (bytes == null) {
            response.write(true, null, callback);
            return;
        }
        if (contentType.equals(JSON)) {
            fields.put(Prepared.JSON);
        } else {
            fields.put(HttpHeader.CONTENT_TYPE, contentType);
        }
        fields.put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }

    /**
     * Writes it past Javalin, which would copy it, and answer 304 by itself where the tag is known: that is for the long
     * poll alone to judge.
     */
    void writeTo(HttpServletResponse response) {
        response.setStatus(status);
        response.setHeader("Cache-Control", NO_STORE);
        forEachHeader(response::setHeader, response::addHeader);
        byte[] bytes = body;
        if (bytes == null) {
            response.setContentType(null);
            return;
        }
        response.setContentType(contentType);
        // otherwise a long one goes out in chunks, and the answer to HEAD does not tell its length
        response.setContentLength(bytes.length);
        try {
            response.getOutputStream().write(bytes);
        } catch (IOException e) {
            // the client went away: nobody is left to be told
        }
    }

    private void forEachHeader(BiConsumer<String, String> put, BiConsumer<String, String> add) {
        // what answers differ by beyond this one has been said before
        headers.forEach((name, value) -> (name.equals("Vary") ? add : put).accept(name, value));
    }

    /** Header fields as they are sent. Apart, as Jetty prepares them by what it was told before a server was made. */
    private static final class Prepared {
        static final HttpField NO_STORE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, Reply.NO_STORE);
        static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, Reply.JSON);
    }
}
