package io.otphandler.adapter.jdbi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.channel.Template;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.code.CodePolicy;
import io.otphandler.domain.recipient.NumberType;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Audience;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A widget as it is kept: JSON, field by field, so that renaming something in the domain does not lose what is stored.
 * Fields that are not known are passed over: a newer version may have written them. Durations are milliseconds.
 */
final class WidgetJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private WidgetJson() {}

    static String write(Widget widget) {
        ObjectNode node = JSON.createObjectNode();
        node.put("id", widget.id().toString());
        node.put("revision", widget.revision());
        node.put("owner", widget.owner().value());
        node.put("name", widget.name());
        node.put("isActive", widget.isActive());
        node.put("isBlocked", widget.isBlocked());
        node.put("defaultRegion", widget.defaultRegion());
        node.put("sessionLifetime", widget.sessionLifetime().toMillis());
        node.put("origin", widget.origin());
        ArrayNode channels = node.putArray("channels");
        widget.channels().forEach(channel -> write(channel, channels.addObject()));
        ArrayNode testRecipients = node.putArray("testRecipients");
        widget.testRecipients()
                .forEach((recipient, code) -> testRecipients
                        .addObject()
                        .put("recipient", recipient.value())
                        .put("code", code.digits()));
        Audience audience = widget.audience();
        audience.allowedRegions().forEach(node.putArray("allowedRegions")::add);
        audience.blockedRegions().forEach(node.putArray("blockedRegions")::add);
        if (!audience.numberTypes().equals(Audience.ANYBODY.numberTypes())) {
            ArrayNode types = node.putArray("numberTypes");
            audience.numberTypes().forEach(type -> types.add(type.wireName()));
        }
        return node.toString();
    }

    private static void write(Channel channel, ObjectNode node) {
        node.put("type", channel.type().wireName());
        node.put("label", channel.label());
        node.put("codeType", channel.codeType().wireName());
        node.put("enabled", channel.enabled());
        channel.gateways().forEach(node.putArray("gateways")::add);
        ChannelSettings settings = channel.settings();
        node.put("lifetime", settings.lifetime().toMillis());
        node.put("numberOfTries", settings.numberOfTries());
        node.put("numberOfRestart", settings.numberOfRestart());
        node.put("restartCooldown", settings.restartCooldown().toMillis());
        Duration fallbackAfter = settings.fallbackAfter();
        if (fallbackAfter != null) {
            node.put("fallbackAfter", fallbackAfter.toMillis());
        }
        node.put("codeLength", settings.code().length());
        node.put("beautify", settings.code().beautify());
        ArrayNode templates = node.putArray("templates");
        for (Template template : channel.templates()) {
            ObjectNode one = templates.addObject();
            template.recipients().forEach(one.putArray("recipients")::add);
            one.put("locale", template.locale());
            one.put("sender", template.sender());
            one.put("subject", template.subject());
            one.put("text", template.text());
        }
    }

    static Widget read(String json) {
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A stored widget is not JSON", e);
        }
        Map<Recipient, Code> testRecipients = new LinkedHashMap<>();
        for (JsonNode one : node.path("testRecipients")) {
            testRecipients.put(SessionRow.recipient(required(one, "recipient")), new Code(required(one, "code")));
        }
        List<Channel> channels = new ArrayList<>();
        node.path("channels").forEach(channel -> channels.add(channel(channel)));
        return new Widget(
                new WidgetId(UUID.fromString(required(node, "id"))),
                node.path("revision").intValue(),
                new AccountId(required(node, "owner")),
                required(node, "name"),
                node.path("isActive").booleanValue(),
                node.path("isBlocked").booleanValue(),
                required(node, "defaultRegion"),
                millis(node, "sessionLifetime"),
                optional(node, "origin"),
                channels,
                testRecipients,
                audience(node));
    }

    /** Without what an older version did not know. */
    private static Audience audience(JsonNode node) {
        return new Audience(
                new LinkedHashSet<>(texts(node, "allowedRegions")),
                new LinkedHashSet<>(texts(node, "blockedRegions")),
                node.has("numberTypes")
                        ? texts(node, "numberTypes").stream()
                                .flatMap(type -> NumberType.named(type).stream())
                                .collect(Collectors.toSet())
                        : Audience.ANYBODY.numberTypes());
    }

    private static Channel channel(JsonNode node) {
        List<Template> templates = new ArrayList<>();
        for (JsonNode template : node.path("templates")) {
            templates.add(new Template(
                    texts(template, "recipients"),
                    required(template, "locale"),
                    optional(template, "sender"),
                    optional(template, "subject"),
                    optional(template, "text")));
        }
        return new Channel(
                ChannelType.named(required(node, "type")).orElseThrow(() -> unknown(node, "type")),
                required(node, "label"),
                CodeType.named(required(node, "codeType")).orElseThrow(() -> unknown(node, "codeType")),
                node.path("enabled").booleanValue(),
                texts(node, "gateways"),
                new ChannelSettings(
                        millis(node, "lifetime"),
                        node.path("numberOfTries").intValue(),
                        node.path("numberOfRestart").intValue(),
                        millis(node, "restartCooldown"),
                        node.hasNonNull("fallbackAfter") ? millis(node, "fallbackAfter") : null,
                        new CodePolicy(
                                node.path("codeLength").intValue(),
                                node.path("beautify").booleanValue())),
                templates);
    }

    private static List<String> texts(JsonNode node, String field) {
        List<String> texts = new ArrayList<>();
        node.path(field).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static Duration millis(JsonNode node, String field) {
        return Duration.ofMillis(node.path(field).longValue());
    }

    private static String required(JsonNode node, String field) {
        String text = optional(node, field);
        if (text == null) {
            throw unknown(node, field);
        }
        return text;
    }

    private static @Nullable String optional(JsonNode node, String field) {
        return node.hasNonNull(field) ? node.path(field).asText() : null;
    }

    private static IllegalStateException unknown(JsonNode node, String field) {
        return new IllegalStateException("A stored widget has no " + field + " that is known: " + node.path(field));
    }
}
