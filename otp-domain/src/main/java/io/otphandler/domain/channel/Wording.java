package io.otphandler.domain.channel;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is filled into the words of a template.
 *
 * @param code the digits
 * @param lifetime of the channel
 * @param origin of the widget: a host, or a URL of nothing but scheme and host; null: none
 */
public record Wording(
        String code, Duration lifetime, @Nullable String origin) {

    /** A host name, perhaps with a scheme before it and a port behind. */
    private static final Pattern ORIGIN = Pattern.compile(
            "(?:https?://)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)"
                    + "(?::[0-9]{1,5})?/?");

    /** Whether that names a host. */
    public static boolean isOrigin(String text) {
        return ORIGIN.matcher(text.toLowerCase(Locale.ROOT)).matches();
    }

    /** {@code {{ttl}}} is whole minutes, as with the providers people come from: rounded down, at least one. */
    public String fill(String text) {
        return text.indexOf('{') < 0
                ? text
                : text.replace("{{ttl}}", Long.toString(Math.max(1, lifetime.toMinutes())))
                        .replace("{{origin}}", Objects.requireNonNullElse(origin, ""))
                        .replace("{{code}}", code);
    }

    /**
     * The same for an SMS, whose last line binds the code to the site where there is one, so that a browser fills it in
     * there and nowhere else (WICG, "Origin-bound one-time codes delivered via SMS").
     */
    public String fillSms(String text) {
        String filled = fill(text);
        Matcher matcher = ORIGIN.matcher(Objects.requireNonNullElse(origin, "").toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return filled;
        }
        String line = "@" + matcher.group(1) + " #" + code;
        return filled.endsWith("\n" + line) ? filled : filled + "\n" + line;
    }

    /** Hides the code. */
    @Override
    public String toString() {
        return "Wording[" + lifetime + ", " + origin + "]";
    }
}
