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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
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
    private final Executor executor;
    private final Clock clock;

    /** @param executor where the store is waited for */
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
            Executor executor,
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
        this.executor = executor;
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
        return Sessions.joined(submit(caller, widgetId, typedRecipient, notes, connection));
    }

    /**
     * {@link #start(Caller, WidgetId, String, SessionNotes, String)} without waiting until it is safe: completes as {@link
     * Sessions#submitWithin}. Where others write to the store as well it may be waited for before; and for calls that may
     * come again.
     */
    public CompletableFuture<Answer<SessionId>> submit(
            Caller caller, WidgetId widgetId, String typedRecipient, SessionNotes notes, @Nullable String connection) {
        KeyedCall call = caller.call();
        if (call != null && call.again() && isStarted(call)) {
            return granted(new SessionId(call.id()));
        }
        Send send = new Send(caller, typedRecipient, notes, connection);
        Optional<First> first =
                call == null ? widgets.recall(widgetId).flatMap(widget -> readyFirst(send, widget)) : Optional.empty();
        return first.map(ready -> startFirst(ready, send, widgetId)).orElseGet(() -> start(send, widgetId));
    }

    private CompletableFuture<Answer<SessionId>> start(Send send, WidgetId widgetId) {
        return widgets.find(widgetId)
                .map(widget -> start(send, widget))
                .orElseGet(() -> refused(Refusal.Reason.WIDGET_NOT_FOUND));
    }

    /** What is asked for. */
    private record Send(
            Caller caller,
            String typedRecipient,
            SessionNotes notes,
            @Nullable String connection) {}

    /**
     * What of it can be told without asking the store.
     *
     * @param number where the recipient lies; null: it is no phone number, or nothing is really sent to it
     * @param budget what the recipient may still be asked; null: no limits hold
     * @param counted what it is counted against, if limits hold for it at all
     */
    private record Ready(
            Widget widget,
            Recipient recipient,
            @Nullable Numbering number,
            List<Leg> legs,
            @Nullable BudgetId budget,
            List<Limit> counted) {

        boolean isGuarded() {
            return budget != null && !legs.isEmpty();
        }
    }

    private Answer<Ready> ready(Send send, Widget widget) {
        if (!send.caller.mayUse(widget)) {
            return Answer.refused(Refusal.Reason.FORBIDDEN);
        }
        if (!widget.isUsable()) {
            return Answer.refused(Refusal.Reason.WIDGET_IS_BLOCKED);
        }
        Optional<Recipient> parsed = recipients.parse(send.typedRecipient, widget.defaultRegion());
        if (parsed.isEmpty()) {
            return Answer.refused(Refusal.Reason.INVALID_RECIPIENT);
        }
        Recipient recipient = parsed.get();
        @Nullable Numbering number = guardedNumber(widget, recipient);
        if (number != null && !widget.audience().takesRegionOf(number)) {
            return Answer.refused(Refusal.Reason.REGION_NOT_ALLOWED);
        }
        if (number != null && !widget.audience().takesTypeOf(number)) {
            return Answer.refused(Refusal.Reason.NUMBER_TYPE_NOT_ALLOWED);
        }
        @Nullable BudgetId budget = rules.hold(widget, recipient) ? rules.budget(widget.owner(), recipient) : null;
        return Answer.granted(new Ready(
                widget,
                recipient,
                number,
                widget.legsFor(recipient, send.notes.locale(), gateways::isConfigured),
                budget,
                budget == null
                        ? List.of()
                        : rules.of(widget, recipient, budget, send.connection, send.notes.clientIp())));
    }

    /** What is simple enough to be asked for in one go. */
    private record First(Ready ready, Decision<SessionId> started, Instant now) {}

    /** Empty: it is not that simple. */
    private Optional<First> readyFirst(Send send, Widget recalled) {
        if (!(ready(send, recalled) instanceof Answer.Granted<Ready> granted)) {
            return Optional.empty();
        }
        Ready ready = granted.value();
        Instant now = clock.instant();
        return ready.legs.isEmpty()
                        || !sessions.mayBeFirst(ready.counted)
                        || admissibleAt(ready, now).isPresent()
                ? Optional.empty()
                : Optional.of(new First(ready, started(ids.get(), send, ready, now), now));
    }

    private CompletableFuture<Answer<SessionId>> startFirst(First first, Send send, WidgetId widgetId) {
        return sessions.submitFirst(first.started, first.ready.budget, first.ready.counted, first.now)
                .thenCompose(kept -> {
                    if (kept.isKept()) {
                        return granted(first.started.answer());
                    }
                    return CompletableFuture.supplyAsync(
                                    () -> {
                                        withdraw(first.ready, first.now);
                                        if (!kept.begun().isEmpty()) {
                                            limits.giveBack(kept.begun(), first.now);
                                        }
                                        return start(send, widgetId);
                                    },
                                    executor)
                            .thenCompose(Function.identity());
                });
    }

    private CompletableFuture<Answer<SessionId>> start(Send send, Widget widget) {
        return ready(send, widget)
                .fold(
                        ready -> start(send, ready),
                        refusal -> CompletableFuture.completedFuture(Answer.refused(refusal)));
    }

    private CompletableFuture<Answer<SessionId>> start(Send send, Ready ready) {
        if (blocked.contains(ready.widget.owner(), ready.recipient)) {
            return refused(Refusal.Reason.WIDGET_IS_BLOCKED);
        }
        Instant now = clock.instant();
        Optional<Instant> admissibleAt = admissibleAt(ready, now);
        if (admissibleAt.isPresent()) {
            return CompletableFuture.completedFuture(refused(admissibleAt.get(), now));
        }
        if (ready.legs.isEmpty()) {
            return CompletableFuture.supplyAsync(() -> withoutChannels(ready, now), executor);
        }
        KeyedCall call = send.caller.call();
        return call == null
                ? startNew(started(ids.get(), send, ready, now), ready, now)
                : CompletableFuture.completedFuture(startOnce(call, started(call.id(), send, ready, now), ready, now));
    }

    /** What is refused all the same uses nothing up. */
    private Answer<SessionId> withoutChannels(Ready ready, Instant now) {
        Optional<Instant> roomAt = ready.counted.isEmpty()
                ? Optional.empty()
                : limits.take(ready.counted.stream().map(Limit::asked).toList(), now);
        return roomAt.<Answer<SessionId>>map(at -> refused(at, now))
                .orElseGet(() -> Answer.refused(Refusal.Reason.NO_AVAILABLE_CHANNELS));
    }

    private CompletableFuture<Answer<SessionId>> startNew(Decision<SessionId> started, Ready ready, Instant now) {
        return sessions.submitCounted(started, ready.budget, limits, ready.counted, now)
                .thenApply(roomAt -> answer(started, roomAt, ready, now));
    }

    private Answer<SessionId> startOnce(KeyedCall call, Decision<SessionId> started, Ready ready, Instant now) {
        try {
            return answer(started, sessions.addCounted(started, ready.budget, limits, ready.counted, now), ready, now);
        } catch (IllegalArgumentException e) {
            // somebody who had been given up was at it still, and has been quicker
            if (!isStarted(call)) {
                throw e;
            }
            withdraw(ready, now);
            return Answer.granted(started.answer());
        }
    }

    /** @param roomAt empty: it is kept */
    private Answer<SessionId> answer(Decision<SessionId> started, Optional<Instant> roomAt, Ready ready, Instant now) {
        if (roomAt.isPresent()) {
            withdraw(ready, now);
            return refused(roomAt.get(), now);
        }
        return Answer.granted(started.answer());
    }

    private static CompletableFuture<Answer<SessionId>> granted(SessionId id) {
        return CompletableFuture.completedFuture(Answer.granted(id));
    }

    private static CompletableFuture<Answer<SessionId>> refused(Refusal.Reason reason) {
        return CompletableFuture.completedFuture(Answer.refused(reason));
    }

    private Optional<Instant> admissibleAt(Ready ready, Instant now) {
        return ready.isGuarded() ? guard.admit(ready.widget, ready.number, ready.legs, now) : Optional.empty();
    }

    private void withdraw(Ready ready, Instant admittedAt) {
        if (ready.isGuarded()) {
            guard.withdraw(ready.widget, ready.number, admittedAt);
        }
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
    private Decision<SessionId> started(UUID id, Send send, Ready ready, Instant now) {
        Widget widget = ready.widget;
        @Nullable Code fixed = widget.testRecipients().get(ready.recipient);
        return Session.start(new SessionTerms(
                new SessionId(id),
                widget,
                ready.recipient,
                ready.legs,
                fixed == null ? null : codes.keep(id, fixed),
                now,
                now.plus(widget.sessionLifetime()),
                send.notes,
                codes.current()));
    }
}
