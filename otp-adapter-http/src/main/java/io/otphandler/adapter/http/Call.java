package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.adapter.http.jetty.Exchange;
import io.otphandler.adapter.http.json.StrictJson;
import io.otphandler.adapter.http.json.Texts;
import io.otphandler.adapter.http.json.Uuids;
import io.otphandler.adapter.http.token.Identity;
import io.otphandler.adapter.http.token.TokenVerifier;
import io.otphandler.application.once.Question;
import io.otphandler.application.session.Caller;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.WidgetId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A request, as a route asks it. What is missing or malformed is thrown as a {@link Problem}. Not thread-safe. */
final class Call {
    private final Request request;
    private final Map<String, String> parameters;
    private final Exchange exchange;
    private final @Nullable Identity identity;
    private @Nullable Language language;

    /** @param parameters of the path, decoded, by their names in the route's template */
    Call(Request request, Map<String, String> parameters, Exchange exchange, @Nullable Identity identity) {
        this.request = request;
        this.parameters = parameters;
        this.exchange = exchange;
        this.identity = identity;
    }

    /** Who is calling; only on routes that want a token. */
    Identity identity() {
        if (identity == null) {
            throw new IllegalStateException("This route wants no token");
        }
        return identity;
    }

    Caller caller() {
        return new Caller(identity().account(), identity().widgets());
    }

    Language language() {
        return language == null ? Language.of(acceptLanguage()) : language;
    }

    /** From now on the language is known without asking the request. */
    void rememberLanguage() {
        language = language();
    }

    @Nullable
    String acceptLanguage() {
        return header("Accept-Language");
    }

    /** A header's values, which may come on several lines, as one; null: none. */
    @Nullable
    String header(String name) {
        return header(request, name);
    }

    static @Nullable String header(Request request, String name) {
        List<String> values = values(request, name);
        return values.size() == 1 ? values.get(0) : values.isEmpty() ? null : String.join(",", values);
    }

    /** A header's values, line by line. */
    static List<String> values(Request request, String name) {
        List<String> values = List.of();
        for (HttpField field : request.getHeaders()) {
            if (field.is(name)) {
                String value = Objects.requireNonNullElse(field.getValue(), "");
                if (values.isEmpty()) {
                    // nearly always all there is
                    values = List.of(value);
                    continue;
                }
                if (values.size() == 1) {
                    values = new ArrayList<>(values);
                }
                values.add(value);
            }
        }
        return values;
    }

    boolean hasHeader(String name) {
        return request.getHeaders().contains(name);
    }

    /** The value of a header that stands there once; null: it does not. */
    @Nullable
    String onlyHeader(String name) {
        List<String> values = values(request, name);
        return values.size() == 1 ? values.get(0) : null;
    }

    /** All that tells this call from others; only on routes that want a token. */
    Question question(String key) {
        String token = Objects.requireNonNull(header("Authorization"), "Nobody comes here without a token");
        String path = request.getHttpURI().getPath();
        return new Question(
                key,
                TokenVerifier.bearer(token),
                method(),
                path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
                rawQuery(),
                body());
    }

    /** Once it is over, be it that the client has gone. */
    void atEnd(Runnable work) {
        exchange.atEnd(work);
    }

    boolean isManagement() {
        return exchange.isManagement();
    }

    /** Of whoever is connected to this service, be it a proxy; a literal. */
    String remoteAddress() {
        return Request.getRemoteAddr(request);
    }

    /** Such as {@code HTTP/1.1}. */
    String protocol() {
        return request.getConnectionMetaData().getProtocol();
    }

    /** The host and port that the client names, in whatever way its version of HTTP has for that. */
    String authority() {
        return Request.getServerName(request) + ":" + Request.getServerPort(request);
    }

    /** In capitals. */
    String method() {
        return request.getMethod();
    }

    /** What follows the {@code ?}, as it came; empty: nothing. */
    String rawQuery() {
        return Objects.requireNonNullElse(request.getHttpURI().getQuery(), "");
    }

    /** All of them, by their names in lower case. */
    Map<String, List<String>> headers() {
        Map<String, List<String>> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.computeIfAbsent(field.getLowerCaseName(), name -> new ArrayList<>())
                    .add(Objects.requireNonNullElse(field.getValue(), ""));
        }
        return headers;
    }

    /** Every byte of it, as it came. */
    byte[] body() {
        return exchange.body();
    }

    /** The {@code requestId} of the path; a malformed one names no session. */
    SessionId sessionId() {
        return pathId("requestId").map(SessionId::new).orElseThrow(() -> Problem.of(WireError.SESSION_NOT_FOUND));
    }

    /** The widget's id in the path; a malformed one names no widget. */
    WidgetId widgetId() {
        return pathId("widgetId").map(WidgetId::new).orElseThrow(() -> Problem.of(WireError.WIDGET_NOT_FOUND));
    }

    /** An id in the path; empty: it is malformed. */
    Optional<UUID> pathId(String name) {
        return Uuids.parse(path(name));
    }

    String path(String name) {
        return Objects.requireNonNull(parameters.get(name), "No such parameter in the route's template");
    }

    /**
     * The body as JSON.
     *
     * @throws Problem when it says to be something else, or is no JSON
     */
    JsonNode json() {
        String contentType = header("Content-Type");
        String coding = header("Content-Encoding");
        if ((contentType != null && !MediaTypes.isJson(contentType)) || !MediaTypes.isUncoded(coding)) {
            throw Problem.of(WireError.UNSUPPORTED_MEDIA_TYPE);
        }
        return StrictJson.read(exchange.body())
                .orElseThrow(() -> Problem.invalid("body", "expected well-formed JSON in UTF-8"));
    }

    /** A query parameter that must be there; a leading blank is what a {@code +} that nobody escaped has become. */
    String recipient() {
        String recipient = query("recipient");
        if (recipient == null || recipient.isEmpty()) {
            throw Problem.invalid("recipient", "expected a phone number or an e-mail address");
        }
        return withPlus(recipient);
    }

    static String withPlus(String recipient) {
        return recipient.startsWith(" ") ? "+" + recipient.substring(1) : recipient;
    }

    /**
     * A query parameter; null: missing. Not Javalin's, which drops what is malformed and decodes by the charset of the
     * body.
     */
    @Nullable
    String query(String name) {
        String query = request.getHttpURI().getQuery();
        if (query == null) {
            return null;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (name.equals(decoded(equals < 0 ? pair : pair.substring(0, equals)))) {
                String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
                if (value == null || !Texts.isPlain(value)) {
                    throw Problem.invalid(name, "expected a text, percent-encoded, without control characters");
                }
                return value;
            }
        }
        return null;
    }

    private static @Nullable String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
