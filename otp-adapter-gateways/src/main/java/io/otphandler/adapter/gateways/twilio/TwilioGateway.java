package io.otphandler.adapter.gateways.twilio;

import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.adapter.gateways.call.Answer;
import io.otphandler.adapter.gateways.call.Forms;
import io.otphandler.adapter.gateways.call.ProviderClient;
import io.otphandler.adapter.gateways.call.Signatures;
import io.otphandler.application.port.Callback;
import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.Report;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Receipt;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Twilio's Messages and Calls. Reports name our dispatch, which stands in the address that they are sent to. Thread-safe. */
final class TwilioGateway implements Gateway {

    private static final String DISPATCH = "dispatch";
    /** Twilio keeps a message for ten hours at most. */
    private static final long MAX_VALIDITY = 36_000;

    /** What Twilio's error list says of the recipient or the text, and not of the account or the sender. */
    private static final Set<Integer> REJECTIONS =
            Set.of(13223, 13224, 21211, 21214, 21217, 21219, 21265, 21610, 21614, 21617, 21635, 60205);

    private final String name;
    private final TwilioSettings settings;
    private final ProviderClient client;

    TwilioGateway(String name, TwilioSettings settings, ProviderClient client) {
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
        return switch (message.channel()) {
            case SMS -> post("Messages.json", text(message, ""));
            case WHATSAPP -> post("Messages.json", text(message, "whatsapp:"));
            case VOICE -> post("Calls.json", call(message));
            case FLASHCALL, VIBER, VK, TELEGRAMCODE, SIM_PUSH, EMAIL ->
                CompletableFuture.completedFuture(Delivery.rejected(
                        "Twilio is not used for " + message.channel().wireName()));
        };
    }

    private Map<String, String> text(Message message, String prefix) {
        Map<String, String> form = to(message, prefix);
        String text = message.text();
        form.put("Body", text == null ? message.code().digits() : text);
        form.put(
                "ValidityPeriod",
                Long.toString(
                        Math.max(1, Math.min(MAX_VALIDITY, message.timeToLive().toSeconds()))));
        callback(message).ifPresent(url -> form.put("StatusCallback", url));
        return form;
    }

    private Map<String, String> call(Message message) {
        Map<String, String> form = to(message, "");
        form.put("Twiml", Speech.twiml(message));
        callback(message).ifPresent(url -> {
            form.put("StatusCallback", url);
            form.put("StatusCallbackEvent", "completed");
        });
        return form;
    }

    private Map<String, String> to(Message message, String prefix) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("To", prefix + message.recipient().value());
        // a name cannot call
        String sender = message.channel() == ChannelType.SMS ? message.sender() : null;
        String from = sender == null ? settings.from() : sender;
        if (from != null) {
            form.put("From", from.startsWith(prefix) ? from : prefix + from);
        } else if (settings.messagingService() != null) {
            form.put("MessagingServiceSid", settings.messagingService());
        }
        return form;
    }

    private Optional<String> callback(Message message) {
        return Optional.ofNullable(settings.callbackUrl())
                .map(url ->
                        url + "?" + DISPATCH + "=" + Forms.encoded(message.id().toString()));
    }

    private CompletableFuture<Delivery> post(String resource, Map<String, String> form) {
        String basic = Base64.getEncoder()
                .encodeToString((settings.user() + ":" + settings.password().value()).getBytes(StandardCharsets.UTF_8));
        return client.deliver(
                Forms.postForm(Forms.to(settings.url(), "2010-04-01", "Accounts", settings.account(), resource), form)
                        .setHeader("Authorization", "Basic " + basic)
                        .build(),
                settings.timeout(),
                false,
                TwilioGateway::read);
    }

    private static Delivery read(Answer answer) {
        if (answer.isSuccess()) {
            return Delivery.accepted();
        }
        JsonNode json = answer.json();
        int code = json.path("code").asInt();
        String why =
                code == 0 ? answer.body() : code + " " + json.path("message").asText();
        if (REJECTIONS.contains(code)) {
            return Delivery.rejected(why);
        }
        Delivery failure = answer.failure(why);
        // most of what is wrong with a request is wrong with us: another gateway may do better
        return failure.kind() == Delivery.Kind.REJECTED ? Delivery.unavailable(failure.reason()) : failure;
    }

    // ---- callbacks

    @Override
    public CallbackReading read(Callback callback) {
        if (settings.callbackUrl() == null) {
            return CallbackReading.notExpected();
        }
        Optional<Map<String, List<String>>> form = Forms.fields(callback.text());
        if (form.isEmpty()) {
            return CallbackReading.malformed("expected a form in percent-encoding");
        }
        Optional<String> signature = callback.header("X-Twilio-Signature");
        if (signature.isEmpty() || !Signatures.areEqual(signature.get(), signature(callback, form.get()))) {
            return CallbackReading.unauthorized("its signature is wrong or missing");
        }
        Optional<Receipt.Status> status = first(form.get(), "MessageStatus")
                .or(() -> first(form.get(), "CallStatus"))
                .flatMap(TwilioGateway::status);
        return CallbackReading.of(callback
                .parameter(DISPATCH)
                .flatMap(DispatchId::parse)
                .flatMap(dispatch -> status.map(known -> Report.of(dispatch, known)))
                .stream()
                .toList());
    }

    /** Over the address as the world sees it, and all fields in the order of their names. */
    private String signature(Callback callback, Map<String, List<String>> form) {
        StringBuilder signed = new StringBuilder(String.valueOf(settings.callbackUrl()));
        if (!callback.query().isEmpty()) {
            signed.append('?').append(callback.query());
        }
        // several values of one name count once each, in order
        form.forEach((field, values) ->
                new TreeSet<>(values).forEach(value -> signed.append(field).append(value)));
        return Base64.getEncoder()
                .encodeToString(Signatures.hmac(
                        "HmacSHA1",
                        settings.authToken().bytes(),
                        signed.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static Optional<String> first(Map<String, List<String>> form, String field) {
        return form.getOrDefault(field, List.of()).stream().findFirst();
    }

    private static Optional<Receipt.Status> status(String theirs) {
        return switch (theirs) {
            case "delivered", "completed" -> Optional.of(Receipt.Status.DELIVERED);
            case "read" -> Optional.of(Receipt.Status.READ);
            case "undelivered", "failed", "busy", "no-answer", "canceled" -> Optional.of(Receipt.Status.UNDELIVERED);
            default -> Optional.empty();
        };
    }
}
