package io.otphandler.adapter.gateways.call;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Requests as providers want them, and forms as they send them. Stateless. */
public final class Forms {

    /** More fields than any provider sends. */
    private static final int MAX_FIELDS = 1_000;

    private Forms() {}

    /** A request below a base, whose path may have more steps; each step is encoded. */
    public static HttpRequest.Builder to(URI base, String... steps) {
        StringBuilder path = new StringBuilder(base.toString().replaceFirst("/+$", ""));
        for (String step : steps) {
            path.append('/').append(encoded(step));
        }
        return HttpRequest.newBuilder(URI.create(path.toString())).setHeader("Accept", "application/json");
    }

    public static HttpRequest.Builder postForm(HttpRequest.Builder request, Map<String, String> fields) {
        return request.setHeader("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(encoded(fields)));
    }

    public static HttpRequest.Builder postJson(HttpRequest.Builder request, Object json) {
        return request.setHeader("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json.toString()));
    }

    /** As a form, or a query. */
    public static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The fields of a form by their names, which are in order; empty: it is none. */
    public static Optional<Map<String, List<String>>> fields(String form) {
        Map<String, List<String>> fields = new TreeMap<>();
        if (form.isEmpty()) {
            return Optional.of(fields);
        }
        String[] pairs = form.split("&", MAX_FIELDS + 1);
        if (pairs.length > MAX_FIELDS) {
            return Optional.empty();
        }
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            try {
                String name = URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), StandardCharsets.UTF_8);
                String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
                fields.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return Optional.of(fields);
    }
}
