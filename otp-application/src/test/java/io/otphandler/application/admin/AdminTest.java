package io.otphandler.application.admin;

import static io.otphandler.application.port.Fixtures.ACME;
import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.CALLER;
import static io.otphandler.application.port.Fixtures.OTHER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.reason;
import static io.otphandler.application.port.Fixtures.renamed;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.session.Failed;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Violation;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AdminTest {

    private static final Admin ADMIN = new Admin(ACME, false);
    private static final Admin STRANGER = new Admin(OTHER, false);
    private static final Admin ROOT = new Admin(new AccountId("root"), true);
    private static final WidgetId NOWHERE = new WidgetId(UUID.randomUUID());

    private final TestApplication app = new TestApplication();
    private final Widget draft = widget(channel(ChannelType.SMS, "sandbox"));

    @Test
    void aWidgetIsCreatedAndThenReplaced() {
        SaveWidget.Outcome created = save(ADMIN, draft);
        SaveWidget.Outcome replaced = save(ADMIN, renamed(draft, ACME, "Sign-up"));

        assertThat(created.created()).isTrue();
        assertThat(created.saved()).contains(draft.withRevision(1));
        assertThat(replaced.created()).isFalse();
        assertThat(granted(app.application().showWidget().show(ADMIN, draft.id())))
                .isEqualTo(renamed(draft, ACME, "Sign-up").withRevision(2));
    }

    @Test
    void whatIsWrongWithAWidgetIsToldAndNothingSaved() {
        SaveWidget.Outcome outcome = save(ADMIN, renamed(draft, ACME, " "));

        assertThat(outcome.saved()).isEmpty();
        assertThat(outcome.created()).isFalse();
        assertThat(outcome.violations()).extracting(Violation::field).containsExactly("name");
        assertThat(app.widgets().all()).isEmpty();
    }

    @Test
    void anotherAccountsWidgetIsForbiddenToAllButRoot() {
        assertThat(reason(app.application().saveWidget().save(STRANGER, draft))).isEqualTo(Refusal.Reason.FORBIDDEN);
        save(ADMIN, draft);

        // not even by claiming it for oneself
        assertThat(reason(app.application().saveWidget().save(STRANGER, renamed(draft, OTHER, "Mine"))))
                .isEqualTo(Refusal.Reason.FORBIDDEN);
        assertThat(reason(app.application().showWidget().show(STRANGER, draft.id())))
                .isEqualTo(Refusal.Reason.FORBIDDEN);
        assertThat(reason(app.application().blockWidget().block(STRANGER, draft.id(), true)))
                .isEqualTo(Refusal.Reason.FORBIDDEN);
        assertThat(reason(app.application().deleteWidget().delete(STRANGER, draft.id())))
                .isEqualTo(Refusal.Reason.FORBIDDEN);
        assertThat(app.widgets().find(draft.id())).contains(draft.withRevision(1));
        assertThat(save(ROOT, renamed(draft, ACME, "Root's")).saved()).isPresent();
        assertThat(granted(app.application().showWidget().show(ROOT, draft.id()))
                        .name())
                .isEqualTo("Root's");
    }

    @Test
    void aWidgetStaysWithItsAccount() {
        save(ADMIN, draft);

        assertThat(save(ROOT, renamed(draft, OTHER, "Moved")).violations())
                .extracting(Violation::field)
                .containsExactly("owner");
    }

    @Test
    void aBlockedWidgetStartsNoSessionUntilItIsUnblocked() {
        save(ADMIN, draft);

        assertThat(granted(app.application().blockWidget().block(ADMIN, draft.id(), true))
                        .isBlocked())
                .isTrue();
        assertThat(reason(app.application().startSession().start(CALLER, draft.id(), ANN.value(), SessionNotes.NONE)))
                .isEqualTo(Refusal.Reason.WIDGET_IS_BLOCKED);
        assertThat(granted(app.application().blockWidget().block(ADMIN, draft.id(), false))
                        .isBlocked())
                .isFalse();
        assertThat(start()).isNotNull();
    }

    @Test
    void theSessionsOfADeletedWidgetGoOn() {
        save(ADMIN, draft);
        SessionId id = start();

        assertThat(granted(app.application().deleteWidget().delete(ADMIN, draft.id()))
                        .id())
                .isEqualTo(draft.id());

        assertThat(reason(app.application().showWidget().show(ADMIN, draft.id())))
                .isEqualTo(Refusal.Reason.WIDGET_NOT_FOUND);
        assertThat(reason(app.application().getWidget().get(CALLER, draft.id())))
                .isEqualTo(Refusal.Reason.WIDGET_NOT_FOUND);
        assertThat(granted(app.application()
                        .checkCode()
                        .check(CALLER, id, app.gateway().last().code().digits())))
                .isTrue();
    }

    @Test
    void aRunningSessionKeepsTheChannelsThatItBeganWith() {
        save(ADMIN, draft);
        SessionId id = start();

        save(
                ADMIN,
                new Widget(
                        draft.id(),
                        0,
                        ACME,
                        "Login",
                        true,
                        false,
                        "RU",
                        Duration.ofSeconds(60),
                        null,
                        java.util.List.of(),
                        java.util.Map.of()));

        assertThat(granted(app.application().getChannel().get(CALLER, id))
                        .leg()
                        .channel()
                        .type())
                .isEqualTo(ChannelType.SMS);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(reason(app.application().showWidget().show(ADMIN, NOWHERE)))
                .isEqualTo(Refusal.Reason.WIDGET_NOT_FOUND);
        assertThat(reason(app.application().blockWidget().block(ADMIN, NOWHERE, true)))
                .isEqualTo(Refusal.Reason.WIDGET_NOT_FOUND);
        assertThat(reason(app.application().deleteWidget().delete(ADMIN, NOWHERE)))
                .isEqualTo(Refusal.Reason.WIDGET_NOT_FOUND);
        assertThat(reason(app.application().showSession().show(ADMIN, new SessionId(UUID.randomUUID()))))
                .isEqualTo(Refusal.Reason.SESSION_NOT_FOUND);
    }

    @Test
    void widgetsAreListedByNameEachAccountItsOwnAndRootAll() {
        Widget second = renamed(widget(), ACME, "B");
        Widget first = renamed(widget(), ACME, "A");
        Widget others = renamed(widget(), OTHER, "C");
        save(ROOT, second);
        save(ROOT, first);
        save(ROOT, others);

        assertThat(app.application().findWidgets().find(ADMIN))
                .extracting(Widget::id)
                .containsExactly(first.id(), second.id());
        assertThat(app.application().findWidgets().find(ROOT))
                .extracting(Widget::id)
                .containsExactly(first.id(), second.id(), others.id());
    }

    @Test
    void aBlockedRecipientIsSentNothingUntilUnblocked() {
        save(ADMIN, draft);
        PhoneNumber bob = new PhoneNumber("+79120000000");
        app.application().blockRecipient().block(ADMIN, ACME, ANN);
        app.application().blockRecipient().block(ADMIN, ACME, ANN);
        app.application().blockRecipient().block(ADMIN, ACME, bob);

        assertThat(app.application().findBlockedRecipients().find(ACME)).containsExactly(bob, ANN);
        assertThat(app.application().findBlockedRecipients().find(OTHER)).isEmpty();
        assertThat(reason(app.application().startSession().start(CALLER, draft.id(), ANN.value(), SessionNotes.NONE)))
                .isEqualTo(Refusal.Reason.WIDGET_IS_BLOCKED);

        app.application().unblockRecipient().unblock(ADMIN, ACME, ANN);
        app.application().unblockRecipient().unblock(ADMIN, ACME, ANN);
        assertThat(start()).isNotNull();
    }

    @Test
    void theCourseOfASessionIsToldForAsLongAsItIsKept() {
        save(ADMIN, draft);
        SessionId id = start();
        app.clock().advance(Duration.ofSeconds(300));

        ShowSession.Report report = granted(app.application().showSession().show(ADMIN, id));
        assertThat(report.session()).isInstanceOf(Failed.class);
        assertThat(report.gone()).isFalse();
        assertThat(report.timeline())
                .extracting(timed -> timed.event().kind())
                .containsExactly(SessionEvent.Kind.DISPATCH_REQUESTED, SessionEvent.Kind.ACCEPTED);
        assertThat(reason(app.application().showSession().show(STRANGER, id))).isEqualTo(Refusal.Reason.FORBIDDEN);
        app.clock().advance(Duration.ofSeconds(600));
        assertThat(granted(app.application().showSession().show(ROOT, id)).gone())
                .isTrue();
    }

    private SaveWidget.Outcome save(Admin admin, Widget widget) {
        return granted(app.application().saveWidget().save(admin, widget));
    }

    private SessionId start() {
        return granted(app.application().startSession().start(CALLER, draft.id(), ANN.value(), SessionNotes.NONE));
    }
}
