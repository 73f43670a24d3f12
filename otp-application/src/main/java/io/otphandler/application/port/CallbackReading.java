package io.otphandler.application.port;

import java.util.List;

/**
 * What a gateway understood of a callback.
 *
 * @param reports only of one that was {@link Kind#UNDERSTOOD}
 * @param answer what the provider wants to read; empty: nothing
 * @param reason why it was not understood, for logs: no code, no recipient; empty: it was
 */
public record CallbackReading(Kind kind, List<Report> reports, String answer, String reason) {

    public enum Kind {
        UNDERSTOOD,
        /** Not from the provider, or too old to be believed. */
        UNAUTHORIZED,
        MALFORMED,
        /** This gateway knows no such callbacks. */
        NOT_EXPECTED
    }

    public CallbackReading {
        reports = List.copyOf(reports);
    }

    /** Of one that is about messages that do not matter to us, an empty list. */
    public static CallbackReading of(List<Report> reports) {
        return new CallbackReading(Kind.UNDERSTOOD, reports, "", "");
    }

    public static CallbackReading answering(String text) {
        return new CallbackReading(Kind.UNDERSTOOD, List.of(), text, "");
    }

    public static CallbackReading unauthorized(String reason) {
        return new CallbackReading(Kind.UNAUTHORIZED, List.of(), "", reason);
    }

    public static CallbackReading malformed(String reason) {
        return new CallbackReading(Kind.MALFORMED, List.of(), "", reason);
    }

    public static CallbackReading notExpected() {
        return new CallbackReading(Kind.NOT_EXPECTED, List.of(), "", "this gateway expects no callbacks");
    }
}
