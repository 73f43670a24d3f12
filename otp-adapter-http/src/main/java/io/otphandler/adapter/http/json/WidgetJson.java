package io.otphandler.adapter.http.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.otphandler.application.port.RecipientParser;
import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.channel.Template;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.code.CodePolicy;
import io.otphandler.domain.recipient.NumberType;
import io.otphandler.domain.recipient.Numbering;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Audience;
import io.otphandler.domain.widget.Violation;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import io.otphandler.domain.widget.WidgetPolicies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A widget as JSON, in the admin API's form. Also the form of the configuration's {@code widgets}. Thread-safe. */
public final class WidgetJson {
    /** What a region has to be. */
    public static final String A_REGION = "expected a region of ISO 3166-1 in two capital letters, such as RU";

    private static final String NUMBER_TYPES =
            Stream.of(NumberType.values()).map(NumberType::wireName).collect(Collectors.joining(", ", "one of ", ""));

    private static final int MAX_TEXT = 4_000;
    private static final int MAX_WORD = 400;
    private static final String TYPES =
            Stream.of(ChannelType.values()).map(ChannelType::wireName).collect(Collectors.joining(", ", "one of ", ""));

    private final RecipientParser recipients;

    public WidgetJson(RecipientParser recipients) {
        this.recipients = recipients;
    }

    /**
     * What a JSON says of a widget.
     *
     * @param widget empty: it cannot be one
     * @param violations all that is wrong, types and policies alike; where there are any, the widget must not be saved
     */
    public record Draft(Optional<Widget> widget, List<Violation> violations) {}

    /** The {@code id} field; empty: missing or not a UUID. The admin API has the id in the path instead. */
    public static Optional<WidgetId> id(JsonNode json) {
        JsonNode id = json.get("id");
        return id != null && id.isTextual() ? Uuids.parse(id.textValue()).map(WidgetId::new) : Optional.empty();
    }

    /**
     * Reads a widget.
     *
     * @param json null: there is none, which is a violation
     * @param owner whose it is; null: the JSON has to say
     * @param mayNameOwner whether the JSON may say that it is somebody else's
     */
    public Draft read(@Nullable JsonNode json, WidgetId id, @Nullable AccountId owner, boolean mayNameOwner) {
        List<Violation> violations = new ArrayList<>();
        Fields fields = Fields.of(json, violations);
        if (!violations.isEmpty()) {
            return new Draft(Optional.empty(), List.copyOf(violations));
        }
        AccountId itsOwner = owner(fields, owner, mayNameOwner);
        String region = Objects.requireNonNullElse(fields.text("defaultRegion", MAX_WORD), Widget.DEFAULT_REGION);
        if (!recipients.knowsRegion(region)) {
            fields.fault("defaultRegion", A_REGION);
        }
        Widget widget = new Widget(
                id,
                0,
                itsOwner,
                fields.requiredText("name", MAX_WORD),
                fields.bool("isActive", true),
                fields.bool("isBlocked", false),
                region,
                seconds(fields, "sessionLifetime", Widget.DEFAULT_SESSION_LIFETIME),
                fields.text("origin", 253),
                fields.objects("channels").stream().map(WidgetJson::channel).toList(),
                testRecipients(fields.object("testRecipients"), region),
                audience(fields));
        Set<String> faults = violations.stream().map(Violation::field).collect(Collectors.toSet());
        WidgetPolicies.violations(widget).stream()
                .filter(violation -> !isWithinAny(faults, violation.field()))
                .forEach(violations::add);
        return new Draft(Optional.of(widget), List.copyOf(violations));
    }

    /** Whether the field is faulty itself or within one that is: then a policy only complains of what stood in for it. */
    private static boolean isWithinAny(Set<String> faults, String field) {
        for (int end = field.length(); end > 0; end--) {
            boolean whole = end == field.length() || field.charAt(end) == '.' || field.charAt(end) == '[';
            if (whole && faults.contains(field.substring(0, end))) {
                return true;
            }
        }
        return false;
    }

