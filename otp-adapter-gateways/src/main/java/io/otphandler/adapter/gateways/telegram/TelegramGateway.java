package io.otphandler.adapter.gateways.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.otphandler.adapter.gateways.call.Answer;
import io.otphandler.adapter.gateways.call.Forms;
import io.otphandler.adapter.gateways.call.ProviderClient;
import io.otphandler.adapter.gateways.call.Signatures;
import io.otphandler.adapter.gateways.kind.Secret;
import io.otphandler.application.port.Callback;
import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.Conclusion;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.ProviderMessage;
import io.otphandler.application.port.Report;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.session.Receipt;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Telegram's Gateway API. Codes are ours; it is told with which the user confirmed, which it asks for, and messages whose
 * codes are dead are called back. Thread-safe.
 */
final class TelegramGateway implements Gateway {

    private static final Logger log = LoggerFactory.getLogger(TelegramGateway.class);

    /** What its API takes: https://core.telegram.org/gateway/api#sendverificationmessage. */
    private static final int MAX_CODE = 8;

    private static final long MIN_TTL = 30;
    private static final long MAX_TTL = 3_600;
    /** Conclusions under way at most; what is beyond is not told. */
    private static final int MAX_CONCLUSIONS = 64;

    private final String name;
    private final URI url;
    private final Secret token;
    private final @Nullable String sender;
    private final @Nullable String callbackUrl;
    private final Duration timeout;
    private final ProviderClient client;
    private final Semaphore conclusions = new Semaphore(MAX_CONCLUSIONS);

    TelegramGateway(
            String name,
            URI url,
            Secret token,
            @Nullable String sender,
            @Nullable String callbackUrl,
            Duration timeout,
            ProviderClient client) {
        this.name = name;
        this.url = url;
        this.token = token;
        this.sender = sender;
        this.callbackUrl = callbackUrl;
        this.timeout = timeout;
        this.client = client;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        String code = message.code().digits();
        if (code.length() > MAX_CODE) {
            return CompletableFuture.completedFuture(
                    Delivery.rejected("Telegram takes codes of at most " + MAX_CODE + " digits"));
        }
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("phone_number", message.recipient().value())
                .put("code", code)
                .put(
                        "ttl",
                        Math.max(MIN_TTL, Math.min(MAX_TTL, message.timeToLive().toSeconds())))
                .put("payload", message.id().toString());
        if (sender != null) {
            json.put("sender_username", sender);
        }
        if (callbackUrl != null) {
            json.put("callback_url", callbackUrl);
        }
        return client.deliver(request("sendVerificationMessage", json), timeout, false, TelegramGateway::read);
    }

    private HttpRequest request(String method, ObjectNode json) {
        return Forms.postJson(Forms.to(url, method), json)
                .setHeader("Authorization", "Bearer " + token.value())
                .build();
    }

    private static Delivery read(Answer answer) {
        JsonNode json = answer.json();
        if (json.path("ok").asBoolean()) {
            String id = json.path("result").path("request_id").asText();
            return id.isEmpty() ? Delivery.accepted() : Delivery.acceptedAs(List.of(id));
        }
        String error = json.path("error").asText();
        if (error.toUpperCase(Locale.ROOT).startsWith("PHONE_NUMBER")) {
            // not a number, or nobody in Telegram
            return Delivery.rejected(error);
        }
        if (error.isEmpty()) {
            return answer.isSuccess() ? Delivery.unknown("the answer was not understood") : answer.failure();
        }
        Delivery failure = answer.failure(error);
        return failure.kind() == Delivery.Kind.UNKNOWN ? failure : Delivery.unavailable(error);
    }

    // ---- conclusions

    @Override
    public boolean wantsConclusions() {
        return true;
    }

    @Override
    public void conclude(ProviderMessage message, Conclusion conclusion) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("request_id", message.messageId());
        Code code = conclusion.code();
        switch (conclusion.kind()) {
            case HELPED -> {
                if (code != null) {
                    tell("checkVerificationStatus", json.put("code", code.digits()), message);
                }
            }
            case SUPERSEDED -> tell("revokeVerificationMessage", json, message);
        }
    }

    private void tell(String method, ObjectNode json, ProviderMessage message) {
        if (!conclusions.tryAcquire()) {
            log.debug(
                    "Gateway {} is not told {} of dispatch {}: too much is under way",
                    name,
                    method,
                    message.dispatch());
            return;
        }
        client.send(request(method, json), timeout).whenComplete((answer, failure) -> {
            conclusions.release();
            if (failure != null || !answer.isSuccess()) {
                log.debug(
                        "Gateway {} could not be told {} of dispatch {}: {}",
                        name,
                        method,
                        message.dispatch(),
                        failure == null
                                ? "HTTP " + answer.status()
                                : failure.getClass().getSimpleName());
            }
        });
    }

    // ---- callbacks

    @Override
    public CallbackReading read(Callback callback) {
        if (callbackUrl == null) {
            return CallbackReading.notExpected();
        }
        Optional<String> timestamp = callback.header("X-Request-Timestamp");
        Optional<String> signature = callback.header("X-Request-Signature");
        if (timestamp.isEmpty() || signature.isEmpty()) {
            return CallbackReading.unauthorized("it is not signed");
        }
        if (!Signatures.areEqual(
                signature.get().toLowerCase(Locale.ROOT), signature(timestamp.get(), callback.body()))) {
            return CallbackReading.unauthorized("its signature is wrong");
        }
        if (!isFresh(timestamp.get(), callback.at())) {
            return CallbackReading.unauthorized("it was signed too long ago, or in the future");
        }
        JsonNode json = new Answer(200, callback.text()).json();
        Optional<Receipt.Status> status =
                status(json.path("delivery_status").path("status").asText());
        String requestId = json.path("request_id").asText();
        Optional<DispatchId> dispatch = DispatchId.parse(json.path("payload").asText());
        return CallbackReading.of(status
                .flatMap(known -> dispatch.map(id -> Report.of(id, known))
                        .or(() -> requestId.isEmpty() || requestId.length() > ProviderMessage.MAX_ID_LENGTH
                                ? Optional.empty()
                                : Optional.of(Report.of(requestId, known))))
                .stream()
                .toList());
    }

    /** Keyed with the hash of the token, over time and body. */
    private String signature(String timestamp, byte[] body) {
        byte[] head = (timestamp + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] signed = new byte[head.length + body.length];
        System.arraycopy(head, 0, signed, 0, head.length);
        System.arraycopy(body, 0, signed, head.length, body.length);
        return HexFormat.of().formatHex(Signatures.hmac("HmacSHA256", Signatures.sha256(token.bytes()), signed));
    }

    private static boolean isFresh(String timestamp, Instant now) {
        try {
            return Signatures.isFresh(Instant.ofEpochSecond(Long.parseLong(timestamp)), now);
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            return false;
        }
    }

    private static Optional<Receipt.Status> status(String theirs) {
        return switch (theirs) {
            case "delivered" -> Optional.of(Receipt.Status.DELIVERED);
            case "read" -> Optional.of(Receipt.Status.READ);
            case "expired" -> Optional.of(Receipt.Status.EXPIRED);
            default -> Optional.empty();
        };
    }
}
