package io.otphandler.adapter.gateways.http;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.adapter.gateways.call.Answer;
import io.otphandler.application.port.Delivery;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's answer means.
 *
 * @param rejected when the message will never go; null: as the status says
 * @param messageId where its id stands; null: it gives none
 * @param chosenCode where the code stands that it chose; null: it sends ours
 */
record AnswerRule(
        @Nullable Condition success,
        @Nullable Condition rejected,
        @Nullable JsonPointer messageId,
        @Nullable JsonPointer chosenCode) {

    /**
     * One kind of answers.
     *
     * @param statuses such as {@code 200}, {@code 2xx} or {@code any}
     * @param path whose value counts; null: only the status does
     */
    record Condition(Set<String> statuses, @Nullable JsonPointer path, Set<String> values) {

        boolean holds(Answer answer, JsonNode json) {
            return statuses.stream().anyMatch(status -> isStatus(status.toLowerCase(Locale.ROOT), answer.status()))
                    && (path == null || values.contains(json.at(path).asText()));
        }

        private static boolean isStatus(String pattern, int status) {
            return pattern.equals("any")
                    || pattern.equals(Integer.toString(status))
                    || (pattern.endsWith("xx") && pattern.charAt(0) - '0' == status / 100);
        }
    }

    Delivery read(Answer answer) {
        JsonNode json = answer.json();
        if (rejected != null && rejected.holds(answer, json)) {
            return Delivery.rejected(reason(answer));
        }
        if (success != null && success.holds(answer, json)) {
            return accepted(json);
        }
        // it answered, but not that all is well: with a good status it has not taken the message
        return answer.isSuccess() ? Delivery.unavailable(reason(answer)) : answer.failure();
    }

    private static String reason(Answer answer) {
        return answer.failure().reason();
    }

    private Delivery accepted(JsonNode json) {
        String code = at(json, chosenCode);
        Delivery accepted = code == null ? Delivery.accepted() : Delivery.acceptedWith(code);
        String id = at(json, messageId);
        return id == null ? accepted : accepted.as(List.of(id));
    }

    private static @Nullable String at(JsonNode json, @Nullable JsonPointer path) {
        JsonNode found = path == null ? json.path("").path("") : json.at(path);
        return found.isValueNode() && !found.isNull() && !found.asText().isEmpty() ? found.asText() : null;
    }
}
