package io.otphandler.domain.guard;

import java.util.Locale;

/**
 * What follows from the traffic to a prefix, and why.
 *
 * @param traffic that was judged
 * @param expected the share of messages that somebody honest confirms at the very least, between 0 and 1
 * @param jump how surprising so many messages are, beside what is usual: the chance is e to the power of minus this
 * @param silence how surprising it is that so few of the last hour's are confirmed
 * @param ripeSilence the same of messages that are old enough
 * @param daySilence the same of the day's
 */
public record Finding(
        Level level,
        Traffic traffic,
        double expected,
        double jump,
        double silence,
        double ripeSilence,
        double daySilence) {

    /** What is to be done, the mildest first. */
    public enum Level {
        PASS,
        /** A message now and then, so that an honest range can prove itself. */
        SLOW,
        BLOCK
    }

    /** In words and numbers, for whoever administers. */
    public String sentence() {
        return String.format(
                Locale.ROOT,
                "%d messages in the last hour, where %.1f are usual, and %d confirmed; %d in the last day, and %d confirmed."
                        + " Were the range honest, at least %.0f%% would be: the chance of so few is under 1 in %s.",
                traffic.hourMessages(),
                traffic.usual(),
                traffic.hourConfirmed(),
                traffic.dayMessages(),
                traffic.dayConfirmed(),
                expected * 100,
                odds(Math.max(silence, daySilence)));
    }

    private static String odds(double surprise) {
        return surprise > 27
                ? "a million millions"
                : String.format(Locale.ROOT, "%.0f", Math.floor(Math.exp(surprise)));
    }
}
