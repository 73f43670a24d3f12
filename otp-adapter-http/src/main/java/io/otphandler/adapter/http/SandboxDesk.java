package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.otphandler.adapter.http.json.Fields;
import io.otphandler.application.admin.ShowSession;
import io.otphandler.application.delivery.TakeReceipt;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.RecipientParser;
import io.otphandler.application.port.Sandbox;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Receipt;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Violation;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What can be asked of the sandbox, read, checked and done; whose it may be, those who offer it say. Stateless. */
final class SandboxDesk {
    private static final Pattern CODE = Pattern.compile("[0-9]{1,32}");
    private static final int MAX_DELAY = 60_000;
    private static final Map<String, Delivery.Kind> OUTCOMES = Map.of(
            "accept", Delivery.Kind.ACCEPTED,
            "reject", Delivery.Kind.REJECTED,
            "unavailable", Delivery.Kind.UNAVAILABLE,
            "unknown", Delivery.Kind.UNKNOWN);

    private final Sandbox sandbox;
    private final TakeReceipt takeReceipt;
    private final RecipientParser recipients;

    SandboxDesk(Sandbox sandbox, TakeReceipt takeReceipt, RecipientParser recipients) {
        this.sandbox = sandbox;
        this.takeReceipt = takeReceipt;
        this.recipients = recipients;
    }

    /**
     * The account's messages, the newest first.
     *
     * @param recipient null: to anybody
     * @param shown of which sessions
     */
    ArrayNode messages(AccountId account, @Nullable Recipient recipient, Predicate<SessionId> shown) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Sandbox.Received message : sandbox.messages(account, recipient)) {
            if (shown.test(message.dispatch().session())) {
                list.addObject()
                        .put("dispatchId", message.dispatch().toString())
                        .put("requestId", message.dispatch().session().toString())
                        .put("channel", message.channel().wireName())
                        .put("recipient", message.recipient().value())
                        .put("code", message.code())
                        .put("text", message.text())
                        .put("at", message.at().toString());
            }
        }
        return list;
    }

    /** @param sessions shows one, unless it is not the caller's */
    Reply receipt(Call call, Function<SessionId, Answer<ShowSession.Report>> sessions) {
        List<Violation> violations = new ArrayList<>();
        Fields body = Fields.of(call.json(), violations);
        String name = body.requiredText("status", 64);
        Optional<Receipt.Status> status = Receipt.Status.named(name);
        if (!name.isEmpty() && status.isEmpty()) {
            body.fault(
                    "status", "expected delivered, undelivered, read, expired, confirmed, declined or codeTypeChanged");
        }
        @Nullable String code = code(body);
        if (!violations.isEmpty() || status.isEmpty()) {
            throw Problem.invalid(violations);
        }
        DispatchId dispatch =
                DispatchId.parse(call.path("dispatchId")).orElseThrow(() -> Problem.of(WireError.NOT_FOUND));
        return sessions.apply(dispatch.session())
                .fold(
                        report -> {
                            if (!isOf(report, dispatch)) {
                                throw Problem.of(WireError.NOT_FOUND);
                            }
                            takeReceipt.take(dispatch, status.get(), code);
                            return Reply.empty(202);
                        },
                        refusal -> Problem.of(
                                        refusal.reason() == Refusal.Reason.SESSION_NOT_FOUND
                                                ? WireError.NOT_FOUND
                                                : WireError.FORBIDDEN)
                                .reply(call.language()));
    }

    /** Whether there ever was such a dispatch. */
    private static boolean isOf(ShowSession.Report report, DispatchId dispatch) {
        return report.timeline().stream()
                .anyMatch(timed -> timed.event().dispatch() >= dispatch.number() && dispatch.number() > 0);
    }

    /**
     * Takes over a behaviour.
     *
     * @param accounts whose messages are treated so
     * @param mayNameGateway false: it is always for all of them
     */
    Reply behave(Call call, Collection<AccountId> accounts, boolean mayNameGateway) {
        List<Violation> violations = new ArrayList<>();
        Fields body = Fields.of(call.json(), violations);
        String typed = body.requiredText("recipient", 320);
        Optional<Recipient> recipient = recipients.parse(typed, Widget.DEFAULT_REGION);
        if (!typed.isEmpty() && recipient.isEmpty()) {
            body.fault("recipient", "expected a phone number or an e-mail address");
        }
        Optional<ChannelType> channel = named(body, "channel", ChannelType.named(body.requiredText("channel", 64)));
        Optional<Delivery.Kind> outcome =
                named(body, "outcome", Optional.ofNullable(OUTCOMES.get(body.requiredText("outcome", 64))));
        int delay = body.integer("delayMs", 0);
        if (delay < 0 || delay > MAX_DELAY) {
            body.fault("delayMs", "expected 0 to " + MAX_DELAY);
        }
        @Nullable String code = code(body);
        @Nullable String gateway = mayNameGateway ? body.text("gateway", 100) : null;
        if (gateway != null && !sandbox.gateways().contains(gateway)) {
            body.fault("gateway", "expected a sandbox gateway: one of " + sandbox.gateways());
        }
        if (!violations.isEmpty() || recipient.isEmpty() || channel.isEmpty() || outcome.isEmpty()) {
            throw Problem.invalid(violations);
        }
        Sandbox.Behaviour behaviour = new Sandbox.Behaviour(outcome.get(), Duration.ofMillis(delay), code);
        for (AccountId account : accounts) {
            sandbox.behave(account, recipient.get(), channel.get(), gateway, behaviour);
        }
        return Reply.empty(204);
    }

    /** Notes a name that means nothing, unless that it is missing has been noted already. */
    private static <T> Optional<T> named(Fields body, String field, Optional<T> value) {
        if (value.isEmpty() && body.has(field) && !body.hasFault(field)) {
            body.fault(field, "expected one of the names that the API document lists");
        }
        return value;
    }

    private static @Nullable String code(Fields body) {
        String code = body.text("code", 64);
        if (code != null && !CODE.matcher(code).matches()) {
            body.fault("code", "expected 1 to 32 digits, or null");
        }
        return code;
    }
}
