package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.token.Scope.BACKEND;
import static io.otphandler.adapter.http.token.Scope.WIDGET;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.javalin.http.HandlerType;
import io.otphandler.adapter.http.json.Fields;
import io.otphandler.adapter.http.json.Uuids;
import io.otphandler.adapter.http.token.Scope;
import io.otphandler.application.Application;
import io.otphandler.application.session.CheckCode;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.widget.Violation;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The wire contract's ten operations, and cancel. Stateless. */
final class OtpApi {
    private static final Set<Scope> FORM = Set.of(WIDGET, BACKEND);
    private static final Set<Scope> BACKENDS = Set.of(BACKEND);
    private static final Pattern LANGUAGE_TAG = Pattern.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*");
    private static final int MAX_RECIPIENT = 320;
    private static final int MAX_LOCALE = 35;
    private static final int MAX_REFERENCE = 128;
    private static final int MAX_ADDRESS = 45;

    private final Application application;
    private final Repeats repeats;
    private final TrustedProxies proxies;

    OtpApi(Application application, TrustedProxies proxies) {
        this.application = application;
        this.repeats = new Repeats(application.answerOnce());
        this.proxies = proxies;
    }

    void register(Router router, String base) {
        // before the routes with a parameter in front: {requestId}/channel would fit widget/channel as well
        router.add(base, Route.prompt(HandlerType.GET, "/widget/{widgetId}", FORM), this::getWidget);
        router.addHeld(
                base, Route.prompt(HandlerType.GET, "/longPolling/{requestId}/channel", FORM), this::awaitChannel);
        router.addHeld(base, Route.prompt(HandlerType.GET, "/longPolling/{requestId}/status", FORM), this::awaitStatus);
        router.addHeld(base, Route.prompt(HandlerType.GET, "/{requestId}/channel", FORM), this::getChannel);
        router.addHeld(base, Route.prompt(HandlerType.GET, "/{requestId}/status", FORM), this::getStatus);
        add(router, base, Route.prompt(HandlerType.POST, "/", FORM), this::send);
        add(router, base, Route.prompt(HandlerType.POST, "/{requestId}/checkCode", FORM), this::checkCode);
        add(
                router,
                base,
                Route.prompt(HandlerType.POST, "/{requestId}/checkStatusAndComplete", BACKENDS),
                this::checkStatusAndComplete);
        add(router, base, Route.prompt(HandlerType.POST, "/{requestId}/complete", BACKENDS), this::complete);
        add(router, base, Route.prompt(HandlerType.POST, "/{requestId}/resend", FORM), this::resend);
        router.addHeld(base, Route.prompt(HandlerType.DELETE, "/{requestId}", FORM), this::cancel);
    }

    /** A route that heeds {@code Idempotency-Key}. */
    private void add(Router router, String base, Route route, Repeats.Endpoint endpoint) {
        router.addHeld(base, route, call -> repeats.answer(call, endpoint));
    }

    private Reply getWidget(Call call) {
        return reply(call.language(), application.getWidget().get(call.caller(), call.widgetId()), OtpApi::widget);
    }

    private static Reply widget(Widget widget) {
        return Reply.json(
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("isBlocked", widget.isBlocked())
                        .put("isActive", widget.isActive())
                        .put("name", widget.name()));
    }

    private Repeats.Deed send(Call call) {
        List<Violation> violations = new ArrayList<>();
        Fields body = Fields.of(call.json(), violations);
        String widgetId = body.requiredName("widgetId");
        String recipient = body.requiredText("recipient", MAX_RECIPIENT);
        SessionNotes notes = notes(call, body);
        if (!violations.isEmpty()) {
            throw Problem.invalid(violations);
        }
        WidgetId widget =
                Uuids.parse(widgetId).map(WidgetId::new).orElseThrow(() -> Problem.of(WireError.WIDGET_NOT_FOUND));
        @Nullable String connection = connection(call);
        return caller -> reply(
                call.language(),
                application.startSession().submit(caller, widget, recipient, notes, connection),
                id -> Reply.json(201, JsonNodeFactory.instance.objectNode().put("requestId", id.toString())));
    }

    /** The end user's own, where the token is one that is given to forms; null: a backend asks for them. */
    private @Nullable String connection(Call call) {
        return call.identity().scopes().contains(BACKEND)
                ? null
                : proxies.clientOf(call.remoteAddress(), call.header("X-Forwarded-For"));
    }

