package io.otphandler.application.session;

import io.otphandler.application.code.CodeKey;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.code.TypedCode;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.SessionId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code checkCode}: judges what the user typed. Thread-safe. */
public final class CheckCode {

    /** The longest text that is taken for an attempt at a code, spaces and hyphens aside. */
    public static final int MAX_LENGTH = 32;

    private final SessionGuard guard;
    private final CodeKey codes;

    public CheckCode(SessionGuard guard, CodeKey codes) {
        this.guard = guard;
        this.codes = codes;
    }

    /**
     * Judges it; a wrong one costs a try, and one of those that the recipient has for the day.
     *
     * @param typed from {@link #typed}
     */
    public Answer<Boolean> check(Caller caller, SessionId id, String typed) {
        return Sessions.joined(submit(caller, id, typed));
    }

    /** {@link #check} without waiting for the store: completes as {@link Sessions#submitWithin}. */
    public CompletableFuture<Answer<Boolean>> submit(Caller caller, SessionId id, String typed) {
        TypedCode code = codes.typed(typed);
        return guard.submitOnce(caller, id, (session, budget, now) -> session.checkCode(code, budget, now));
    }

    /**
     * What the user meant, without the spaces and hyphens that codes are grouped with; empty: nothing is left, or more
     * than {@value #MAX_LENGTH} characters are.
     */
    public static Optional<String> typed(String text) {
        StringBuilder meant = new StringBuilder();
        text.codePoints()
                .filter(c -> !Character.isWhitespace(c)
                        && !Character.isSpaceChar(c)
                        && Character.getType(c) != Character.DASH_PUNCTUATION)
                .limit(MAX_LENGTH + 1L)
                .forEach(meant::appendCodePoint);
        return meant.isEmpty() || meant.codePointCount(0, meant.length()) > MAX_LENGTH
                ? Optional.empty()
                : Optional.of(meant.toString());
    }
}
