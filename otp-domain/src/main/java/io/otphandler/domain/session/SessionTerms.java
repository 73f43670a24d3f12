package io.otphandler.domain.session;

import io.otphandler.domain.code.ChosenCode;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Leg;
import io.otphandler.domain.widget.Widget;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is fixed for a session when it starts, and stays whatever becomes of its widget.
 *
 * @param widget the form as it was when the session started: later changes do not reach it
 * @param legs the suitable channels in order, at least one
 * @param fixedCode of a test recipient, to whom nothing is sent; null for all others
 * @param endsAt when the session is gone, unless it was confirmed shortly before
 * @param codeKey which of the keys its codes are derived with, as {@link io.otphandler.domain.code.IssuedCode} has it
 */
public record SessionTerms(
        SessionId id,
        Widget widget,
        Recipient recipient,
        List<Leg> legs,
        @Nullable ChosenCode fixedCode,
        Instant startedAt,
        Instant endsAt,
        SessionNotes notes,
        int codeKey) {

    /** Those of a session whose codes are derived with the first key. */
    public SessionTerms(
            SessionId id,
            Widget widget,
            Recipient recipient,
            List<Leg> legs,
            @Nullable ChosenCode fixedCode,
            Instant startedAt,
            Instant endsAt,
            SessionNotes notes) {
        this(id, widget, recipient, legs, fixedCode, startedAt, endsAt, notes, 0);
    }

    public SessionTerms {
        legs = List.copyOf(legs);
        if (legs.isEmpty()) {
            throw new IllegalArgumentException("A session needs at least one suitable channel");
        }
        if (!endsAt.isAfter(startedAt)) {
            throw new IllegalArgumentException("A session ends after it starts, not " + startedAt + " to " + endsAt);
        }
    }

    /** The account that the session belongs to. */
    public AccountId account() {
        return widget.owner();
    }

    Leg leg(int index) {
        return legs.get(index);
    }

    /** Whether there is a channel to go on with. */
    public boolean hasLegAfter(int index) {
        return index + 1 < legs.size();
    }
}
