package io.otphandler.domain.guard;

import io.otphandler.domain.guard.Finding.Level;

/**
 * Tells artificial traffic ("SMS pumping": messages to numbers whose operator shares what they cost) from honest one. Both
 * must hold: far more messages than the prefix usually gets, and hardly anybody who confirms. Each is a test of the
 * hypothesis that all is well, by Chernoff's bound: the chance of what was seen is at most e to the power of minus the
 * surprise. So it is never a bare number of messages that decides, and the same few unconfirmed ones that mean nothing
 * among many confirmed ones mean much where nobody confirms.
 *
 * <p>Stateless; pure.
 */
public final class Suspicion {

    /**
     * Of honest messages at least so many are confirmed. Sites see 60 to 90 %, bad routes 40 %; with resends and fallbacks
     * counted as well, half of that.
     */
    static final double HARDLY_ANYBODY = 0.2;

    /** Where a widget confirms less than that anyway, half of what it does is still expected of each prefix. */
    static final double SHARE_OF_THE_USUAL = 0.5;

    /** With fewer messages nothing is known of what is usual for a widget. */
    static final long KNOWN_FROM = 50;

    /** A day is not as busy at every hour: three times its mean is a busy hour, and some messages more are no jump. */
    static final double BUSY_HOUR = 3;

    static final double FEW = 4;

    /** 1 in 1,000. */
    static final double JUMP = Math.log(1_000);
    /** 1 in 200: no more than a few seconds' delay for somebody honest. */
    static final double SILENCE_TO_SLOW = Math.log(200);
    /** 1 in 10,000. */
    static final double SILENCE_TO_BLOCK = Math.log(10_000);
    /** 1 in a million, where there is no jump: a range that never was honest. */
    static final double SILENCE_OF_THE_DAY = Math.log(1_000_000);

    /**
     * Where sending costs nothing, nobody is suspected before so many have confirmed elsewhere: then confirmations are to
     * be expected at all.
     */
    static final long EVIDENCE = 30;

    private Suspicion() {}

    /**
     * Judges the traffic to a prefix.
     *
     * @param elsewhere the widget's traffic to all other numbers
     * @param costly whether the messages are paid for
     */
    public static Finding judge(Traffic traffic, Traffic elsewhere, boolean costly) {
        double expected = expected(elsewhere);
        double jump = surplus(traffic.hourMessages(), BUSY_HOUR * traffic.usual() + FEW);
        double silence = shortfall(traffic.hourMessages(), traffic.hourConfirmed(), expected);
        double ripe = shortfall(traffic.hourRipe(), traffic.hourConfirmed(), expected);
        double day = shortfall(traffic.dayMessages(), traffic.dayConfirmed(), expected);
        Level level = Level.PASS;
        if (costly || elsewhere.dayConfirmed() >= EVIDENCE) {
            if ((jump >= JUMP && ripe >= SILENCE_TO_BLOCK) || day >= SILENCE_OF_THE_DAY) {
                level = Level.BLOCK;
            } else if (jump >= JUMP && silence >= SILENCE_TO_SLOW) {
                level = Level.SLOW;
            }
        }
        return new Finding(level, traffic, expected, jump, silence, ripe, day);
    }

    /** What the widget saw before the last hour, which an attack on many ranges at once has not spoiled yet. */
    private static double expected(Traffic elsewhere) {
        long messages = elsewhere.dayMessages() - elsewhere.hourMessages();
        if (messages < KNOWN_FROM) {
            return HARDLY_ANYBODY;
        }
        double confirmed = Math.max(0, elsewhere.dayConfirmed() - elsewhere.hourConfirmed());
        return Math.min(HARDLY_ANYBODY, SHARE_OF_THE_USUAL * confirmed / messages);
    }

    /** How surprising it is that there are so many where there should be no more than the mean: a Poisson tail. */
    static double surplus(long seen, double mean) {
        return seen <= mean ? 0 : seen * Math.log(seen / mean) - seen + mean;
    }

    /** How surprising it is that so few of the trials succeed: a binomial tail. */
    static double shortfall(long trials, long successes, double chance) {
        if (trials <= 0 || chance <= 0 || successes >= trials * chance) {
            return 0;
        }
        double share = (double) successes / trials;
        double divergence = (1 - share) * Math.log((1 - share) / (1 - chance));
        if (successes > 0) {
            divergence += share * Math.log(share / chance);
        }
        return trials * divergence;
    }
}
