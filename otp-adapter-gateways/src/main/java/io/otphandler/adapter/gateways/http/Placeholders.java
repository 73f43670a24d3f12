package io.otphandler.adapter.gateways.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.otphandler.application.port.Message;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What of a message can be named in a request's template, and how it is written where it stands. Stateless. */
final class Placeholders {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(.*?)}}", Pattern.DOTALL);
    /** As a number in JSON. */
    private static final String TTL_NUMBER = "{{ttl:number}}";

    private static final Map<String, Function<Message, @Nullable String>> VALUES = values();

    private Placeholders() {}

    private static Map<String, Function<Message, @Nullable String>> values() {
        Map<String, Function<Message, @Nullable String>> values = new TreeMap<>(Comparator.naturalOrder());
        values.put("dispatchId", message -> message.id().toString());
        values.put("requestId", message -> message.id().session().toString());
        values.put("account", message -> message.account().value());
        values.put("channel", message -> message.channel().wireName());
        values.put("codeType", message -> message.codeType().wireName());
        values.put("recipient", message -> message.recipient().value());
        values.put("recipientDigits", message -> message.recipient().value().replaceFirst("^\\+", ""));
        values.put("sender", Message::sender);
        values.put("subject", Message::subject);
        values.put("text", Message::text);
        values.put("code", message -> message.code().digits());
        values.put("locale", Message::locale);
        values.put("ttl", message -> Long.toString(message.timeToLive().toSeconds()));
        return values;
    }

    /** The first one that is none; empty: all are known. */
    static Optional<String> unknown(String template) {
        Matcher matcher = PLACEHOLDER.matcher(template);
        while (matcher.find()) {
            if (!VALUES.containsKey(matcher.group(1)) && !matcher.group().equals(TTL_NUMBER)) {
                return Optional.of(matcher.group());
            }
        }
        return Optional.empty();
    }

    /** The same for all texts of a tree. */
    static Optional<String> unknown(JsonNode template) {
        if (template.isTextual()) {
            return unknown(template.textValue());
        }
        for (JsonNode child : template) {
            Optional<String> unknown = unknown(child);
            if (unknown.isPresent()) {
                return unknown;
            }
        }
        return Optional.empty();
    }

    static String names() {
        return String.join(", ", VALUES.keySet());
    }

    /** Everything filled in; what the message does not have is empty. */
    static String fill(String template, Message message, UnaryOperator<String> escaping) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(found -> Matcher.quoteReplacement(
                        escaping.apply(Objects.requireNonNullElse(value(found.group(1), message), ""))));
    }

    /** The same for all texts of a tree; one that is nothing but what the message does not have becomes null. */
    static JsonNode fill(JsonNode template, Message message) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (template instanceof ObjectNode) {
            ObjectNode filled = json.objectNode();
            template.properties().forEach(field -> filled.set(field.getKey(), fill(field.getValue(), message)));
            return filled;
        }
        if (template instanceof ArrayNode) {
            ArrayNode filled = json.arrayNode();
            template.forEach(item -> filled.add(fill(item, message)));
            return filled;
        }
        if (!template.isTextual()) {
            return template;
        }
        String text = template.textValue();
        if (text.equals(TTL_NUMBER)) {
            return json.numberNode(message.timeToLive().toSeconds());
        }
        Matcher whole = PLACEHOLDER.matcher(text);
        if (whole.matches() && VALUES.containsKey(whole.group(1))) {
            String value = value(whole.group(1), message);
            return value == null ? json.nullNode() : json.textNode(value);
        }
        return json.textNode(fill(text, message, UnaryOperator.identity()));
    }

    private static @Nullable String value(String name, Message message) {
        Function<Message, @Nullable String> value = VALUES.get(name.equals("ttl:number") ? "ttl" : name);
        return value == null ? null : value.apply(message);
    }

    /** For a URL's path or query, or a form. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** For a header: a line of characters that may stand there. */
    static String header(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
