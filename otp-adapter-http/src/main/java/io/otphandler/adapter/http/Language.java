package io.otphandler.adapter.http;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The languages that the API speaks; Russian where nobody asks for the other. */
enum Language {
    RU,
    EN;

    /** Longer headers are nobody's wish, and would only cost time. */
    private static final int MAX_LENGTH = 512;
    /** As long as a tag may be expected to be (RFC 5646 §4.4.1), and as many as a reader may be expected to know. */
    private static final int MAX_TAG = 35;

    private static final int MAX_TAGS = 10;

    /** The one that an {@code Accept-Language} header (RFC 9110 §12.5.4) likes best. */
    static Language of(@Nullable String acceptLanguage) {
        for (Locale.LanguageRange range : ranges(acceptLanguage)) {
            switch (primary(range.getRange())) {
                case "ru", "*" -> {
                    return RU;
                }
                case "en" -> {
                    return EN;
                }
                default -> {
                    // a language that we do not speak: the next best
                }
            }
        }
        return RU;
    }

    /**
     * The language tags that the header likes best, whether we speak them or not, separated by commas; null: it names
     * none.
     */
    static @Nullable String tagsOf(@Nullable String acceptLanguage) {
        String tags = ranges(acceptLanguage).stream()
                .map(range -> Locale.forLanguageTag(range.getRange()))
                .filter(locale -> !locale.getLanguage().isEmpty())
                .map(locale ->
                        locale.toLanguageTag().length() <= MAX_TAG ? locale.toLanguageTag() : locale.getLanguage())
                .distinct()
                .limit(MAX_TAGS)
                .collect(Collectors.joining(","));
        return tags.isEmpty() ? null : tags;
    }

    /** The ranges that are acceptable at all, the best first; none where the header cannot be read. */
    private static List<Locale.LanguageRange> ranges(@Nullable String header) {
        if (header == null || header.isBlank() || header.length() > MAX_LENGTH) {
            return List.of();
        }
        try {
            return Locale.LanguageRange.parse(header).stream()
                    .filter(range -> range.getWeight() > 0)
                    .toList();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // the second where there are hyphens and nothing between them
            return List.of();
        }
    }

    private static String primary(String range) {
        int dash = range.indexOf('-');
        return dash < 0 ? range : range.substring(0, dash);
    }
}
