package io.otphandler.adapter.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Judges {@code Content-Type} and {@code Content-Encoding} headers. */
final class MediaTypes {
    private static final Pattern JSON = Pattern.compile(
            "\\s*application/(?:json|[a-z0-9!#$&^_.-]+\\+json)\\s*"
                    + "(?:;\\s*(?:charset=\"?utf-8\"?|(?!charset\\s*=)[a-z0-9!#$&^_.+-]+=(?:[^\\s\";]+|\"[^\"]*\"))?\\s*)*",
            Pattern.CASE_INSENSITIVE);

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
}
