package io.otphandler.adapter.gateways.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.otphandler.application.port.Delivery;

/**
 * What a provider answered.
 *
 * @param body as UTF-8, at most {@value ProviderClient#MAX_BODY} bytes of it
 */
public record Answer(int status, String body) {

    private static final int SHOWN = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** The body; a missing node where it is not JSON. */
    public JsonNode json() {
        try {
            JsonNode node = JSON.readTree(body);
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /**
     * What a status other than success means where the provider says no more: a request that it does not like is
     * rejected for good, all that may be better tomorrow or with another provider (credentials, credit, throttling,
     * faults) can be tried again, and a relay that waited in vain may have passed the message on.
     */
    public Delivery failure(String reason) {
        String why = "HTTP " + status + (reason.isBlank() ? "" : ": " + shortened(reason));
        return switch (status) {
            case 504 -> Delivery.unknown(why);
            case 401, 402, 403, 404, 405, 407, 408, 425, 429 -> Delivery.unavailable(why);
            default -> status >= 400 && status < 500 ? Delivery.rejected(why) : Delivery.unavailable(why);
        };
    }

    /** The same, with the body for a reason. */
    public Delivery failure() {
        return failure(body);
    }

    private static String shortened(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }

    @Override
    public String toString() {
        return "Answer[" + status + ", " + body.length() + " characters]";
    }
}
