package io.otphandler.adapter.gateways.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.adapter.gateways.kind.Secret;
import io.otphandler.application.port.Message;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The request that hands a message over, with everything of the message left open.
 *
 * @param username with {@code password}, for HTTP Basic; null: none
 * @param token for {@code Authorization: Bearer}; null: none
 * @param signing null: requests are not signed
 */
record RequestTemplate(
        String method,
        String url,
        Map<String, String> headers,
        Body body,
        @Nullable String username,
        @Nullable Secret password,
        @Nullable Secret token,
        @Nullable StandardWebhooks signing) {

    /** What stands in the request's body. */
    sealed interface Body {
        /** Empty: there is none. */
        String contentType();

        byte[] fill(Message message);
    }

    record Json(JsonNode template) implements Body {
        @Override
        public String contentType() {
            return "application/json";
        }

        @Override
        public byte[] fill(Message message) {
            return Placeholders.fill(template, message).toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    record Form(Map<String, String> fields) implements Body {
        @Override
        public String contentType() {
            return "application/x-www-form-urlencoded";
        }

        @Override
        public byte[] fill(Message message) {
            return fields.entrySet().stream()
                    .map(field -> Placeholders.encoded(field.getKey()) + "="
                            + Placeholders.encoded(Placeholders.fill(field.getValue(), message, text -> text)))
                    .collect(Collectors.joining("&"))
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    record None() implements Body {
        @Override
        public String contentType() {
            return "";
        }

        @Override
        public byte[] fill(Message message) {
            return new byte[0];
        }
    }

    HttpRequest fill(Message message, Instant now) {
        byte[] bytes = body.fill(message);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(Placeholders.fill(url, message, Placeholders::encoded)))
                .method(
                        method,
                        bytes.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(bytes));
        if (!body.contentType().isEmpty()) {
            request.setHeader("Content-Type", body.contentType());
        }
        request.setHeader("Accept", "application/json");
        if (username != null && password != null) {
            request.setHeader("Authorization", basic(username, password));
        }
        if (token != null) {
            request.setHeader("Authorization", "Bearer " + token.value());
        }
        if (signing != null) {
            String id = message.id().toString();
            request.setHeader(StandardWebhooks.ID, id);
            request.setHeader(StandardWebhooks.TIMESTAMP, Long.toString(now.getEpochSecond()));
            request.setHeader(StandardWebhooks.SIGNATURE, signing.sign(id, now, bytes));
        }
        // what is configured has the last word
        headers.forEach((name, value) ->
                request.setHeader(name, Placeholders.header(Placeholders.fill(value, message, text -> text))));
        return request.build();
    }

    static String basic(String username, Secret password) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString((username + ":" + password.value()).getBytes(StandardCharsets.UTF_8));
    }
}
