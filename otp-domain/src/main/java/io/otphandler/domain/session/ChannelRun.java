package io.otphandler.domain.session;

import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.code.ChosenCode;
import io.otphandler.domain.code.IssuedCode;
import io.otphandler.domain.limit.Budget;
import io.otphandler.domain.widget.Leg;
import org.jspecify.annotations.Nullable;

/**
 * Where a session stands within its current channel.
 *
 * @param leg the index of the channel among the session's legs
 * @param dispatch the current one; what is reported of earlier ones changes nothing
 * @param codeType the channel's own, or the other one once a receipt has changed it
 * @param triesLeft wrong codes that may still follow; restarts do not refill them
 * @param restartsLeft of this channel
 * @param changeUnseen whether the form has not yet been shown that the channel was changed or restarted
 * @param heldBack whether nothing may follow by itself: the recipient's messages of the day are used up
 * @param left the code of the channel before, where it is still good; null: none
 */
public record ChannelRun(
        int leg,
        Dispatch dispatch,
        CodeType codeType,
        int triesLeft,
        int restartsLeft,
        boolean changeUnseen,
        boolean heldBack,
        @Nullable LeftCode left) {

    public ChannelRun {
        if (leg < 0 || triesLeft < 1 || restartsLeft < 0) {
            throw new IllegalArgumentException(
                    "No run of leg " + leg + " has " + triesLeft + " tries and " + restartsLeft + " restarts left");
        }
    }

    ChannelRun seen() {
        return changeUnseen
                ? new ChannelRun(leg, dispatch, codeType, triesLeft, restartsLeft, false, heldBack, left)
                : this;
    }

    ChannelRun withTriesLeft(int tries) {
        return new ChannelRun(leg, dispatch, codeType, tries, restartsLeft, changeUnseen, heldBack, left);
    }

    ChannelRun withCode(@Nullable ChosenCode code) {
        return code == null
                ? this
                : new ChannelRun(
                        leg, dispatch.with(code), codeType, triesLeft, restartsLeft, changeUnseen, heldBack, left);
    }

    ChannelRun withCodeType(CodeType type, @Nullable ChosenCode code) {
        return new ChannelRun(leg, dispatch.with(code), type, triesLeft, restartsLeft, true, heldBack, left);
    }

    ChannelRun withHeldBack(boolean held) {
        return held == heldBack
                ? this
                : new ChannelRun(leg, dispatch, codeType, triesLeft, restartsLeft, changeUnseen, held, left);
    }

    /** Held back where something could follow by itself and no message is left for it; free elsewhere. */
    ChannelRun heeding(Budget budget, SessionTerms terms) {
        return withHeldBack(!budget.hasMessage() && terms.hasLegAfter(leg));
    }

    /** The channel and the template. */
    public Leg leg(SessionTerms terms) {
        return terms.leg(leg);
    }

    ChannelSettings settings(SessionTerms terms) {
        return leg(terms).channel().settings();
    }

    boolean canRestartOrMoveOn(SessionTerms terms) {
        return restartsLeft > 0 || terms.hasLegAfter(leg);
    }

    IssuedCode issuedCode(SessionTerms terms) {
        return issued(terms, leg, dispatch.number(), dispatch.chosen());
    }

    static IssuedCode issued(SessionTerms terms, int leg, int dispatch, @Nullable ChosenCode chosen) {
        return new IssuedCode(
                terms.id().value(),
                dispatch,
                terms.leg(leg).channel().settings().code(),
                chosen,
                terms.codeKey());
    }
}
