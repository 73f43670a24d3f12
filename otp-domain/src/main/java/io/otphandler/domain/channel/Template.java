package io.otphandler.domain.channel;

import io.otphandler.domain.recipient.Recipient;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a channel says to some recipients.
 *
 * @param recipients prefixes of normalised recipients, such as {@code +7}; empty: everybody
 * @param locale a BCP 47 language tag; preferred when the user asked for that language
 * @param sender who the message comes from; null: the gateway's own
 * @param subject of an e-mail; null elsewhere
 * @param text with {@code {{code}}}, {@code {{ttl}}} and {@code {{origin}}} in it; null where the channel has no words
 */
public record Template(
        List<String> recipients,
        String locale,
        @Nullable String sender,
        @Nullable String subject,
        @Nullable String text) {

    public Template {
        recipients = List.copyOf(recipients);
    }

    /** Whether this is for that recipient. */
    public boolean matches(Recipient recipient) {
        return recipients.isEmpty() || recipients.stream().anyMatch(recipient.value()::startsWith);
    }

    /** Whether this is in the language of that tag: {@code ru} speaks {@code ru-RU}. */
    boolean speaks(String languageTag) {
        return language(locale).equals(language(languageTag));
    }

    private static String language(String tag) {
        int dash = tag.indexOf('-');
        return (dash < 0 ? tag : tag.substring(0, dash)).toLowerCase(Locale.ROOT);
    }
}
