package io.otphandler.adapter.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Judges {@code Content-Type}, {@code Content-Encoding} and {@code Accept-Encoding} headers. */
final class MediaTypes {
    private static final Pattern JSON = Pattern.compile(
            "\\s*application/(?:json|[a-z0-9!#$&^_.-]+\\+json)\\s*"
                    + "(?:;\\s*(?:charset=\"?utf-8\"?|(?!charset\\s*=)[a-z0-9!#$&^_.+-]+=(?:[^\\s\";]+|\"[^\"]*\"))?\\s*)*",
            Pattern.CASE_INSENSITIVE);

    /** Gzip, or whatever there is, and its weight. */
    private static final Pattern CODING = Pattern.compile(
            "\\s*(gzip|x-gzip|\\*)\\s*(?:;\\s*q=([01](?:\\.[0-9]{0,3})?)\\s*)?", Pattern.CASE_INSENSITIVE);

    private static final Pattern NO_WEIGHT = Pattern.compile("0(\\.0*)?");

    private MediaTypes() {}

    /** Whether it is JSON in UTF-8; a header without a word in it says nothing else. */
    static boolean isJson(String contentType) {
        return contentType.isBlank()
                || (contentType.length() <= 256 && JSON.matcher(contentType).matches());
    }

    /** Whether the body comes as it is, neither compressed nor otherwise coded (RFC 9110 §8.4); null: there is no header. */
    static boolean isUncoded(@Nullable String contentEncoding) {
        return contentEncoding == null
                || contentEncoding.isBlank()
                || contentEncoding.strip().equalsIgnoreCase("identity");
    }

    /**
     * Whether an {@code Accept-Encoding} header (RFC 9110 §12.5.3) takes gzip. What cannot be read takes nothing; null:
     * there is no header.
     */
    static boolean acceptsGzip(@Nullable String acceptEncoding) {
        if (acceptEncoding == null || acceptEncoding.length() > 256) {
            return false;
        }
        boolean any = false;
        for (String item : acceptEncoding.split(",", -1)) {
            Matcher coding = CODING.matcher(item);
            if (coding.matches()) {
                boolean accepted = coding.group(2) == null
                        || !NO_WEIGHT.matcher(coding.group(2)).matches();
                if (!coding.group(1).equals("*")) {
                    return accepted;
                }
                any = accepted;
            }
        }
        return any;
    }
}
