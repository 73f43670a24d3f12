package io.otphandler.adapter.http;

import java.util.regex.Pattern;

/** Judges {@code Content-Type} headers. */
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
}
