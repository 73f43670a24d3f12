package io.otphandler.domain.channel;

import io.otphandler.domain.code.CodePolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that govern a channel. Their bounds are policies of the widget and are judged there, all at once.
 *
 * @param lifetime how long a message helps, from when it was sent
 * @param numberOfTries wrong codes until the session ends; restarts do not refill them
 * @param numberOfRestart how often the channel may be started again
 * @param restartCooldown how long after a message was sent the next may be asked for
 * @param fallbackAfter how long after a message was sent the next channel starts by itself; null: never
 * @param code how our codes look
 */
public record ChannelSettings(
        Duration lifetime,
        int numberOfTries,
        int numberOfRestart,
        Duration restartCooldown,
        @Nullable Duration fallbackAfter,
        CodePolicy code) {

    /** What a channel has that says nothing else. */
    public static final ChannelSettings DEFAULT =
            new ChannelSettings(Duration.ofSeconds(300), 3, 2, Duration.ofSeconds(30), null, new CodePolicy(6, false));
}
