package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.token.Scope.ADMIN;
import static io.otphandler.adapter.http.token.Scope.ROOT;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.HandlerType;
import io.otphandler.adapter.http.json.Fields;
import io.otphandler.adapter.http.json.Uuids;
import io.otphandler.adapter.http.token.Scope;
import io.otphandler.application.Application;
import io.otphandler.application.guard.PrefixGuard;
import io.otphandler.domain.guard.NumberPrefix;
import io.otphandler.domain.guard.Traffic;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.widget.Violation;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the guard against pumping treats number prefixes, and why; and how an admin overrules it. Stateless. */
final class GuardApi {
    private static final Set<Scope> ADMINS = Set.of(ADMIN, ROOT);
    private static final String ALLOWED = "allowed";
    private static final int MAX_WORD = 400;

    private final Application application;

    GuardApi(Application application) {
        this.application = application;
    }

    void register(Router router) {
        router.add(Route.of(HandlerType.GET, "/admin/guard", ADMINS), this::list);
        router.add(Route.of(HandlerType.PUT, "/admin/guard/{widgetId}/{prefix}", ADMINS), this::allow);
        router.add(Route.of(HandlerType.DELETE, "/admin/guard/{widgetId}/{prefix}", ADMINS), this::lift);
    }

    private Reply list(Call call) {
        @Nullable String named = call.query("widgetId");
        Optional<UUID> wanted = named == null ? Optional.empty() : Uuids.parse(named);
        if (named != null && wanted.isEmpty()) {
            throw Problem.invalid("widgetId", "expected a widget's id");
        }
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        application
                .rulePrefixes()
                .find(
                        AdminApi.admin(call),
                        id -> call.identity().isFor(id)
                                && wanted.map(id.value()::equals).orElse(true))
                .forEach(standing -> list.add(json(standing)));
        return Reply.json(200, list);
    }

    private static ObjectNode json(PrefixGuard.Standing standing) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("widgetId", standing.widget().toString());
        json.put("prefix", standing.prefix().toString());
        json.put("state", standing.state().name().toLowerCase(Locale.ROOT));
        json.put(
                "since",
                standing.ruling().map(ruling -> ruling.since().toString()).orElse(null));
        json.put(
                "until",
                standing.ruling()
                        .filter(ruling -> ruling.until().isBefore(PrefixGuard.FOR_EVER))
                        .map(ruling -> ruling.until().toString())
                        .orElse(null));
        json.put(
                "why",
                standing.ruling()
                        .map(ruling -> ruling.reason())
                        .orElseGet(() -> standing.finding().sentence()));
        Traffic traffic = standing.finding().traffic();
        json.putObject("hour")
                .put("messages", traffic.hourMessages())
                .put("confirmed", traffic.hourConfirmed())
                .put("usual", Math.round(traffic.usual() * 10) / 10.0);
        json.putObject("day").put("messages", traffic.dayMessages()).put("confirmed", traffic.dayConfirmed());
        return json;
    }

    private Reply allow(Call call) {
        List<Violation> violations = new ArrayList<>();
        Fields body = Fields.of(call.json(), violations);
        String state = violations.isEmpty() ? body.requiredText("state", MAX_WORD) : "";
        if (violations.isEmpty() && !state.equals(ALLOWED)) {
            body.fault("state", "expected " + ALLOWED);
        }
        Optional<NumberPrefix> prefix = prefix(call, violations);
        if (!violations.isEmpty()) {
            throw Problem.invalid(violations);
        }
        return changed(call, id -> application.rulePrefixes().allow(AdminApi.admin(call), id, prefix.orElseThrow()));
    }

    private Reply lift(Call call) {
        List<Violation> violations = new ArrayList<>();
        Optional<NumberPrefix> prefix = prefix(call, violations);
        if (!violations.isEmpty()) {
            throw Problem.invalid(violations);
        }
        return changed(call, id -> application.rulePrefixes().lift(AdminApi.admin(call), id, prefix.orElseThrow()));
    }

    private static Optional<NumberPrefix> prefix(Call call, List<Violation> violations) {
        Optional<NumberPrefix> prefix = NumberPrefix.parse(call.path("prefix"));
        if (prefix.isEmpty()) {
            violations.add(new Violation(
                    "prefix",
                    "expected a country and the first digits of its numbers, such as BD or BD-1712, at most "
                            + NumberPrefix.MAX_DIGITS + " of them"));
        }
        return prefix;
    }

    private Reply changed(Call call, Function<WidgetId, Answer<Widget>> change) {
        return AdminApi.reply(call, AdminApi.answer(application, call, change), widget -> Reply.empty(204));
    }
}
