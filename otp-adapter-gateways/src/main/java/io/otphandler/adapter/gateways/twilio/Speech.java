package io.otphandler.adapter.gateways.twilio;

import io.otphandler.application.port.Message;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What a call says, in TwiML: the text, with its digits one by one, and after a pause the digits once more. Stateless. */
final class Speech {

    private static final Map<String, String> DEFAULT_WORDS =
            Map.of("ru", "Ваш код: {{code}}.", "en", "Your code is {{code}}.");
    /** Languages that Twilio wants with their country. */
    private static final Map<String, String> COUNTRIES = Map.of(
            "ru", "ru-RU", "en", "en-US", "de", "de-DE", "fr", "fr-FR", "es", "es-ES", "it", "it-IT", "pl", "pl-PL",
            "tr", "tr-TR", "uk", "uk-UA", "pt", "pt-PT");

    private Speech() {}

    static String twiml(Message message) {
        String digits = String.join(", ", message.code().digits().split(""));
        String language = message.locale().split("-", 2)[0].toLowerCase(Locale.ROOT);
        String text = message.text();
        String words = text == null
                ? Objects.requireNonNull(DEFAULT_WORDS.getOrDefault(language, DEFAULT_WORDS.get("en")))
                        .replace("{{code}}", digits)
                : text.replace(message.code().digits(), digits);
        String tag = message.locale().contains("-") ? message.locale() : COUNTRIES.get(language);
        String say = tag == null ? "<Say>" : "<Say language=\"" + escaped(tag) + "\">";
        return "<Response>" + say + escaped(words) + "</Say><Pause length=\"1\"/>" + say + digits + "</Say></Response>";
    }

    private static String escaped(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", " ")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
