package io.otphandler.adapter.http;

import io.javalin.http.HandlerType;
import io.otphandler.adapter.http.token.Identity;
import io.otphandler.adapter.http.token.Scope;
import io.otphandler.application.Application;
import io.otphandler.application.admin.Admin;
import io.otphandler.application.admin.ShowSession;
import io.otphandler.application.port.RecipientParser;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.Widget;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was "sent", and what shall become of it: for trying out. Reaches the account's own sessions only. Stateless. */
final class SandboxApi {
    private static final Set<Scope> SANDBOX = Set.of(Scope.SANDBOX);

    private final Application application;
    private final SandboxDesk desk;
    private final RecipientParser recipients;

    SandboxApi(Application application, SandboxDesk desk, RecipientParser recipients) {
        this.application = application;
        this.desk = desk;
        this.recipients = recipients;
    }

    void register(Router router) {
        router.add(Route.of(HandlerType.GET, "/sandbox/messages", SANDBOX), this::messages);
        router.add(
                Route.of(HandlerType.POST, "/sandbox/messages/{dispatchId}/receipt", SANDBOX),
                call -> desk.receipt(call, session -> report(call.identity(), session)));
        router.add(
                Route.of(HandlerType.PUT, "/sandbox/behaviours", SANDBOX),
                call -> desk.behave(call, Set.of(call.identity().account()), true));
    }

    private Reply messages(Call call) {
        @Nullable String typed = call.query("recipient");
        @Nullable Recipient recipient = typed == null || typed.isEmpty() ? null : recipient(Call.withPlus(typed));
        Identity identity = call.identity();
        return Reply.json(
                200,
                desk.messages(
                        identity.account(),
                        recipient,
                        session -> identity.widgets() == null || mayUse(identity, session)));
    }

    private boolean mayUse(Identity identity, SessionId session) {
        return report(identity, session).fold(report -> true, refusal -> false);
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

    private Recipient recipient(String typed) {
        return recipients
                .parse(typed, Widget.DEFAULT_REGION)
                .orElseThrow(() -> Problem.invalid("recipient", "expected a phone number or an e-mail address"));
    }
}
