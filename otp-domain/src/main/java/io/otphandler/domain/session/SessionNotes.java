package io.otphandler.domain.session;

import org.jspecify.annotations.Nullable;

/**
 * What the caller told besides, none of which changes the course of a session.
 *
 * @param locale the user's language tags, the best first, separated by commas; null: not known
 * @param reference the caller's own name for the session; null: none
 * @param clientIp the end user's address; null: not known
 */
public record SessionNotes(
        @Nullable String locale,
        @Nullable String reference,
        @Nullable String clientIp) {

    public static final SessionNotes NONE = new SessionNotes(null, null, null);
}
