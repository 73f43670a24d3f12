package io.otphandler.application.guard;

import io.otphandler.application.limit.SendLimits;
import io.otphandler.application.port.Embargo;
import io.otphandler.application.port.RecipientParser;
import io.otphandler.application.port.SessionListener;
import io.otphandler.domain.recipient.Numbering;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionEvent;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.widget.Leg;
import io.otphandler.domain.widget.Widget;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which messages the {@link PrefixGuard} is asked about, and what it is told: all to phone numbers but those that no limit
 * counts. Thread-safe.
 */
public final class SendGuard implements SessionListener, Embargo {

    private final PrefixGuard prefixes;
    private final RecipientParser recipients;
    private final SendLimits rules;
    private final Predicate<String> free;
    private final boolean enabled;
    private final Clock clock;

    /**
     * @param free whether messages through the gateway of that name cost nothing
     * @param enabled false: everything may go out
     */
    public SendGuard(
            PrefixGuard prefixes,
            RecipientParser recipients,
            SendLimits rules,
            Predicate<String> free,
            boolean enabled,
            Clock clock) {
        this.prefixes = prefixes;
        this.recipients = recipients;
        this.rules = rules;
        this.free = free;
        this.enabled = enabled;
        this.clock = clock;
    }

    /**
     * Counts the first message of a session, unless it is not to go out now.
     *
     * @param number where the recipient lies; null: it is no phone number
     * @return when it may be asked for again; empty: it may go out
     */
    public Optional<Instant> admit(Widget widget, @Nullable Numbering number, List<Leg> legs, Instant now) {
        return !enabled || number == null
                ? Optional.empty()
                : prefixes.admit(widget.id(), number, legs.stream().anyMatch(this::costs), now);
    }

    private boolean costs(Leg leg) {
        return !leg.channel().gateways().stream().allMatch(free);
    }

    /** The message that was let out at that instant does not go out after all. */
    public void withdraw(Widget widget, @Nullable Numbering number, Instant admittedAt) {
        if (enabled && number != null) {
            prefixes.withdraw(widget.id(), number, admittedAt, clock.instant());
        }
    }

    @Override
    public void changed(Session session, List<SessionEvent> events) {
        if (!enabled) {
            return;
        }
        for (SessionEvent event : events) {
            boolean confirmed = event.kind() == SessionEvent.Kind.CONFIRMED;
            // the first one was counted when it was admitted
            boolean sent = event.kind() == SessionEvent.Kind.DISPATCH_REQUESTED && event.dispatch() > 1;
            if (!confirmed && !sent) {
                continue;
            }
            @Nullable Numbering number = guarded(session.terms());
            if (number != null && confirmed) {
                prefixes.confirmed(session.terms().widget().id(), number, clock.instant());
            } else if (number != null) {
                prefixes.sent(session.terms().widget().id(), number, clock.instant());
            }
        }
    }

    @Override
    public @Nullable Instant until(SessionTerms terms, Instant now) {
        if (!enabled || !prefixes.hasRuledOn(terms.widget().id())) {
            return null;
        }
        @Nullable Numbering number = guarded(terms);
        return number == null ? null : prefixes.blockedUntil(terms.widget().id(), number, now);
    }

    private @Nullable Numbering guarded(SessionTerms terms) {
        Recipient recipient = terms.recipient();
        return recipient instanceof PhoneNumber number && rules.hold(terms.widget(), recipient)
                ? recipients.numbering(number)
                : null;
    }
}