    private static AccountId owner(Fields fields, @Nullable AccountId owner, boolean mayNameOwner) {
        String named = fields.text("owner", AccountId.MAX_LENGTH);
        if (named == null || named.isBlank()) {
            if (owner == null) {
                fields.fault("owner", "expected an account");
                return new AccountId("nobody");
            }
            if (named != null) {
                fields.fault("owner", "expected an account");
            }
            return owner;
        }
        AccountId other = new AccountId(named);
        if (!mayNameOwner && !other.equals(owner)) {
            fields.fault("owner", "expected the token's account, or nothing");
        }
        return other;
    }

    private Audience audience(Fields fields) {
        List<String> types = fields.texts("allowedNumberTypes", MAX_WORD);
        EnumSet<NumberType> known = EnumSet.noneOf(NumberType.class);
        for (int i = 0; i < types.size(); i++) {
            Optional<NumberType> type = NumberType.named(types.get(i));
            type.ifPresent(known::add);
            if (type.isEmpty()) {
                fields.fault("allowedNumberTypes[" + i + "]", "expected " + NUMBER_TYPES);
            }
        }
        return new Audience(
                regions(fields, "allowedRegions"),
                regions(fields, "blockedRegions"),
                fields.has("allowedNumberTypes") ? known : Audience.ANYBODY.numberTypes());
    }

    private Set<String> regions(Fields fields, String name) {
        List<String> regions = fields.texts(name, MAX_WORD);
        for (int i = 0; i < regions.size(); i++) {
            if (!recipients.knowsRegion(regions.get(i)) && !regions.get(i).equals(Numbering.NOWHERE)) {
                fields.fault(name + "[" + i + "]", A_REGION);
            }
        }
        return new LinkedHashSet<>(regions);
    }

    private static Channel channel(Fields fields) {
        if (!fields.has("type")) {
            fields.fault("type", "expected " + TYPES);
        }
        ChannelType type = fields.named("type", ChannelType::named, TYPES, ChannelType.SMS);
        CodeType codeType = fields.named("codeType", CodeType::named, "code or codeless", type.defaultCodeType());
        return new Channel(
                type,
                fields.has("label")
                        ? Objects.requireNonNullElse(fields.text("label", MAX_WORD), type.wireName())
                        : type.wireName(),
                codeType,
                fields.bool("enabled", true),
                fields.texts("gateways", 100),
                settings(fields),
                fields.objects("templates").stream()
                        .map(template -> template(template, type, codeType))
                        .toList());
    }

    private static ChannelSettings settings(Fields fields) {
        ChannelSettings defaults = ChannelSettings.DEFAULT;
        Integer fallbackAfter = fields.integer("fallbackAfter");
        Fields code = fields.object("code");
        return new ChannelSettings(
                seconds(fields, "lifetime", defaults.lifetime()),
                fields.integer("numberOfTries", defaults.numberOfTries()),
                fields.integer("numberOfRestart", defaults.numberOfRestart()),
                seconds(fields, "restartCooldown", defaults.restartCooldown()),
                fallbackAfter == null ? null : Duration.ofSeconds(fallbackAfter),
                new CodePolicy(
                        code.integer("length", defaults.code().length()),
                        code.bool("beautify", defaults.code().beautify())));
    }

    private static Template template(Fields fields, ChannelType type, CodeType codeType) {
        String locale = Objects.requireNonNullElse(fields.text("locale", 35), "ru");
        String text = fields.lines("text", MAX_TEXT);
        boolean saysTheCode = type.hasText() && codeType == CodeType.CODE;
        return new Template(
                fields.texts("recipients", 254),
                locale,
                fields.text("sender", MAX_WORD),
                fields.text("subject", MAX_WORD),
                text == null && saysTheCode ? defaultText(locale) : text);
    }

    private static String defaultText(String locale) {
        return locale.equalsIgnoreCase("ru") || locale.regionMatches(true, 0, "ru-", 0, 3)
                ? "Ваш код: {{code}}"
                : "Your code: {{code}}";
    }

