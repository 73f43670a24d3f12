package io.otphandler.application.session;

import io.otphandler.application.code.CodeKey;
import io.otphandler.application.guard.SendGuard;
import io.otphandler.application.limit.SendLimits;
import io.otphandler.application.port.BlockedRecipients;
import io.otphandler.application.port.BudgetId;
import io.otphandler.application.port.Gateways;
import io.otphandler.application.port.Limit;
import io.otphandler.application.port.Limits;
import io.otphandler.application.port.RecipientParser;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.port.Widgets;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.recipient.Numbering;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.widget.Leg;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code send}: starts a session, and with it the first message. Thread-safe. */
public final class StartSession {

    private final Widgets widgets;
    private final BlockedRecipients blocked;
    private final Sessions sessions;
    private final RecipientParser recipients;
    private final Gateways gateways;
    private final CodeKey codes;
    private final Limits limits;
    private final SendLimits rules;
    private final SendGuard guard;
    private final Supplier<UUID> ids;
    private final Clock clock;

    public StartSession(
            Widgets widgets,
            BlockedRecipients blocked,
            Sessions sessions,
            RecipientParser recipients,
            Gateways gateways,
            CodeKey codes,
            Limits limits,
            SendLimits rules,
            SendGuard guard,
            Supplier<UUID> ids,
            Clock clock) {
        this.widgets = widgets;
        this.blocked = blocked;
        this.sessions = sessions;
        this.recipients = recipients;
        this.gateways = gateways;
        this.codes = codes;
        this.limits = limits;
        this.rules = rules;
        this.guard = guard;
        this.ids = ids;
        this.clock = clock;
    }

    /** {@link #start(Caller, WidgetId, String, SessionNotes, String)} as a backend does. */
    public Answer<SessionId> start(Caller caller, WidgetId widgetId, String typedRecipient, SessionNotes notes) {
        return start(caller, widgetId, typedRecipient, notes, null);
    }

    /**
     * Answers once session and pending message are safe; the message goes out after that.
     *
     * @param typedRecipient as the user typed it
     * @param connection the address of the end user whose own connection this is; null: a backend asks for them
     */
    public Answer<SessionId> start(
            Caller caller, WidgetId widgetId, String typedRecipient, SessionNotes notes, @Nullable String connection) {
        KeyedCall call = caller.call();
        if (call != null && call.again() && isStarted(call)) {
            return Answer.granted(new SessionId(call.id()));
        }
        Optional<Widget> found = widgets.find(widgetId);
        if (found.isEmpty()) {
            return Answer.refused(Refusal.Reason.WIDGET_NOT_FOUND);
        }
        Widget widget = found.get();
        if (!caller.mayUse(widget)) {
            return Answer.refused(Refusal.Reason.FORBIDDEN);
        }
        if (!widget.isUsable()) {
            return Answer.refused(Refusal.Reason.WIDGET_IS_BLOCKED);
        }
        Optional<Recipient> recipient = recipients.parse(typedRecipient, widget.defaultRegion());
        if (recipient.isEmpty()) {
            return Answer.refused(Refusal.Reason.INVALID_RECIPIENT);
        }
        @Nullable Numbering number = guardedNumber(widget, recipient.get());
        if (number != null && !widget.audience().takesRegionOf(number)) {
            return Answer.refused(Refusal.Reason.REGION_NOT_ALLOWED);
        }
        if (number != null && !widget.audience().takesTypeOf(number)) {
            return Answer.refused(Refusal.Reason.NUMBER_TYPE_NOT_ALLOWED);
        }
        if (blocked.contains(widget.owner(), recipient.get())) {
            return Answer.refused(Refusal.Reason.WIDGET_IS_BLOCKED);
        }
        List<Leg> legs = widget.legsFor(recipient.get(), notes.locale(), gateways::isConfigured);
        Instant now = clock.instant();
        boolean limited = rules.hold(widget, recipient.get());
        List<Limit> counted = limited ? rules.of(widget, recipient.get(), connection, notes.clientIp()) : List.of();
        boolean guarded = limited && !legs.isEmpty();
        Optional<Instant> admissibleAt = guarded ? guard.admit(widget, number, legs, now) : Optional.empty();
        if (admissibleAt.isPresent()) {
            return refused(admissibleAt.get(), now);
        }
        if (legs.isEmpty()) {
            // what is refused all the same uses nothing up
            Optional<Instant> roomAt = counted.isEmpty()
                    ? Optional.empty()
                    : limits.take(counted.stream().map(Limit::asked).toList(), now);
            return roomAt.<Answer<SessionId>>map(at -> refused(at, now))
                    .orElseGet(() -> Answer.refused(Refusal.Reason.NO_AVAILABLE_CHANNELS));
        }
        UUID id = call == null ? ids.get() : call.id();
        Decision<SessionId> started = started(id, widget, recipient.get(), legs, notes, now);
        @Nullable BudgetId budget = limited ? rules.budget(widget.owner(), recipient.get()) : null;
        Optional<Instant> roomAt;
        try {
            roomAt = sessions.addCounted(started, budget, limits, counted, now);
        } catch (IllegalArgumentException e) {
            // somebody who had been given up was at it still, and has been quicker
            if (call == null || !isStarted(call)) {
                throw e;
            }
            if (guarded) {
                guard.withdraw(widget, number, now);
            }
            return Answer.granted(started.answer());
        }
        if (roomAt.isPresent()) {
            if (guarded) {
                guard.withdraw(widget, number, now);
            }
            return refused(roomAt.get(), now);
        }
        return Answer.granted(started.answer());
    }

    private static Answer<SessionId> refused(Instant until, Instant now) {
        return Answer.refused(Refusal.until(Refusal.Reason.RATE_LIMIT, Duration.between(now, until)));
    }

    /** Where the number lies; null: it is no phone number, or nothing is really sent to it. */
    private @Nullable Numbering guardedNumber(Widget widget, Recipient recipient) {
        return recipient instanceof PhoneNumber number
                        && !widget.testRecipients().containsKey(recipient)
                ? recipients.numbering(number)
                : null;
    }

    private boolean isStarted(KeyedCall call) {
        return sessions.find(new SessionId(call.id())).isPresent();
    }

    /** @param id a call that may come again names the session, so that it starts no other */
    private Decision<SessionId> started(
            UUID id, Widget widget, Recipient recipient, List<Leg> legs, SessionNotes notes, Instant now) {
        @Nullable Code fixed = widget.testRecipients().get(recipient);
        return Session.start(new SessionTerms(
                new SessionId(id),
                widget,
                recipient,
                legs,
                fixed == null ? null : codes.keep(id, fixed),
                now,
                now.plus(widget.sessionLifetime()),
                notes,
                codes.current()));
    }
}
