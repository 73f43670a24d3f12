package io.otphandler.adapter.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The languages that the API speaks; Russian where nobody asks for the other. */
enum Language {
    RU,
    EN;

    /** Longer headers are nobody's wish, and would only cost time. */
    private static final int MAX_LENGTH = 512;

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

    /** The language tag that the header likes best, whether we speak it or not; null: it names none. */
    static @Nullable String tagOf(@Nullable String acceptLanguage) {
        for (Locale.LanguageRange range : ranges(acceptLanguage)) {
            Locale locale = Locale.forLanguageTag(range.getRange());
            if (!locale.getLanguage().isEmpty()) {
                String tag = locale.toLanguageTag();
                return tag.length() <= 35 ? tag : locale.getLanguage();
            }
        }
        return null;
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