    private static SessionNotes notes(Call call, Fields body) {
        String locale = body.text("locale", MAX_LOCALE);
        if (locale != null && !LANGUAGE_TAG.matcher(locale).matches()) {
            body.fault("locale", "expected a language tag, such as ru");
        }
        String clientIp = body.text("clientIp", MAX_ADDRESS);
        if (clientIp != null && !ClientAddress.isLiteral(clientIp)) {
            body.fault("clientIp", "expected an IPv4 or IPv6 address");
        }
        return new SessionNotes(
                locale == null ? Language.tagsOf(call.acceptLanguage()) : locale,
                body.text("reference", MAX_REFERENCE),
                clientIp);
    }

    private CompletableFuture<Reply> getChannel(Call call) {
        Language language = call.language();
        return reply(
                language,
                application.getChannel().submit(call.caller(), call.sessionId()),
                view -> ChannelJson.reply(view, language));
    }

    private CompletableFuture<Reply> awaitChannel(Call call) {
        Language language = call.language();
        @Nullable Set<String> known = EntityTags.known(call.header("If-None-Match"));
        return held(
                call,
                language,
                application.awaitChannel().await(call.caller(), call.sessionId(), known),
                view -> ChannelJson.reply(view, language));
    }

    private CompletableFuture<Reply> getStatus(Call call) {
        String recipient = call.recipient();
        return success(call, 200, application.getStatus().submit(call.caller(), call.sessionId(), recipient));
    }

    private CompletableFuture<Reply> awaitStatus(Call call) {
        String recipient = call.recipient();
        return held(
                call,
                call.language(),
                application.awaitStatus().await(call.caller(), call.sessionId(), recipient),
                confirmed -> Reply.success(200, confirmed));
    }

    private Repeats.Deed checkCode(Call call) {
        List<Violation> violations = new ArrayList<>();
        Fields body = Fields.of(call.json(), violations);
        String code = body.requiredName("code");
        if (!violations.isEmpty()) {
            throw Problem.invalid(violations);
        }
        String typed = CheckCode.typed(code)
                .orElseThrow(() -> Problem.invalid("code", "expected 1 to " + CheckCode.MAX_LENGTH + " characters"));
        SessionId session = call.sessionId();
        return caller -> success(call, 201, application.checkCode().submit(caller, session, typed));
    }

    private Repeats.Deed checkStatusAndComplete(Call call) {
        String recipient = call.recipient();
        SessionId session = call.sessionId();
        return caller -> success(call, 201, application.completeIfConfirmed().submit(caller, session, recipient));
    }

    private Repeats.Deed complete(Call call) {
        SessionId session = call.sessionId();
        return caller -> success(call, 201, application.completeSession().submit(caller, session));
    }

    private Repeats.Deed resend(Call call) {
        SessionId session = call.sessionId();
        return caller -> success(call, 201, application.resend().submit(caller, session));
    }

    private CompletableFuture<Reply> cancel(Call call) {
        return success(call, 200, application.cancelSession().submit(call.caller(), call.sessionId()));
    }

    private static CompletableFuture<Reply> success(Call call, int status, CompletableFuture<Answer<Boolean>> answer) {
        return reply(call.language(), answer, success -> Reply.success(status, success));
    }

    private static <T> CompletableFuture<Reply> reply(
            Language language, CompletableFuture<Answer<T>> answer, Function<T, Reply> granted) {
        return answer.thenApply(given -> reply(language, given, granted));
    }

    private static <T> Reply reply(Language language, Answer<T> answer, Function<T, Reply> granted) {
        return answer.fold(granted, refusal -> Failures.problem(refusal).reply(language));
    }

    /** The request is not asked any more once it has been held: what is needed of it is taken before. */
    private static <T> CompletableFuture<Reply> held(
            Call call, Language language, CompletableFuture<Optional<Answer<T>>> answer, Function<T, Reply> granted) {
        // whoever has gone is waited for no longer
        call.atEnd(() -> answer.cancel(false));
        return answer.thenApply(given -> given.map(result -> reply(language, result, granted))
                .orElseGet(() -> Problem.of(WireError.LONG_POLLING_TIMEOUT).reply(language)));
    }
}
