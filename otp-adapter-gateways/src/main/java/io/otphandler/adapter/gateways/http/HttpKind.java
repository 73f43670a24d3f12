package io.otphandler.adapter.gateways.http;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.otphandler.adapter.gateways.kind.GatewayKind;
import io.otphandler.adapter.gateways.kind.GatewayPlan;
import io.otphandler.adapter.gateways.kind.Keys;
import io.otphandler.adapter.gateways.kind.Secret;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code http}: any provider by configuration. Without a {@code template} a message is posted as JSON, signed after
 * Standard Webhooks.
 */
public final class HttpKind implements GatewayKind {

    private static final Pattern STATUS = Pattern.compile("[1-5](?:[0-9]{2}|xx)");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Map<String, String> METHODS =
            Map.of("POST", "POST", "PUT", "PUT", "PATCH", "PATCH", "GET", "GET");
    /** What is posted where nothing else is configured. */
    private static final String DEFAULT_BODY = """
            {"dispatchId":"{{dispatchId}}","requestId":"{{requestId}}","channel":"{{channel}}","codeType":"{{codeType}}",
             "recipient":"{{recipient}}","sender":"{{sender}}","subject":"{{subject}}","text":"{{text}}","code":"{{code}}",
             "locale":"{{locale}}","ttl":"{{ttl:number}}"}""";

    @Override
    public String name() {
        return "http";
    }

    @Override
    public GatewayPlan read(String gateway, Keys keys) {
        RequestTemplate request = request(keys);
        Duration timeout = keys.seconds("timeout", 8, 1, 60);
        boolean isIdempotent = keys.flag("idempotent", false);
        AnswerRule answers = new AnswerRule(
                condition(keys.below("success"), "2xx"),
                condition(keys.below("rejected"), null),
                pointer(keys, "messageId", null),
                pointer(keys, "chosenCode", null));
        CallbackRule callbacks = keys.tree("callback") == null ? null : callback(keys.below("callback"));
        return surroundings -> new HttpGateway(
                gateway,
                request,
                answers,
                callbacks,
                timeout,
                isIdempotent,
                surroundings.client(),
                surroundings.clock());
    }

    private static RequestTemplate request(Keys keys) {
        String url = url(keys);
        String method = keys.oneOf("method", METHODS, "POST");
        String form = keys.oneOf("body", Map.of("json", "json", "form", "form", "none", "none"), "json");
        boolean isDefault = keys.tree("template") == null && form.equals("json");
        Map<String, String> headers = new LinkedHashMap<>(keys.map("headers"));
        headers.forEach((name, value) -> {
            if (!HEADER.matcher(name).matches() || isRestricted(name)) {
                keys.fault("headers", "expected names of headers that may be set, was \"" + name + "\"");
            }
            known(keys, "headers", value);
        });
        RequestTemplate.Body body = switch (form) {
            case "form" -> new RequestTemplate.Form(formFields(keys));
            case "none" -> new RequestTemplate.None();
            default -> new RequestTemplate.Json(jsonTemplate(keys));
        };
        Optional<String> username = keys.optionalText("username");
        Optional<Secret> password = keys.optionalSecret("password");
        Optional<Secret> token = keys.optionalSecret("token");
        Optional<Secret> signing = keys.optionalSecret("signingSecret");
        if (username.isPresent() != password.isPresent()) {
            keys.fault("username", "expected both username and password, or neither");
        }
        if (username.isPresent() && token.isPresent()) {
            keys.fault("token", "expected either a token or username and password, not both");
        }
        boolean isAuthorized = username.isPresent()
                || token.isPresent()
                || headers.keySet().stream().anyMatch(name -> name.equalsIgnoreCase("Authorization"));
        if (isDefault && signing.isEmpty() && !isAuthorized) {
            keys.fault(
                    "signingSecretFile",
                    "expected a secret to sign messages with, or a token, or username and password");
        }
        if (isDefault) {
            headers.putIfAbsent("Idempotency-Key", "{{dispatchId}}");
        }
        return new RequestTemplate(
                method,
                url,
                headers,
                body,
                username.orElse(null),
                password.orElse(null),
                token.orElse(null),
                signing.map(secret -> StandardWebhooks.of(keys, "signingSecret", secret))
                        .orElse(null));
    }

