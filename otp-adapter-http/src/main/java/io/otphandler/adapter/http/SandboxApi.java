package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.javalin.http.HandlerType;
import io.otphandler.adapter.http.json.Fields;
import io.otphandler.adapter.http.token.Identity;
import io.otphandler.adapter.http.token.Scope;
import io.otphandler.application.Application;
import io.otphandler.application.admin.Admin;
import io.otphandler.application.admin.ShowSession;
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
import io.otphandler.domain.widget.Violation;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What was "sent", and what shall become of it: for trying out. Reaches the account's own sessions only. Stateless. */
final class SandboxApi {
    private static final Set<Scope> SANDBOX = Set.of(Scope.SANDBOX);
    private static final Pattern CODE = Pattern.compile("[0-9]{1,32}");
    private static final int MAX_DELAY = 60_000;
    private static final Map<String, Delivery.Kind> OUTCOMES = Map.of(
            "accept", Delivery.Kind.ACCEPTED,
            "reject", Delivery.Kind.REJECTED,
            "unavailable", Delivery.Kind.UNAVAILABLE,
            "unknown", Delivery.Kind.UNKNOWN);

    private final Application application;
    private final Sandbox sandbox;
    private final RecipientParser recipients;

    SandboxApi(Application application, Sandbox sandbox, RecipientParser recipients) {
        this.application = application;
        this.sandbox = sandbox;
        this.recipients = recipients;
    }

    void register(Router router) {
        router.add(Route.of(HandlerType.GET, "/sandbox/messages", SANDBOX), this::messages);
        router.add(Route.of(HandlerType.POST, "/sandbox/messages/{dispatchId}/receipt", SANDBOX), this::receipt);
        router.add(Route.of(HandlerType.PUT, "/sandbox/behaviours", SANDBOX), this::behave);
    }

    private Reply messages(Call call) {
        @Nullable String typed = call.query("recipient");
        @Nullable Recipient recipient = typed == null || typed.isEmpty() ? null : recipient(Call.withPlus(typed));
        Identity identity = call.identity();
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Sandbox.Received message : sandbox.messages(identity.account(), recipient)) {
            if (identity.widgets() == null
                    || mayUse(identity, message.dispatch().session())) {
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
        return Reply.json(200, list);
    }

    private boolean mayUse(Identity identity, SessionId session) {
        return report(identity, session).fold(report -> true, refusal -> false);
    }

    private Reply receipt(Call call) {
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
        return report(call.identity(), dispatch.session())
                .fold(
                        report -> {
                            if (!isOf(report, dispatch)) {
                                throw Problem.of(WireError.NOT_FOUND);
                            }
                            application.takeReceipt().take(dispatch, status.get(), code);
                            return Reply.empty(202);
                        },
                        refusal -> Problem.of(
                                        refusal.reason() == Refusal.Reason.SESSION_NOT_FOUND
                                                ? WireError.NOT_FOUND
                                                : WireError.FORBIDDEN)
                                .reply(call.language()));
    }

    /** The session, if it is the account's and of a widget that the token is good for. */
    private Answer<ShowSession.Report> report(Identity identity, SessionId session) {
        Answer<ShowSession.Report> shown =
                application.showSession().show(new Admin(identity.account(), false), session);
        return shown.fold(
                report -> identity.isFor(report.session().terms().widget().id())
                        ? shown
                        : Answer.refused(Refusal.Reason.FORBIDDEN),
                refusal -> shown);
    }

    /** Whether there ever was such a dispatch. */
    private static boolean isOf(ShowSession.Report report, DispatchId dispatch) {
        return report.timeline().stream()
                .anyMatch(timed -> timed.event().dispatch() >= dispatch.number() && dispatch.number() > 0);
    }

    private Reply behave(Call call) {
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
        @Nullable String gateway = body.text("gateway", 100);
        if (gateway != null && !sandbox.gateways().contains(gateway)) {
            body.fault("gateway", "expected a sandbox gateway: one of " + sandbox.gateways());
        }
        if (!violations.isEmpty() || recipient.isEmpty() || channel.isEmpty() || outcome.isEmpty()) {
            throw Problem.invalid(violations);
        }
        sandbox.behave(
                call.identity().account(),
                recipient.get(),
                channel.get(),
                gateway,
                new Sandbox.Behaviour(outcome.get(), Duration.ofMillis(delay), code));
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

    private Recipient recipient(String typed) {
        return recipients
                .parse(typed, Widget.DEFAULT_REGION)
                .orElseThrow(() -> Problem.invalid("recipient", "expected a phone number or an e-mail address"));
    }
}