    private Map<Recipient, Code> testRecipients(Fields fields, String region) {
        Map<Recipient, Code> codes = new LinkedHashMap<>();
        for (String typed : fields.names()) {
            String digits = fields.requiredText(typed, MAX_WORD);
            Optional<Recipient> recipient = recipients.parse(typed, region);
            if (recipient.isEmpty()) {
                fields.fault(typed, "expected a phone number or an e-mail address");
            } else if (!digits.isEmpty() && !Code.isCode(digits)) {
                fields.fault(typed, "expected " + Code.MIN_DIGITS + " to " + CodePolicy.MAX_LENGTH + " digits");
            } else if (!digits.isEmpty() && codes.put(recipient.get(), new Code(digits)) != null) {
                fields.fault(typed, "expected every recipient once");
            }
        }
        return codes;
    }

    private static Duration seconds(Fields fields, String name, Duration fallback) {
        Integer seconds = fields.integer(name);
        return seconds == null ? fallback : Duration.ofSeconds(seconds);
    }

    /** The widget in the form that {@link #read} takes, with its id and owner. */
    public static ObjectNode write(Widget widget) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", widget.id().toString());
        json.put("owner", widget.owner().value());
        json.put("name", widget.name());
        json.put("isActive", widget.isActive());
        json.put("isBlocked", widget.isBlocked());
        json.put("defaultRegion", widget.defaultRegion());
        json.put("sessionLifetime", widget.sessionLifetime().toSeconds());
        if (widget.origin() != null) {
            json.put("origin", widget.origin());
        }
        write(widget.audience(), json);
        ArrayNode channels = json.putArray("channels");
        widget.channels().forEach(channel -> channels.add(write(channel)));
        ObjectNode testRecipients = json.putObject("testRecipients");
        widget.testRecipients().forEach((recipient, code) -> testRecipients.put(recipient.value(), code.digits()));
        return json;
    }

    /** Only what is not as it is by default. */
    private static void write(Audience audience, ObjectNode json) {
        if (!audience.allowedRegions().isEmpty()) {
            audience.allowedRegions().forEach(json.putArray("allowedRegions")::add);
        }
        if (!audience.blockedRegions().isEmpty()) {
            audience.blockedRegions().forEach(json.putArray("blockedRegions")::add);
        }
        if (!audience.numberTypes().equals(Audience.ANYBODY.numberTypes())) {
            ArrayNode types = json.putArray("allowedNumberTypes");
            audience.numberTypes().forEach(type -> types.add(type.wireName()));
        }
    }

    private static ObjectNode write(Channel channel) {
        ChannelSettings settings = channel.settings();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("type", channel.type().wireName());
        json.put("label", channel.label());
        json.put("codeType", channel.codeType().wireName());
        json.put("enabled", channel.enabled());
        ArrayNode gateways = json.putArray("gateways");
        channel.gateways().forEach(gateways::add);
        json.put("lifetime", settings.lifetime().toSeconds());
        json.put("numberOfTries", settings.numberOfTries());
        json.put("numberOfRestart", settings.numberOfRestart());
        json.put("restartCooldown", settings.restartCooldown().toSeconds());
        Duration fallbackAfter = settings.fallbackAfter();
        json.put("fallbackAfter", fallbackAfter == null ? null : Long.valueOf(fallbackAfter.toSeconds()));
        json.putObject("code")
                .put("length", settings.code().length())
                .put("beautify", settings.code().beautify());
        ArrayNode templates = json.putArray("templates");
        for (Template template : channel.templates()) {
            ObjectNode written = templates.addObject();
            ArrayNode prefixes = written.putArray("recipients");
            template.recipients().forEach(prefixes::add);
            written.put("locale", template.locale());
            written.put("sender", template.sender());
            written.put("subject", template.subject());
            written.put("text", template.text());
        }
        return json;
    }
}
