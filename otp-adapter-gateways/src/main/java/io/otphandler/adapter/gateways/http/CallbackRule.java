package io.otphandler.adapter.gateways.http;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otphandler.application.port.Callback;
import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.ProviderMessage;
import io.otphandler.application.port.Report;
import io.otphandler.domain.session.Receipt;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a provider's callbacks are read: JSON, one report or a list of them, or a form, or a query.
 *
 * @param id where the message's name stands: a JSON pointer, or a field of the form or the query
 * @param byDispatch whether that is our name of it
 * @param statuses ours by theirs; empty: theirs are ours
 * @param code where the code stands that the provider sent instead; null: nowhere
 */
record CallbackRule(
        String id,
        boolean byDispatch,
        String status,
        Map<String, String> statuses,
        @Nullable String code,
        CallbackSignature signature) {

    private static final String IGNORED = "ignored";
    /** More than any provider gathers; beyond it somebody means harm. */
    private static final int MAX_REPORTS = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    static boolean isUnknown(String status) {
        return !status.equals(IGNORED) && Receipt.Status.named(status).isEmpty();
    }

    static List<String> knownStatuses() {
        return Stream.concat(Stream.of(Receipt.Status.values()).map(Receipt.Status::wireName), Stream.of(IGNORED))
                .toList();
    }

    CallbackReading read(Callback callback) {
        Optional<String> doubt = signature.doubt(callback);
        if (doubt.isPresent()) {
            return CallbackReading.unauthorized(doubt.get());
        }
        String body = callback.text().strip();
        if (callback.method().equals("GET") || body.isEmpty()) {
            return form(callback.query());
        }
        return body.startsWith("{") || body.startsWith("[") ? json(body) : form(body);
    }

    private CallbackReading json(String body) {
        JsonNode root;
        try {
            root = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return CallbackReading.malformed("expected well-formed JSON");
        }
        List<Report> reports = new ArrayList<>();
        if (root.isArray() && root.size() > MAX_REPORTS) {
            return CallbackReading.malformed("expected at most " + MAX_REPORTS + " reports");
        }
        for (JsonNode item : root.isArray() ? root : List.of(root)) {
            report(name -> at(item, name)).ifPresent(reports::add);
        }
        return CallbackReading.of(reports);
    }

    private static @Nullable String at(JsonNode item, String name) {
        JsonNode found = name.startsWith("/") ? item.at(JsonPointer.compile(name)) : item.path(name);
        return found.isValueNode() && !found.isNull() ? found.asText() : null;
    }

    private CallbackReading form(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : text.split("&", MAX_REPORTS)) {
            int equals = pair.indexOf('=');
            try {
                if (equals > 0) {
                    fields.putIfAbsent(
                            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
            } catch (IllegalArgumentException e) {
                return CallbackReading.malformed("expected a form in percent-encoding");
            }
        }
        return CallbackReading.of(report(name -> fields.get(name.startsWith("/") ? name.substring(1) : name)).stream()
                .toList());
    }

    /** Empty: it is about something else, or about a status that does not matter. */
    private Optional<Report> report(Function<String, @Nullable String> fields) {
        String name = fields.apply(id);
        String theirs = fields.apply(status);
        if (name == null || name.isEmpty() || name.length() > ProviderMessage.MAX_ID_LENGTH || theirs == null) {
            return Optional.empty();
        }
        String ours = statuses.isEmpty() ? theirs : statuses.getOrDefault(theirs, IGNORED);
        String sent = code == null ? null : fields.apply(code);
        return Receipt.Status.named(ours)
                .flatMap(known -> byDispatch
                        ? DispatchId.parse(name).map(dispatch -> new Report(dispatch, null, known, sent))
                        : Optional.of(new Report(null, name, known, sent)));
    }
}
