package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.token.Scope.ADMIN;
import static io.otphandler.adapter.http.token.Scope.ROOT;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.javalin.http.HandlerType;
import io.otphandler.adapter.http.json.Fields;
import io.otphandler.adapter.http.json.WidgetJson;
import io.otphandler.adapter.http.token.Identity;
import io.otphandler.adapter.http.token.Scope;
import io.otphandler.application.Application;
import io.otphandler.application.admin.Admin;
import io.otphandler.application.admin.SaveWidget;
import io.otphandler.application.port.RecipientParser;
import io.otphandler.application.port.RevokedToken;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Violation;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an account's admin does with widgets, blocked recipients and sessions. A token that is limited to some widgets
 * reaches only these and their sessions, and nothing that belongs to the account as a whole. Stateless.
 */
final class AdminApi {
    private static final Set<Scope> ADMINS = Set.of(ADMIN, ROOT);

    private static final int MAX_INSTANT = 40;
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    /** Stands in for an id that cannot be read while the rest of the request is judged. */
    private static final WidgetId NO_WIDGET = new WidgetId(new UUID(0, 0));

    private final Application application;
    private final RecipientParser recipients;
    private final Supplier<UUID> ids;
    private final WidgetJson widgets;

    /** @param ids of new widgets */
    AdminApi(Application application, RecipientParser recipients, Supplier<UUID> ids) {
        this.application = application;
        this.recipients = recipients;
        this.ids = ids;
        this.widgets = new WidgetJson(recipients);
    }

    void register(Router router) {
        router.add(Route.of(HandlerType.GET, "/admin/widgets", ADMINS), this::listWidgets);
        router.add(Route.of(HandlerType.POST, "/admin/widgets", ADMINS), this::createWidget);
        router.add(Route.of(HandlerType.GET, "/admin/widgets/{widgetId}", ADMINS), this::showWidget);
        router.add(Route.of(HandlerType.PUT, "/admin/widgets/{widgetId}", ADMINS), this::putWidget);
        router.add(Route.of(HandlerType.DELETE, "/admin/widgets/{widgetId}", ADMINS), this::deleteWidget);
        router.add(Route.of(HandlerType.POST, "/admin/widgets/{widgetId}/block", ADMINS), call -> block(call, true));
        router.add(Route.of(HandlerType.POST, "/admin/widgets/{widgetId}/unblock", ADMINS), call -> block(call, false));
        router.add(Route.of(HandlerType.GET, "/admin/blockedRecipients", ADMINS), this::listBlocked);
        router.add(
                Route.of(HandlerType.PUT, "/admin/blockedRecipients/{recipient}", ADMINS),
                call -> changeRecipient(call, application.blockRecipient()::block));
        router.add(
                Route.of(HandlerType.DELETE, "/admin/blockedRecipients/{recipient}", ADMINS),
                call -> changeRecipient(call, application.unblockRecipient()::unblock));
        router.add(
                Route.of(HandlerType.DELETE, "/admin/limits/{recipient}", ADMINS),
                call -> changeRecipient(call, application.liftLimits()::lift));
        router.add(Route.of(HandlerType.GET, "/admin/revokedTokens", ADMINS), this::listRevoked);
        router.add(Route.of(HandlerType.POST, "/admin/revokedTokens", ADMINS), this::revoke);
        router.add(Route.of(HandlerType.GET, "/admin/sessions/{requestId}", ADMINS), this::showSession);
    }

    static Admin admin(Call call) {
        Identity identity = call.identity();
        return new Admin(identity.account(), identity.scopes().contains(ROOT), identity.tokenId());
    }

