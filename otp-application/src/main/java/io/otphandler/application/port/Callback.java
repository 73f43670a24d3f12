package io.otphandler.application.port;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request of a provider, as it came. Its {@code toString} shows nothing of it. Immutable. */
public final class Callback {

    private final String method;
    private final String query;
    private final Map<String, List<String>> headers;
    private final byte[] body;
    private final Instant at;

    /**
     * @param method in capitals
     * @param query what follows the {@code ?}, still encoded; empty: nothing
     * @param headers by their names in lower case
     * @param body every byte of it: signatures are made over them; not to be changed any more
     * @param at when it came
     */
    public Callback(String method, String query, Map<String, List<String>> headers, byte[] body, Instant at) {
        this.method = method;
        this.query = query;
        this.headers = Map.copyOf(headers);
        this.body = body;
        this.at = at;
    }

    public String method() {
        return method;
    }

    public String query() {
        return query;
    }

    /** Not to be changed. */
    public byte[] body() {
        return body;
    }

    public Instant at() {
        return at;
    }

    /** The header's only value; empty: it is not there, or there several times, which no provider does. */
    public Optional<String> header(String name) {
        List<String> values = headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    /** The first parameter of the query that is called so, decoded; empty: there is none, or it is malformed. */
    public Optional<String> parameter(String name) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            try {
                if (equals > 0
                        && URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8)
                                .equals(name)) {
                    return Optional.of(URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
            } catch (IllegalArgumentException e) {
                // not what we asked the provider to send: another one may be
            }
        }
        return Optional.empty();
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "Callback[" + method + ", " + body.length + " bytes]";
    }
}
