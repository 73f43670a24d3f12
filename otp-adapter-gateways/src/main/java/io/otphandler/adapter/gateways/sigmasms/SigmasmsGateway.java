package io.otphandler.adapter.gateways.sigmasms;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.otphandler.adapter.gateways.call.Answer;
import io.otphandler.adapter.gateways.call.Forms;
import io.otphandler.adapter.gateways.call.ProviderClient;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.Report;
import io.otphandler.application.port.Reports;
import io.otphandler.application.port.Timers;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.session.Receipt;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SigmaSMS. It calls nobody back, so what became of a message is asked for while that is open and the message can still
 * help; by this process alone, so that after a restart nobody asks. Thread-safe.
 */
final class SigmasmsGateway implements Gateway {

    private static final Logger log = LoggerFactory.getLogger(SigmasmsGateway.class);

    private static final Duration FIRST_LOOK = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    /** Questions under way at most; the others wait a moment. */
    private static final int MAX_LOOKS = 16;
    /** What a flash call can say: the end of a phone number. */
    private static final int FLASHCALL_DIGITS = 4;

    private final String name;
    private final SigmasmsClient client;
    private final String sender;
    private final String type;
    private final Timers timers;
    private final Semaphore looks = new Semaphore(MAX_LOOKS);
    private volatile @Nullable Reports reports;
    private volatile boolean closed;

    /** @param type empty: that of the message's channel */
    SigmasmsGateway(String name, SigmasmsClient client, String sender, String type, Timers timers) {
        this.name = name;
        this.client = client;
        this.sender = sender;
        this.type = type;
        this.timers = timers;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start(Reports to) {
        reports = to;
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        String itsType = type.isEmpty() ? message.channel().wireName() : type;
        String digits = message.code().digits();
        if (itsType.equals(ChannelType.SIM_PUSH.wireName()) || itsType.equals(ChannelType.EMAIL.wireName())) {
            return CompletableFuture.completedFuture(Delivery.rejected("SigmaSMS has no " + itsType));
        }
        boolean isFlashcall = itsType.equals(ChannelType.FLASHCALL.wireName());
        if (isFlashcall && digits.length() != FLASHCALL_DIGITS) {
            return CompletableFuture.completedFuture(
                    Delivery.rejected("a flash call needs a code of " + FLASHCALL_DIGITS + " digits"));
        }
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("recipient", message.recipient().value())
                .put("type", itsType);
        json.putObject("payload")
                .put("sender", Objects.requireNonNullElse(message.sender(), sender))
                .put("text", isFlashcall ? digits : Objects.requireNonNullElse(message.text(), digits));
        return client.send(request -> Forms.postJson(request, json), "api", "sendings")
                .handle((answer, failure) -> failure == null ? read(answer) : ProviderClient.failed(failure, false))
                .thenApply(delivery -> {
                    delivery.messageIds().forEach(id -> new Watch(id, message.timeToLive()).later());
                    return delivery;
                });
    }

    private static Delivery read(Answer answer) {
        JsonNode json = answer.json();
        String id = json.path("id").asText();
        String error = json.path("error").isValueNode() && !json.path("error").isNull()
                ? json.path("error").asText()
                : "";
        if (!answer.isSuccess()) {
            return error.isEmpty() ? answer.failure() : answer.failure(error);
        }
        if (!error.isEmpty() || json.path("status").asText().equals("failed")) {
            return Delivery.rejected(error.isEmpty() ? "failed" : error);
        }
        return id.isEmpty() ? Delivery.unknown("the answer has no id") : Delivery.acceptedAs(List.of(id));
    }

    /** A message whose fate is open. */
    private final class Watch {
        private final String id;
        private Duration left;
        private Duration pause = FIRST_LOOK;
        private boolean wasDelivered;

        Watch(String id, Duration left) {
            this.id = id;
            this.left = left;
        }

        void later() {
            if (closed || left.isNegative()) {
                return;
            }
            left = left.minus(pause);
            timers.after(pause, this::look);
            Duration longer = pause.multipliedBy(3).dividedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        }

        private void look() {
            if (closed) {
                return;
            }
            if (!looks.tryAcquire()) {
                later();
                return;
            }
            CompletableFuture<Answer> answer = client.send(HttpRequest.Builder::GET, "api", "sendings", id);
            answer.whenComplete((got, failure) -> {
                looks.release();
                if (failure != null || !got.isSuccess()) {
                    log.debug("Gateway {}: the state of a message is not known yet", name);
                    later();
                } else {
                    judge(got.json().path("state").path("status").asText());
                }
            });
        }

        private void judge(String state) {
            switch (state) {
                case "delivered" -> {
                    if (wasDelivered) {
                        later();
                    } else {
                        report(Receipt.Status.DELIVERED, () -> wasDelivered = true, false);
                    }
                }
                case "seen" -> report(Receipt.Status.READ, () -> {}, true);
                case "failed" -> report(Receipt.Status.UNDELIVERED, () -> {}, true);
                default -> later();
            }
        }

        private void report(Receipt.Status status, Runnable told, boolean isLast) {
            Reports to = reports;
            if (to == null) {
                later();
                return;
            }
            to.report(name, Report.of(id, status)).whenComplete((done, failure) -> {
                if (failure == null) {
                    told.run();
                }
                if (failure != null || !isLast) {
                    later();
                }
            });
        }
    }
}
