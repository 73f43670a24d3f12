package io.otphandler.adapter.gateways;

import io.otphandler.application.port.Message;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Keeps the code and the recipient of a message out of what a provider says of it. Immutable. */
final class Discretion {

    /** Digits as people and providers write numbers, with what they put between them. */
    private static final Pattern NUMBER = Pattern.compile("\\+?[0-9](?:[ ().-]{0,2}[0-9]){3,}");
    /** Fewer digits than these do not tell whose number it is. */
    private static final int TELLING = 7;

    private final String recipient;
    private final String masked;
    private final String code;

    private Discretion(String recipient, String masked, String code) {
        this.recipient = recipient;
        this.masked = masked;
        this.code = code;
    }

    static Discretion of(Message message) {
        return new Discretion(
                message.recipient().value(),
                message.recipient().toString(),
                message.code().digits());
    }

    String applyTo(String text) {
        String discreet = NUMBER.matcher(text).replaceAll(number -> quoted(hidden(number)));
        return discreet.contains(code) || recipient.indexOf('@') >= 0
                ? Pattern.compile(Pattern.quote(recipient), Pattern.CASE_INSENSITIVE)
                        .matcher(discreet.replace(code, "***"))
                        .replaceAll(quoted(masked))
                : discreet;
    }

    private String hidden(MatchResult number) {
        String digits = number.group().replaceAll("[^0-9]", "");
        if (digits.equals(code)) {
            return "***";
        }
        return digits.length() >= TELLING && recipient.endsWith(digits) ? masked : number.group();
    }

    private static String quoted(String text) {
        return java.util.regex.Matcher.quoteReplacement(text);
    }
}
