package io.otphandler.adapter.gateways.ucaller;

import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.adapter.gateways.call.Answer;
import io.otphandler.adapter.gateways.call.Forms;
import io.otphandler.adapter.gateways.call.ProviderClient;
import io.otphandler.adapter.gateways.kind.Secret;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Message;
import io.otphandler.domain.recipient.RecipientKind;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * uCaller rings from a number whose last four digits are the code, which it chooses. Asked again under the same
 * {@code unique} it does not ring again, so that a lost answer can be asked for again. It reports nothing. Thread-safe.
 */
final class UcallerGateway implements Gateway {

    /** Of its error list: the number is none, or is barred. */
    private static final Set<Integer> REJECTIONS = Set.of(4, 5, 13);

    private final String name;
    private final URI url;
    private final String service;
    private final Secret key;
    private final Duration timeout;
    private final ProviderClient client;

    UcallerGateway(String name, URI url, String service, Secret key, Duration timeout, ProviderClient client) {
        this.name = name;
        this.url = url;
        this.service = service;
        this.key = key;
        this.timeout = timeout;
        this.client = client;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        if (message.recipient().kind() != RecipientKind.PHONE) {
            return CompletableFuture.completedFuture(Delivery.rejected("a call needs a phone number"));
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("phone", message.recipient().value().replaceFirst("^\\+", ""));
        query.put("unique", message.id().toString());
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(url.toString().replaceFirst("/+$", "") + "/initCall?" + Forms.encoded(query)))
                .POST(HttpRequest.BodyPublishers.noBody())
                .setHeader("Accept", "application/json")
                .setHeader("Authorization", "Bearer " + key.value() + "." + service)
                .build();
        return client.deliver(request, timeout, true, UcallerGateway::read);
    }

    private static Delivery read(Answer answer) {
        JsonNode json = answer.json();
        if (json.path("status").asBoolean()) {
            String code = json.path("code").asText();
            String id = json.path("ucaller_id").asText();
            Delivery accepted = Delivery.acceptedWith(code);
            return id.isEmpty() ? accepted : accepted.as(List.of(id));
        }
        if (!json.has("status")) {
            return answer.isSuccess() ? Delivery.unknown("the answer was not understood") : answer.failure();
        }
        String why = json.path("code").asText() + " " + json.path("error").asText();
        return REJECTIONS.contains(json.path("code").asInt()) ? Delivery.rejected(why) : Delivery.unavailable(why);
    }
}