    private Reply listWidgets(Call call) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        application.findWidgets().find(admin(call)).stream()
                .filter(widget -> call.identity().isFor(widget.id()))
                .forEach(widget -> list.add(WidgetJson.write(widget)));
        return Reply.json(200, list);
    }

    private Reply createWidget(Call call) {
        return save(call, Optional.of(new WidgetId(ids.get())));
    }

    private Reply putWidget(Call call) {
        return save(call, call.pathId("widgetId").map(WidgetId::new));
    }

    /**
     * What is wrong with the body is told before the path is looked at.
     *
     * @param target empty: the path names no widget
     */
    private Reply save(Call call, Optional<WidgetId> target) {
        Admin admin = admin(call);
        WidgetJson.Draft draft =
                widgets.read(call.json(), target.orElse(NO_WIDGET), ownerUnlessNamed(admin, target), admin.root());
        if (!draft.violations().isEmpty()) {
            throw Problem.invalid(draft.violations());
        }
        mustBeFor(call, target.orElseThrow(() -> Problem.of(WireError.WIDGET_NOT_FOUND)));
        return reply(call, application.saveWidget().save(admin, draft.widget().orElseThrow()), AdminApi::saved);
    }

    /** A widget stays with its account, also when root replaces it. */
    private AccountId ownerUnlessNamed(Admin admin, Optional<WidgetId> target) {
        Optional<AccountId> before = admin.root()
                ? target.flatMap(id -> application
                        .showWidget()
                        .show(admin, id)
                        .fold(widget -> Optional.of(widget.owner()), refusal -> Optional.empty()))
                : Optional.empty();
        return before.orElse(admin.account());
    }

    private static Reply saved(SaveWidget.Outcome outcome) {
        return outcome.saved()
                .map(widget -> Reply.json(outcome.created() ? 201 : 200, WidgetJson.write(widget)))
                .orElseThrow(() -> Problem.invalid(outcome.violations()));
    }

    private Reply showWidget(Call call) {
        return widget(call, id -> application.showWidget().show(admin(call), id));
    }

    private Reply block(Call call, boolean blocked) {
        return widget(call, id -> application.blockWidget().block(admin(call), id, blocked));
    }

    private Reply deleteWidget(Call call) {
        Reply reply = widget(call, id -> application.deleteWidget().delete(admin(call), id));
        return reply.status() == 200 ? Reply.empty(204) : reply;
    }

    private Reply widget(Call call, Function<WidgetId, Answer<Widget>> use) {
        return reply(call, answer(application, call, use), widget -> Reply.json(200, WidgetJson.write(widget)));
    }

    /**
     * What is done with the widget that the path names. That there is none is told before that the token is not for it.
     */
    static Answer<Widget> answer(Application application, Call call, Function<WidgetId, Answer<Widget>> use) {
        WidgetId id = call.widgetId();
        if (call.identity().isFor(id)) {
            return use.apply(id);
        }
        Answer<Widget> shown = application.showWidget().show(admin(call), id);
        return shown.fold(widget -> Answer.refused(Refusal.Reason.FORBIDDEN), refusal -> shown);
    }

    private Reply listBlocked(Call call) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        application.findBlockedRecipients().find(owner(call)).forEach(recipient -> list.add(recipient.value()));
        return Reply.json(200, list);
    }

    /** What is done with a recipient of an account. */
    @FunctionalInterface
    private interface RecipientChange {
        void make(Admin admin, AccountId account, Recipient recipient);
    }

    private Reply changeRecipient(Call call, RecipientChange change) {
        String region = Objects.requireNonNullElse(call.query("region"), Widget.DEFAULT_REGION);
        if (!recipients.knowsRegion(region)) {
            throw Problem.invalid("region", WidgetJson.A_REGION);
        }
        Recipient recipient = recipients
                .parse(Call.withPlus(call.path("recipient")), region)
                .orElseThrow(() -> Problem.invalid("recipient", "expected a phone number or an e-mail address"));
        change.make(admin(call), owner(call), recipient);
        return Reply.empty(204);
    }

    private Reply listRevoked(Call call) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        application
                .findRevokedTokens()
                .find(owner(call))
                .forEach(token -> list.addObject()
                        .put("jti", token.id())
                        .put("expiresAt", token.expiresAt().toString()));
        return Reply.json(200, list);
    }

    private Reply revoke(Call call) {
        List<Violation> violations = new ArrayList<>();
        Fields body = Fields.of(call.json(), violations);
        String id = body.requiredText("jti", RevokedToken.MAX_ID_LENGTH);
        String written = body.requiredText("expiresAt", MAX_INSTANT);
        Optional<Instant> expiresAt = instant(written);
        if (expiresAt.isEmpty() && !body.hasFault("expiresAt")) {
            body.fault("expiresAt", "expected when the token expires, such as 2030-01-31T12:00:00Z");
        }
        if (!violations.isEmpty()) {
            throw Problem.invalid(violations);
        }
        application.revokeToken().revoke(admin(call), new RevokedToken(owner(call), id, expiresAt.orElseThrow()));
        return Reply.empty(204);
    }

    /** RFC 3339, in whole milliseconds; empty: it is none, or too far away to be kept. */
    private static Optional<Instant> instant(String written) {
        try {
            Instant instant = OffsetDateTime.parse(written).toInstant().truncatedTo(ChronoUnit.MILLIS);
            return Optional.of(instant).filter(LATEST::isAfter);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The account whose lists or limits are meant. */
    private static AccountId owner(Call call) {
        Admin admin = admin(call);
        @Nullable String named = call.query("owner");
        if (named != null && (named.isBlank() || named.length() > AccountId.MAX_LENGTH)) {
            throw Problem.invalid("owner", "expected an account");
        }
        AccountId owner = named == null ? admin.account() : new AccountId(named);
        if (!admin.mayManage(owner) || call.identity().widgets() != null) {
            throw Problem.of(WireError.FORBIDDEN);
        }
        return owner;
    }

    private Reply showSession(Call call) {
        return reply(call, application.showSession().show(admin(call), call.sessionId()), report -> {
            mustBeFor(call, report.session().terms().widget().id());
            return Reply.json(200, SessionJson.of(report));
        });
    }

    private static void mustBeFor(Call call, WidgetId id) {
        if (!call.identity().isFor(id)) {
            throw Problem.of(WireError.FORBIDDEN);
        }
    }

    static <T> Reply reply(Call call, Answer<T> answer, Function<T, Reply> granted) {
        return answer.fold(granted, refusal -> Failures.problem(refusal).reply(call.language()));
    }
}
