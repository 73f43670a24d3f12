package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.HandlerType;
import io.otphandler.adapter.http.json.Uuids;
import io.otphandler.adapter.http.token.Scope;
import io.otphandler.application.Application;
import io.otphandler.application.admin.Admin;
import io.otphandler.application.admin.ShowSession;
import io.otphandler.application.session.Caller;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The demo page and what stands behind it: the part of a company's backend, and of the visitor's phone. Wants no token:
 * it reaches the demo's widgets and their sessions alone, and of these only the ones whose {@code requestId} is known,
 * which nobody can guess. Shown to requests from this machine, unless it is for everybody. Stateless.
 */
final class DemoApi {
    /** Long enough for a visit; the page asks for another when it needs one. */
    private static final Duration TOKEN_LIFETIME = Duration.ofMinutes(5);

    private static final Map<String, String> HEADERS = PageHeaders.with("no-cache");

    /** Sees every session; which of them are the demo's is judged after. */
    private static final Admin ANYBODY = new Admin(new AccountId("demo"), true);

    private static final ObjectNode NOT_FROM_HERE = JsonNodeFactory.instance
            .objectNode()
            .put(
                    "reason",
                    "The demo is shown only to browsers on the machine that the service runs on, and not through a proxy."
                            + " To show it to everybody, set demo: true in the configuration.");

    private final Demo demo;
    private final Application application;
    private final SandboxDesk desk;
    private final ServedFile page;
    private final Map<String, ServedFile> files;
    private final List<Caller> backends;

    /** @param basePath that the page finds the API below */
    DemoApi(Demo demo, Application application, SandboxDesk desk, String basePath) {
        this.demo = demo;
        this.application = application;
        this.desk = desk;
        this.page = file("index.html", "text/html;charset=utf-8", basePath);
        this.files = Map.of(
                "demo.css", file("demo.css", "text/css; charset=utf-8", basePath),
                "demo.js", file("demo.js", "text/javascript; charset=utf-8", basePath),
                "icon.svg", file("icon.svg", "image/svg+xml", basePath));
        this.backends = demo.widgets().entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, Collectors.mapping(Map.Entry::getKey, Collectors.toSet())))
                .entrySet()
                .stream()
                .map(owned -> new Caller(owned.getKey(), owned.getValue()))
                .toList();
    }

    private static ServedFile file(String name, String type, String basePath) {
        return ServedFile.ofText(type, () -> JarFiles.text("demo/" + name, basePath), HEADERS);
    }

    void register(Router router) {
        add(router, HandlerType.GET, "/demo", page::reply);
        add(router, HandlerType.GET, "/demo/token", this::token);
        add(router, HandlerType.GET, "/demo/sessions/{requestId}", this::session);
        add(router, HandlerType.POST, "/demo/sessions/{requestId}/complete", this::complete);
        add(router, HandlerType.POST, "/demo/messages/{dispatchId}/receipt", call -> desk.receipt(call, this::report));
        add(
                router,
                HandlerType.PUT,
                "/demo/behaviours",
                call -> desk.behave(call, Set.copyOf(demo.widgets().values()), false));
        // after the others, whose names it would take for files
        add(router, HandlerType.GET, "/demo/{file}", this::file);
    }

    private void add(Router router, HandlerType method, String path, Router.Endpoint endpoint) {
        router.add(Route.of(method, path, Set.of()), call -> {
            if (!demo.toEverybody() && !Loopback.isFromHere(call)) {
                throw Problem.of(WireError.FORBIDDEN).with(NOT_FROM_HERE);
            }
            return endpoint.answer(call);
        });
    }

    private Reply file(Call call) {
        @Nullable ServedFile file = files.get(call.path("file"));
        if (file == null) {
            throw Problem.of(WireError.NOT_FOUND);
        }
        return file.reply(call);
    }

    private Reply token(Call call) {
        @Nullable String asked = call.query("widget");
        Optional<WidgetId> widget =
                asked == null ? Optional.of(demo.usual()) : Uuids.parse(asked).map(WidgetId::new);
        WidgetId id =
                widget.filter(demo.widgets()::containsKey).orElseThrow(() -> Problem.of(WireError.WIDGET_NOT_FOUND));
        AccountId owner = demo.widgets().get(id);
        if (owner == null) {
            throw Problem.of(WireError.WIDGET_NOT_FOUND);
        }
        return Reply.json(
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("token", demo.tokens().sign(owner, Scope.WIDGET, id, TOKEN_LIFETIME))
                        .put("expiresIn", TOKEN_LIFETIME.toSeconds()));
    }

    private Reply session(Call call) {
        return report(call.sessionId())
                .fold(this::session, refusal -> Failures.problem(refusal).reply(call.language()));
    }

    private Reply session(ShowSession.Report report) {
        SessionTerms terms = report.session().terms();
        SessionId id = report.session().id();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("session", SessionJson.of(report));
        json.set("messages", desk.messages(terms.account(), terms.recipient(), id::equals));
        return Reply.json(200, json);
    }

    /** As what a company's backend asks; only the owner of the session's widget is not refused as a stranger. */
    private Reply complete(Call call) {
        String recipient = call.recipient();
        SessionId id = call.sessionId();
        for (Caller backend : backends) {
            Answer<Boolean> answer = application.completeIfConfirmed().complete(backend, id, recipient);
            if (!answer.<Boolean>fold(done -> false, refusal -> refusal.reason() == Refusal.Reason.FORBIDDEN)) {
                return answer.fold(
                        done -> Reply.success(201, done),
                        refusal -> Failures.problem(refusal).reply(call.language()));
            }
        }
        throw Problem.of(WireError.SESSION_NOT_FOUND);
    }

    /** The session, if it is one of the demo's. */
    private Answer<ShowSession.Report> report(SessionId id) {
        Answer<ShowSession.Report> shown = application.showSession().show(ANYBODY, id);
        return shown.fold(
                report -> isDemos(report.session().terms()) ? shown : Answer.refused(Refusal.Reason.SESSION_NOT_FOUND),
                refusal -> shown);
    }

    private boolean isDemos(SessionTerms terms) {
        return terms.account().equals(demo.widgets().get(terms.widget().id()));
    }
}
