package io.otphandler.application.admin;

import static io.otphandler.application.port.Fixtures.ACME;
import static io.otphandler.application.port.Fixtures.ANN;
import static io.otphandler.application.port.Fixtures.OTHER;
import static io.otphandler.application.port.Fixtures.channel;
import static io.otphandler.application.port.Fixtures.granted;
import static io.otphandler.application.port.Fixtures.reason;
import static io.otphandler.application.port.Fixtures.renamed;
import static io.otphandler.application.port.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otphandler.application.port.AuditEntry;
import io.otphandler.application.port.AuditEntry.Bearer;
import io.otphandler.application.port.AuditEntry.Part;
import io.otphandler.application.port.AuditLog;
import io.otphandler.application.port.InMemoryWidgets;
import io.otphandler.application.port.RevokedToken;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.application.port.TestApplication;
import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.code.CodePolicy;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AuditTest {

    private static final Admin ADMIN = new Admin(ACME, false, Optional.of("t-1"));
    private static final Admin STRANGER = new Admin(OTHER, false);
    private static final Admin ROOT = new Admin(new AccountId("root"), true);

    private final TestApplication app = new TestApplication();
    private final Widget draft = widget(channel(ChannelType.SMS, "sandbox"));
    private final String id = draft.id().toString();

    @Test
    void whoDoesWhatWithAWidgetIsWrittenDown() {
        save(ADMIN, draft);
        Instant created = app.clock().instant();
        tick();
        save(ROOT, renamed(draft, draft.owner(), "Sign-up"));
        tick();
        assertThat(granted(app.application().blockWidget().block(ADMIN, draft.id(), true))
                        .isBlocked())
                .isTrue();
        tick();
        assertThat(granted(app.application().blockWidget().block(ADMIN, draft.id(), false))
                        .isBlocked())
                .isFalse();
        tick();
        assertThat(granted(app.application().deleteWidget().delete(ADMIN, draft.id()))
                        .name())
                .isEqualTo("Sign-up");

        assertThat(log())
                .extracting(AuditEntry::action)
                .containsExactly("widget.delete", "widget.unblock", "widget.block", "widget.save", "widget.save");
        assertThat(log()).allSatisfy(entry -> {
            assertThat(entry.account()).isEqualTo(ACME);
            assertThat(entry.subject()).isEqualTo(id);
        });
        AuditEntry first = log().get(4);
        assertThat(first.at()).isEqualTo(created);
        assertThat(first.actor()).isEqualTo(new Bearer(ACME, Optional.of("t-1")));
        assertThat(first.details()).isEqualTo(Map.of("name", "Login", "created", "true"));
        AuditEntry second = log().get(3);
        assertThat(second.actor()).isEqualTo(new Bearer(ROOT.account(), Optional.empty()));
        assertThat(second.details()).isEqualTo(Map.of("name", "Sign-up", "replacedRevision", "1", "changed", "name"));
        assertThat(log().get(0).details()).isEqualTo(Map.of("name", "Sign-up"));
    }

    @Test
    void whatIsDoneWithARecipientIsWrittenDownAndTheRecipientMasked() {
        app.application().blockRecipient().block(ADMIN, ACME, ANN);
        tick();
        app.application().unblockRecipient().unblock(ADMIN, ACME, ANN);
        tick();
        app.application().liftLimits().lift(ROOT, ACME, ANN);

        assertThat(log())
                .extracting(AuditEntry::action)
                .containsExactly("limits.lift", "recipient.unblock", "recipient.block");
        assertThat(log()).extracting(AuditEntry::subject).containsOnly(ANN.masked());
        assertThat(log()).extracting(AuditEntry::account).containsOnly(ACME);
        assertThat(log().toString()).doesNotContain(ANN.value());
    }

    @Test
    void aRevokedTokenIsWrittenDownWithItsIdAndItsEnd() {
        Instant expiresAt = app.clock().instant().plusSeconds(60);
        app.application().revokeToken().revoke(ADMIN, new RevokedToken(ACME, "t-2", expiresAt));

        assertThat(log()).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("token.revoke");
            assertThat(entry.subject()).isEqualTo("t-2");
            assertThat(entry.details()).isEqualTo(Map.of("expiresAt", expiresAt.toString()));
        });
    }

    @Test
    void whatIsRefusedIsNoAction() {
        app.widgets().save(draft);
        WidgetId nowhere = new WidgetId(UUID.randomUUID());

        assertThat(reason(app.application().saveWidget().save(STRANGER, draft))).isEqualTo(Refusal.Reason.FORBIDDEN);
        assertThat(save(ADMIN, renamed(draft, draft.owner(), " ")).saved()).isEmpty();
        assertThat(reason(app.application().blockWidget().block(STRANGER, draft.id(), true)))
                .isEqualTo(Refusal.Reason.FORBIDDEN);
        assertThat(reason(app.application().deleteWidget().delete(STRANGER, draft.id())))
                .isEqualTo(Refusal.Reason.FORBIDDEN);
        assertThat(reason(app.application().blockWidget().block(ADMIN, nowhere, true)))
                .isEqualTo(Refusal.Reason.WIDGET_NOT_FOUND);
        assertThat(reason(app.application().deleteWidget().delete(ADMIN, nowhere)))
                .isEqualTo(Refusal.Reason.WIDGET_NOT_FOUND);

        assertThat(log()).isEmpty();
    }

    @Test
    void whatCannotBeWrittenDownIsNotDone() {
        InMemoryWidgets widgets = new InMemoryWidgets();
        SaveWidget saving = new SaveWidget(widgets, new Audit(new FullLog(), UUID::randomUUID, app.clock()));

        assertThatThrownBy(() -> saving.save(ADMIN, draft)).isInstanceOf(StoreUnavailableException.class);

        assertThat(widgets.all()).isEmpty();
    }

    @Test
    void aConfiguredWidgetIsSavedAndWrittenDownOnlyWhenItChanges() {
        assertThat(app.application().configureWidget().configure(draft)).contains(draft.withRevision(1));
        tick();
        assertThat(app.application().configureWidget().configure(draft)).isEmpty();
        assertThat(app.application().configureWidget().configure(draft.withBlocked(true)))
                .contains(draft.withBlocked(true).withRevision(2));

        assertThat(log()).extracting(AuditEntry::action).containsExactly("widget.save", "widget.save");
        assertThat(log()).extracting(AuditEntry::actor).containsOnly(Part.CONFIGURATION);
        assertThat(log()).extracting(AuditEntry::account).containsOnly(ACME);
        assertThat(log().get(0).details()).containsEntry("changed", "isBlocked");
    }

    @Test
    void everyFieldThatChangesIsNamedAndNoValueOfIt() {
        Channel sms = channel(ChannelType.SMS, "sandbox");
        Channel other = new Channel(
                ChannelType.VOICE,
                "Call",
                CodeType.CODELESS,
                false,
                List.of("spare"),
                new ChannelSettings(
                        Duration.ofSeconds(1),
                        1,
                        1,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        new CodePolicy(4, false)),
                List.of());
        Map<Recipient, Code> secret = Map.of(new PhoneNumber("+79990000000"), new Code("735190"));
        Widget before = new Widget(
                draft.id(), 7, ACME, "A", true, false, "RU", Duration.ofSeconds(60), null, List.of(sms), Map.of());
        Widget after = new Widget(
                draft.id(),
                0,
                ACME,
                "B",
                false,
                true,
                "DE",
                Duration.ofSeconds(61),
                "b.example",
                List.of(other),
                secret);

        Map<String, String> details = WidgetChanges.details(Optional.of(before), after);

        assertThat(details.get("changed"))
                .isEqualTo("defaultRegion, isActive, isBlocked, name, origin, sessionLifetime, testRecipients,"
                        + " channels[0].code, channels[0].codeType, channels[0].enabled, channels[0].fallbackAfter,"
                        + " channels[0].gateways, channels[0].label, channels[0].lifetime, channels[0].numberOfRestart,"
                        + " channels[0].numberOfTries, channels[0].restartCooldown, channels[0].templates,"
                        + " channels[0].type");
        assertThat(details.toString()).doesNotContain("735190").doesNotContain("79990000000");
        assertThat(WidgetChanges.changed(after, after.withRevision(8))).isEmpty();
    }

    @Test
    void anotherNumberOfChannelsIsAChangeOfThemAll() {
        Widget two = widget(channel(ChannelType.SMS, "sandbox"), channel(ChannelType.VOICE, "sandbox"));

        assertThat(WidgetChanges.changed(draft, two)).containsExactly("channels");
    }

    @Test
    void moreChangedFieldsThanFitAreCutOff() {
        Widget sms = many(ChannelType.SMS);
        Widget voice = many(ChannelType.VOICE);

        assertThat(WidgetChanges.details(Optional.of(sms), voice).get("changed"))
                .hasSize(AuditEntry.MAX_DETAIL)
                .endsWith("…");
    }

    @Test
    void theLogIsReadPageByPage() {
        for (int i = 0; i < 3; i++) {
            app.application().blockRecipient().block(ADMIN, ACME, ANN);
            tick();
        }

        FindAuditEntries.Page first = page(Optional.empty());
        FindAuditEntries.Page second = page(first.next());

        assertThat(first.entries()).containsExactlyElementsOf(log().subList(0, 2));
        assertThat(second.entries()).containsExactly(log().get(2));
        assertThat(second.next()).isEmpty();
        assertThat(app.application()
                        .findAuditEntries()
                        .find(new AuditLog.Query(Optional.empty(), Optional.empty(), Optional.empty(), 3))
                        .next())
                .isEmpty();
    }

    @Test
    void entriesAreForgottenAfterTheirRetention() {
        app.application().blockRecipient().block(ADMIN, ACME, ANN);
        app.clock().advance(Duration.ofDays(400));
        app.application().sweep().forget();
        assertThat(log()).hasSize(1);

        tick();
        app.application().sweep().forget();

        assertThat(log()).isEmpty();
    }

    @Test
    void anActionIsAWordWithADot() {
        assertThat(AuditEntry.isAction("widget.save")).isTrue();
        assertThat(AuditEntry.isAction("guard.prefix.blockAgain")).isTrue();
        for (String other : new String[] {"", "widget", "widget.", ".save", "Widget.save", "widget save", "a.b;c"}) {
            assertThat(AuditEntry.isAction(other)).as(other).isFalse();
        }
        assertThat(AuditEntry.isAction("a." + "b".repeat(AuditEntry.MAX_ACTION - 2)))
                .isTrue();
        assertThat(AuditEntry.isAction("a." + "b".repeat(AuditEntry.MAX_ACTION - 1)))
                .isFalse();
        assertThatThrownBy(() -> entry("save", "x", Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> entry("widget.save", "", Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> entry("widget.save", "x".repeat(AuditEntry.MAX_SUBJECT + 1), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> entry("widget.save", "x", Map.of("a", "x".repeat(AuditEntry.MAX_DETAIL + 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aVeryLongTokenIdIsCutBetweenCharacters() {
        String longId = "x".repeat(RevokedToken.MAX_ID_LENGTH - 1) + "😀";

        assertThat(new Bearer(ACME, Optional.of(longId)).tokenId())
                .contains("x".repeat(RevokedToken.MAX_ID_LENGTH - 1));
        assertThat(new Bearer(ACME, Optional.of("x" + longId)).tokenId())
                .contains("x".repeat(RevokedToken.MAX_ID_LENGTH));
    }

    private static AuditEntry entry(String action, String subject, Map<String, String> details) {
        return new AuditEntry(UUID.randomUUID(), Instant.EPOCH, ACME, Part.GUARD, action, subject, details);
    }

    private Widget many(ChannelType type) {
        Channel[] channels = new Channel[300];
        Arrays.fill(channels, channel(type, "sandbox"));
        return widget(channels);
    }

    private FindAuditEntries.Page page(Optional<UUID> before) {
        return app.application()
                .findAuditEntries()
                .find(new AuditLog.Query(Optional.of(ACME), Optional.empty(), before, 2));
    }

    /** So that what is next is newer. */
    private void tick() {
        app.clock().advance(Duration.ofMillis(1));
    }

    private List<AuditEntry> log() {
        return app.auditLog().find(new AuditLog.Query(Optional.empty(), Optional.empty(), Optional.empty(), 100));
    }

    private SaveWidget.Outcome save(Admin admin, Widget widget) {
        return granted(app.application().saveWidget().save(admin, widget));
    }

    /** Takes nothing. */
    private static final class FullLog implements AuditLog {
        @Override
        public void append(AuditEntry entry) {
            throw new StoreUnavailableException("full", new IllegalStateException());
        }

        @Override
        public List<AuditEntry> find(Query query) {
            return List.of();
        }

        @Override
        public int deleteOlderThan(Instant instant, int limit) {
            return 0;
        }
    }
}
