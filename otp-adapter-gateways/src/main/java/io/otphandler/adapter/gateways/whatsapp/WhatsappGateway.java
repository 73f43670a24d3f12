package io.otphandler.adapter.gateways.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.otphandler.adapter.gateways.call.Answer;
import io.otphandler.adapter.gateways.call.Forms;
import io.otphandler.adapter.gateways.call.ProviderClient;
import io.otphandler.adapter.gateways.call.Signatures;
import io.otphandler.adapter.gateways.kind.Secret;
import io.otphandler.application.port.Callback;
import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.ProviderMessage;
import io.otphandler.application.port.Report;
import io.otphandler.domain.session.Receipt;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** WhatsApp's Cloud API. The words are the template's, which Meta has approved; only the code is ours. Thread-safe. */
final class WhatsappGateway implements Gateway {

    /** What Meta's error list says of the recipient: not on WhatsApp, ourselves, in an experiment without messages. */
    private static final Set<Integer> REJECTIONS = Set.of(130472, 131021, 131026);

    private final String name;
    private final WhatsappSettings settings;
    private final ProviderClient client;

    WhatsappGateway(String name, WhatsappSettings settings, ProviderClient client) {
        this.name = name;
        this.settings = settings;
        this.client = client;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        return client.deliver(
                Forms.postJson(
                                Forms.to(settings.url(), settings.version(), settings.phoneNumberId(), "messages"),
                                json(message))
                        .setHeader("Authorization", "Bearer " + settings.token().value())
                        .build(),
                settings.timeout(),
                false,
                WhatsappGateway::read);
    }

    /** The code stands in the body and, for copying it, in the button. */
    private ObjectNode json(Message message) {
        String code = message.code().digits();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("messaging_product", "whatsapp")
                .put("recipient_type", "individual")
                .put("to", message.recipient().value().replaceFirst("^\\+", ""))
                .put("type", "template")
                .put("biz_opaque_callback_data", message.id().toString());
        ObjectNode template = json.putObject("template").put("name", settings.template());
        template.putObject("language").put("code", language(message.locale()));
        ArrayNode components = template.putArray("components");
        components
                .addObject()
                .put("type", "body")
                .putArray("parameters")
                .addObject()
                .put("type", "text")
                .put("text", code);
        components
                .addObject()
                .put("type", "button")
                .put("sub_type", "url")
                .put("index", "0")
                .putArray("parameters")
                .addObject()
                .put("type", "text")
                .put("text", code);
        return json;
    }

    private String language(String locale) {
        String language = locale.split("-", 2)[0].toLowerCase(Locale.ROOT);
        String named = settings.languages().get(locale);
        return named == null ? settings.languages().getOrDefault(language, locale.replace('-', '_')) : named;
    }

    private static Delivery read(Answer answer) {
        JsonNode json = answer.json();
        if (answer.isSuccess()) {
            String id = json.path("messages").path(0).path("id").asText();
            return id.isEmpty() ? Delivery.accepted() : Delivery.acceptedAs(List.of(id));
        }
        JsonNode error = json.path("error");
        String why = error.isMissingNode()
                ? answer.body()
                : error.path("code").asText() + " " + error.path("message").asText() + " "
                        + error.path("error_data").path("details").asText();
        if (REJECTIONS.contains(error.path("code").asInt())) {
            return Delivery.rejected(why.strip());
        }
        Delivery failure = answer.failure(why);
        // a template that is paused, a number that is not registered: another gateway may do better
        return failure.kind() == Delivery.Kind.REJECTED ? Delivery.unavailable(failure.reason()) : failure;
    }

    // ---- callbacks

    @Override
    public CallbackReading read(Callback callback) {
        Secret appSecret = settings.appSecret();
        Secret verifyToken = settings.verifyToken();
        if (appSecret == null || verifyToken == null) {
            return CallbackReading.notExpected();
        }
        return callback.method().equals("GET") ? verified(callback, verifyToken) : reports(callback, appSecret);
    }

    private static CallbackReading verified(Callback callback, Secret verifyToken) {
        boolean isMeta =
                callback.parameter("hub.mode").filter("subscribe"::equals).isPresent()
                        && callback.parameter("hub.verify_token")
                                .filter(token -> Signatures.areEqual(token, verifyToken.value()))
                                .isPresent();
        // it is a number; anything else would be somebody's text on a page of ours
        Optional<String> challenge =
                callback.parameter("hub.challenge").filter(text -> text.matches("[A-Za-z0-9_-]{1,200}"));
        return isMeta && challenge.isPresent()
                ? CallbackReading.answering(challenge.get())
                : CallbackReading.unauthorized("its verify token is wrong");
    }

    private static CallbackReading reports(Callback callback, Secret appSecret) {
        String expected =
                "sha256=" + HexFormat.of().formatHex(Signatures.hmac("HmacSHA256", appSecret.bytes(), callback.body()));
        if (callback.header("X-Hub-Signature-256")
                .filter(signature -> Signatures.areEqual(signature, expected))
                .isEmpty()) {
            return CallbackReading.unauthorized("its signature is wrong or missing");
        }
        JsonNode json = new Answer(200, callback.text()).json();
        if (!json.isObject()) {
            return CallbackReading.malformed("expected a JSON object");
        }
        List<Report> reports = new ArrayList<>();
        for (JsonNode entry : json.path("entry")) {
            for (JsonNode change : entry.path("changes")) {
                for (JsonNode status : change.path("value").path("statuses")) {
                    report(status).ifPresent(reports::add);
                }
            }
        }
        return CallbackReading.of(reports);
    }

    private static Optional<Report> report(JsonNode status) {
        Optional<Receipt.Status> known = switch (status.path("status").asText()) {
            case "delivered" -> Optional.of(Receipt.Status.DELIVERED);
            case "read" -> Optional.of(Receipt.Status.READ);
            case "failed" -> Optional.of(Receipt.Status.UNDELIVERED);
            default -> Optional.empty();
        };
        String id = status.path("id").asText();
        return known.flatMap(what -> DispatchId.parse(
                        status.path("biz_opaque_callback_data").asText())
                .map(dispatch -> Report.of(dispatch, what))
                .or(() -> id.isEmpty() || id.length() > ProviderMessage.MAX_ID_LENGTH
                        ? Optional.empty()
                        : Optional.of(Report.of(id, what))));
    }
}