    private static boolean isRestricted(String name) {
        try {
            return HttpRequest.newBuilder(URI.create("http://localhost/")).header(name, "x") == null;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /** Its host is what is configured: nothing of a message can change where it goes. */
    private static String url(Keys keys) {
        String url = keys.text("url");
        known(keys, "url", url);
        String sample = url.replaceAll("\\{\\{.*?}}", "x");
        Matcher authority = Pattern.compile("https?://[^/?#]*").matcher(url);
        try {
            if (!url.isEmpty()
                    && (URI.create(sample).getHost() == null
                            || !authority.lookingAt()
                            || authority.group().contains("{{"))) {
                keys.fault("url", "expected an http or https URL whose host is fixed, was \"" + url + "\"");
            }
        } catch (IllegalArgumentException e) {
            keys.fault("url", "expected an http or https URL, was \"" + url + "\"");
        }
        return url;
    }

    private static JsonNode jsonTemplate(Keys keys) {
        JsonNode template = keys.tree("template");
        try {
            if (template == null) {
                return new ObjectMapper().readTree(DEFAULT_BODY);
            }
            JsonNode tree = template.isTextual() ? new ObjectMapper().readTree(template.textValue()) : template;
            Placeholders.unknown(tree).ifPresent(unknown -> unknown(keys, "template", unknown));
            return tree;
        } catch (JsonProcessingException e) {
            keys.fault("template", "expected keys with values, or a text with JSON in it");
            return JsonNodeFactory.instance.objectNode();
        }
    }

    private static Map<String, String> formFields(Keys keys) {
        Map<String, String> fields = keys.map("template");
        if (fields.isEmpty()) {
            keys.fault("template", "expected the form's fields with their values");
        }
        fields.values().forEach(value -> known(keys, "template", value));
        return fields;
    }

    private static void known(Keys keys, String key, String template) {
        Placeholders.unknown(template).ifPresent(unknown -> unknown(keys, key, unknown));
    }

    private static void unknown(Keys keys, String key, String placeholder) {
        keys.fault(key, "expected only the placeholders " + Placeholders.names() + ", found " + placeholder);
    }

    private static @Nullable JsonPointer pointer(Keys keys, String key, @Nullable String fallback) {
        String text = fallback == null ? keys.optionalText(key).orElse("") : keys.text(key, fallback);
        if (text.isEmpty()) {
            return null;
        }
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException e) {
            keys.fault(key, "expected a JSON pointer such as /data/id, was \"" + text + "\"");
            return null;
        }
    }

    /** @param statuses that hold where none are given; null: then it never holds */
    private static AnswerRule.@Nullable Condition condition(Keys keys, @Nullable String statuses) {
        Set<String> status = new LinkedHashSet<>(keys.texts("status"));
        JsonPointer path = pointer(keys, "path", null);
        List<String> equals = keys.texts("equals");
        for (String one : status) {
            if (!STATUS.matcher(one.toLowerCase(Locale.ROOT)).matches()) {
                keys.fault("status", "expected statuses such as 200 or 2xx, found \"" + one + "\"");
            }
        }
        if ((path == null) != equals.isEmpty()) {
            keys.fault("path", "expected both path and equals, or neither");
        }
        if (status.isEmpty()) {
            if (statuses == null && path == null) {
                return null;
            }
            status.add(statuses == null ? "any" : statuses);
        }
        return new AnswerRule.Condition(status, path, Set.copyOf(equals));
    }

    private static CallbackRule callback(Keys keys) {
        String id = keys.text("id", "/dispatchId");
        boolean byDispatch = keys.oneOf(
                "idIs",
                Map.of("messageId", false, "dispatchId", true),
                id.equals("/dispatchId") ? "dispatchId" : "messageId");
        String status = keys.text("status", "/status");
        Map<String, String> statuses = keys.map("statuses");
        statuses.forEach((theirs, ours) -> {
            if (CallbackRule.isUnknown(ours)) {
                keys.fault(
                        "statuses",
                        "expected " + String.join(", ", CallbackRule.knownStatuses()) + " for " + theirs + ", was \""
                                + ours + "\"");
            }
        });
        String code = keys.optionalText("code").orElse(null);
        if (keys.tree("signature") == null) {
            keys.fault("signature", "expected how callbacks prove where they come from");
        }
        CallbackSignature signature = signature(keys.below("signature"));
        return new CallbackRule(id, byDispatch, status, statuses, code, signature);
    }

    private static CallbackSignature signature(Keys keys) {
        Map<String, String> kinds = Map.of("standardWebhooks", "s", "hmac", "h", "basic", "b", "token", "t");
        return switch (keys.oneOf("kind", kinds, "standardWebhooks")) {
            case "h" ->
                new CallbackSignature.Hmac(
                        keys.text("header"),
                        keys.oneOf(
                                "algorithm",
                                Map.of("sha256", "HmacSHA256", "sha1", "HmacSHA1", "sha512", "HmacSHA512"),
                                "sha256"),
                        keys.oneOf("encoding", Map.of("hex", true, "base64", false), "hex"),
                        keys.text("prefix", ""),
                        keys.secret("secret"));
            case "b" -> new CallbackSignature.Basic(keys.text("username"), keys.secret("password"));
            case "t" -> {
                Optional<String> header = keys.optionalText("header");
                Optional<String> parameter = keys.optionalText("parameter");
                if (header.isPresent() == parameter.isPresent()) {
                    keys.fault("header", "expected either a header or a parameter that holds the token");
                }
                yield new CallbackSignature.Token(
                        header.orElse(null), parameter.orElse(null), keys.text("prefix", ""), keys.secret("secret"));
            }
            default -> new CallbackSignature.Webhook(StandardWebhooks.of(keys, "secret", keys.secret("secret")));
        };
    }
}
