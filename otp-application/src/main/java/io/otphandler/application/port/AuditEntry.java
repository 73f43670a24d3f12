package io.otphandler.application.port;

import io.otphandler.domain.widget.AccountId;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One thing that somebody has done, or that the service has decided by itself, which must be possible to look up later. It
 * holds no secret, no code and no whole recipient.
 *
 * @param id random, whoever writes the entry makes it
 * @param at when, in whole milliseconds
 * @param account the one whose things are concerned, whoever did it
 * @param actor who did it
 * @param action what was done, a word that never changes its meaning, such as {@code widget.save} or {@code guard.block}
 * @param subject to what: a widget's or a token's id, a masked recipient, a prefix; 1 to {@value #MAX_SUBJECT} characters
 * @param details how and why, in the order of their names: the numbers that it was decided on, what was changed
 */
public record AuditEntry(
        UUID id,
        Instant at,
        AccountId account,
        Actor actor,
        String action,
        String subject,
        Map<String, String> details) {

    public static final int MAX_ACTION = 64;
    public static final int MAX_SUBJECT = 255;
    public static final int MAX_DETAILS = 20;
    public static final int MAX_DETAIL_NAME = 64;
    public static final int MAX_DETAIL = 4000;

    private static final Pattern ACTION = Pattern.compile("[a-z][a-zA-Z]*(\\.[a-z][a-zA-Z]*)+");

    /** @throws IllegalArgumentException if the action is no such word, or something is longer than it may be */
    public AuditEntry {
        details = Collections.unmodifiableMap(new TreeMap<>(details));
        if (!isAction(action)) {
            throw new IllegalArgumentException("Expected an action such as widget.save, was " + action);
        }
        if (subject.isEmpty() || subject.length() > MAX_SUBJECT) {
            throw new IllegalArgumentException("A subject has 1 to " + MAX_SUBJECT + " characters");
        }
        if (details.size() > MAX_DETAILS
                || details.entrySet().stream()
                        .anyMatch(detail -> detail.getKey().length() > MAX_DETAIL_NAME
                                || detail.getValue().length() > MAX_DETAIL)) {
            throw new IllegalArgumentException("The details are too many or too long");
        }
    }

    /** Whether it has the form of an action: words with dots between them. */
    public static boolean isAction(String word) {
        return word.length() <= MAX_ACTION && ACTION.matcher(word).matches();
    }

    /** Who does things: the bearer of a token, or a part of the service itself. Their names never mix. */
    public sealed interface Actor permits Bearer, Part {}

    /**
     * Whoever had a token.
     *
     * @param account its {@code sub}
     * @param tokenId its {@code jti}, or how that begins: no more than {@value RevokedToken#MAX_ID_LENGTH} characters;
     *     empty: it had none
     */
    public record Bearer(AccountId account, Optional<String> tokenId) implements Actor {
        public Bearer {
            tokenId = tokenId.map(Bearer::cut);
        }

        private static String cut(String whole) {
            int end = RevokedToken.MAX_ID_LENGTH;
            if (whole.length() <= end) {
                return whole;
            }
            return whole.substring(0, Character.isHighSurrogate(whole.charAt(end - 1)) ? end - 1 : end);
        }
    }

    /** What acts by itself; another version may have more of them. */
    public record Part(String word) implements Actor {

        /** Which slows and blocks prefixes that look like pumping. */
        public static final Part GUARD = new Part("guard");
        /** Which has widgets saved at start. */
        public static final Part CONFIGURATION = new Part("configuration");
    }
}
