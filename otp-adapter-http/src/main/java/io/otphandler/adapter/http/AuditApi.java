package io.otphandler.adapter.http;

import static io.otphandler.adapter.http.token.Scope.ADMIN;
import static io.otphandler.adapter.http.token.Scope.ROOT;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.HandlerType;
import io.otphandler.adapter.http.json.Uuids;
import io.otphandler.application.admin.Admin;
import io.otphandler.application.admin.FindAuditEntries;
import io.otphandler.application.port.AuditEntry;
import io.otphandler.application.port.AuditLog;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What was done and decided, for those who look into it: an account's admins its own, root everybody's. Stateless. */
final class AuditApi {
    private static final int MAX_LIMIT = 500;
    private static final int USUAL_LIMIT = 50;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}");

    private final FindAuditEntries entries;

    AuditApi(FindAuditEntries entries) {
        this.entries = entries;
    }

    void register(Router router) {
        router.add(Route.of(HandlerType.GET, "/admin/audit", Set.of(ADMIN, ROOT)), this::list);
    }

    private Reply list(Call call) {
        List<Violation> violations = new ArrayList<>();
        @Nullable String account = call.query("account");
        if (account != null && (account.isBlank() || account.length() > AccountId.MAX_LENGTH)) {
            violations.add(new Violation("account", "expected an account"));
        }
        @Nullable String action = call.query("action");
        if (action != null && !AuditEntry.isAction(action)) {
            violations.add(new Violation("action", "expected an action such as widget.save"));
        }
        @Nullable String before = call.query("before");
        Optional<UUID> cursor = before == null ? Optional.empty() : Uuids.parse(before);
        if (before != null && cursor.isEmpty()) {
            violations.add(new Violation("before", "expected the id of an entry, such as next of another page"));
        }
        int limit = limit(call.query("limit"));
        if (limit < 1 || limit > MAX_LIMIT) {
            violations.add(new Violation("limit", "expected a whole number from 1 to " + MAX_LIMIT));
        }
        if (!violations.isEmpty()) {
            throw Problem.invalid(violations);
        }
        return Reply.json(
                200,
                json(entries.find(
                        new AuditLog.Query(concerned(call, account), Optional.ofNullable(action), cursor, limit))));
    }

    /** 0: it is no number. */
    private static int limit(@Nullable String written) {
        if (written == null) {
            return USUAL_LIMIT;
        }
        return NUMBER.matcher(written).matches() ? Integer.parseInt(written) : 0;
    }

    /** The account whose entries may be shown; empty: every one. */
    private static Optional<AccountId> concerned(Call call, @Nullable String named) {
        Admin admin = AdminApi.admin(call);
        Optional<AccountId> account = Optional.ofNullable(named).map(AccountId::new);
        if (call.identity().widgets() != null
                || account.filter(one -> !admin.mayManage(one)).isPresent()) {
            throw Problem.of(WireError.FORBIDDEN);
        }
        return admin.root() ? account : Optional.of(admin.account());
    }

    private static ObjectNode json(FindAuditEntries.Page page) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode list = json.putArray("entries");
        page.entries().forEach(entry -> list.add(json(entry)));
        json.put("next", page.next().map(UUID::toString).orElse(null));
        return json;
    }

    private static ObjectNode json(AuditEntry entry) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", entry.id().toString());
        json.put("at", entry.at().toString());
        json.put("account", entry.account().value());
        ObjectNode actor = json.putObject("actor");
        if (entry.actor() instanceof AuditEntry.Bearer bearer) {
            actor.put("account", bearer.account().value());
            bearer.tokenId().ifPresent(id -> actor.put("jti", id));
        } else if (entry.actor() instanceof AuditEntry.Part part) {
            actor.put("service", part.word());
        }
        json.put("action", entry.action());
        json.put("subject", entry.subject());
        ObjectNode details = json.putObject("details");
        entry.details().forEach(details::put);
        return json;
    }
}
