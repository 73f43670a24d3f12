package io.otphandler.domain.session;

import io.otphandler.domain.code.ChosenCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The code of a channel that was left for the next one by {@code fallbackAfter}: a late message must still help.
 *
 * @param leg the channel it came over
 * @param dispatch that carried it
 * @param chosen as in {@link Dispatch}
 * @param until the end of that channel's lifetime; at that instant it is dead
 */
public record LeftCode(int leg, int dispatch, @Nullable ChosenCode chosen, Instant until) {}
