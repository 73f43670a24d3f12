package io.otphandler.domain.session;

import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.widget.Leg;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a form is shown of the current channel.
 *
 * @param codeLength the digits of the code that was really sent
 * @param sentAt null while nothing was sent
 * @param expiresAt when the message stops helping; null while that is not known
 * @param restartAvailableAt when the next message may be asked for; null while not known, or where none can follow
 */
public record ChannelView(
        SessionTerms terms,
        ChannelRun run,
        ChannelStatus status,
        int codeLength,
        @Nullable Instant sentAt,
        @Nullable Instant expiresAt,
        @Nullable Instant restartAvailableAt) {

    /** Of a channel that is not running: nothing has reached the user, or it has done its work. */
    static ChannelView of(SessionTerms terms, ChannelRun run, ChannelStatus status) {
        return new ChannelView(terms, run, status, codeLength(terms, run), null, null, null);
    }

    static ChannelView sent(
            SessionTerms terms,
            ChannelRun run,
            Instant sentAt,
            Instant expiresAt,
            @Nullable Instant restartAvailableAt) {
        return new ChannelView(
                terms, run, ChannelStatus.SENT, codeLength(terms, run), sentAt, expiresAt, restartAvailableAt);
    }

    private static int codeLength(SessionTerms terms, ChannelRun run) {
        var chosen = run.dispatch().chosen();
        return chosen == null ? run.settings(terms).code().length() : chosen.length();
    }

    static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    public Leg leg() {
        return run.leg(terms);
    }

    public ChannelSettings settings() {
        return run.settings(terms);
    }

    public CodeType codeType() {
        return run.codeType();
    }

    public int remainingCodeAttempts() {
        return run.triesLeft();
    }

    /**
     * A short text that differs whenever anything shown differs: all else that a view shows follows from what it
     * names. The same on every node.
     */
    public String tag() {
        Duration age = sentAt == null ? Duration.ZERO : Duration.between(terms.startedAt(), sentAt);
        return run.dispatch().number() + "-" + status.wireName() + "-"
                + codeType().wireName() + "-" + run.triesLeft() + "-" + codeLength + "-"
                + Long.toString(age.toMillis(), Character.MAX_RADIX);
    }
}
