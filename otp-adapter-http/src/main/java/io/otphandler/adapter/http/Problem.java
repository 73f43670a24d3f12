package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.otphandler.adapter.http.json.StrictJson;
import io.otphandler.domain.widget.Violation;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An error of the API with all that there is to say of it. Can be thrown, to leave a handler early: it has no stack
 * trace, and costs little.
 */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Most errors have no payload: those are written once. */
    private static final Map<WireError, byte[]> RUSSIAN = all(Language.RU);

    private static final Map<WireError, byte[]> ENGLISH = all(Language.EN);

    private final WireError error;
    private final transient @Nullable ObjectNode payload;
    private final transient Map<String, String> headers;

    private Problem(WireError error, @Nullable ObjectNode payload, Map<String, String> headers) {
        super(error.type(), null, false, false);
        this.error = error;
        this.payload = payload;
        this.headers = headers;
    }

    private static Map<WireError, byte[]> all(Language language) {
        Map<WireError, byte[]> all = new EnumMap<>(WireError.class);
        for (WireError error : WireError.values()) {
            all.put(error, StrictJson.write(error.json(language)));
        }
        return all;
    }

    static Problem of(WireError error) {
        return new Problem(error, null, Map.of());
    }

    static Problem invalid(String field, String expected) {
        return invalid(List.of(new Violation(field, expected)));
    }

    static Problem invalid(List<Violation> violations) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        ArrayNode errors = payload.putArray("errors");
        for (Violation violation : violations) {
            errors.addObject().put("field", violation.field()).put("message", violation.message());
        }
        return of(WireError.VALIDATE).with(payload);
    }

    WireError error() {
        return error;
    }

    Problem with(ObjectNode newPayload) {
        return new Problem(error, newPayload, headers);
    }

    Problem with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Problem(error, payload, more);
    }

    /** Says when asking again can help, both in a header and in the payload. */
    Problem retryAfter(Duration wait) {
        long seconds = Math.max(1, wait.toSeconds());
        ObjectNode more = JsonNodeFactory.instance.objectNode().put("retryAfter", seconds);
        return with(more).with("Retry-After", Long.toString(seconds));
    }

    /** The envelope, with the payload if there is one. */
    byte[] json(Language language) {
        if (payload == null) {
            return switch (language) {
                case RU -> Objects.requireNonNull(RUSSIAN.get(error));
                case EN -> Objects.requireNonNull(ENGLISH.get(error));
            };
        }
        ObjectNode json = error.json(language);
        json.set("payload", payload);
        return StrictJson.write(json);
    }

    Reply reply(Language language) {
        Reply reply = Reply.json(error.status(), json(language));
        for (Map.Entry<String, String> header : headers.entrySet()) {
            reply = reply.with(header.getKey(), header.getValue());
        }
        return reply;
    }
}
