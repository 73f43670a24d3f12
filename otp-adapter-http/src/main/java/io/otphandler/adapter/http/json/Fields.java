package io.otphandler.adapter.http.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.otphandler.domain.widget.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, read one by one. What is missing or of the wrong type is noted with its path, and
 * reading goes on, so that all faults are told together. Types are strict: {@code "1"} is no number, {@code 1.5} no
 * whole one. Fields that nobody asks for are passed over. Not thread-safe.
 */
public final class Fields {
    private final JsonNode object;
    private final String prefix;
    private final List<Violation> violations;

    private Fields(JsonNode object, String prefix, List<Violation> violations) {
        this.object = object;
        this.prefix = prefix;
        this.violations = violations;
    }

    /** The fields of a body; one that is not an object is noted as the fault of {@code body}, and has no fields. */
    public static Fields of(@Nullable JsonNode body, List<Violation> violations) {
        if (body == null || !body.isObject()) {
            violations.add(new Violation("body", "expected a JSON object"));
            return new Fields(MissingNode.getInstance(), "", new ArrayList<>());
        }
        return new Fields(body, "", violations);
    }

    /** Where in the whole a field is. */
    public String path(String name) {
        return prefix + name;
    }

    public void fault(String name, String message) {
        violations.add(new Violation(path(name), message));
    }

    /** A text without control characters; null: missing, null or faulty. */
    public @Nullable String text(String name, int maxLength) {
        return text(name, maxLength, false);
    }

    /** A text that may have several lines; null: missing, null or faulty. */
    public @Nullable String lines(String name, int maxLength) {
        return text(name, maxLength, true);
    }

    /** A text that must be there and not be empty; {@code ""} when it is faulty, which is noted. */
    public String requiredText(String name, int maxLength) {
        JsonNode node = get(name);
        if (node == null || (node.isTextual() && node.textValue().isBlank())) {
            fault(name, "expected a text that is not empty");
            return "";
        }
        String text = text(name, maxLength, false);
        return text == null ? "" : text;
    }

    /** A text that must be there, whatever it is: it names something, or nothing. */
    public String requiredName(String name) {
        JsonNode node = object.get(name);
        if (node == null || !node.isTextual()) {
            fault(name, "expected a text, was " + (node == null ? "missing" : kind(node)));
            return "";
        }
        return node.textValue();
    }

    private @Nullable String text(String name, int maxLength, boolean multiline) {
        JsonNode node = get(name);
        if (node == null) {
            return null;
        }
        if (!node.isTextual()) {
            fault(name, "expected a text, was " + kind(node));
            return null;
        }
        String text = node.textValue();
        if (text.length() > maxLength) {
            fault(name, "expected at most " + maxLength + " characters, was " + text.length());
            return null;
        }
        if (multiline ? !Texts.isMultiline(text) : !Texts.isPlain(text)) {
            fault(name, "expected no control characters");
            return null;
        }
        return text;
    }

    /** A whole number; the fallback where it is missing, null or faulty. */
    public int integer(String name, int fallback) {
        Integer value = integer(name);
        return value == null ? fallback : value;
    }

    /** A whole number; null: missing, null or faulty. */
    public @Nullable Integer integer(String name) {
        JsonNode node = get(name);
        if (node == null) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            fault(name, "expected a whole number, was " + (node.isNumber() ? "another" : kind(node)));
            return null;
        }
        return node.intValue();
    }

    public boolean bool(String name, boolean fallback) {
        JsonNode node = get(name);
        if (node == null) {
            return fallback;
        }
        if (!node.isBoolean()) {
            fault(name, "expected true or false, was " + kind(node));
            return fallback;
        }
        return node.booleanValue();
    }

    /** One of some names; the fallback where it is missing, null or faulty. */
    public <T> T named(String name, Function<String, Optional<T>> values, String expected, T fallback) {
        String text = text(name, 64);
        if (text == null) {
            return fallback;
        }
        Optional<T> value = values.apply(text);
        if (value.isEmpty()) {
            fault(name, "expected " + expected);
        }
        return value.orElse(fallback);
    }

    /** The fields of an object within; one that is missing or null has none. */
    public Fields object(String name) {
        JsonNode node = get(name);
        if (node != null && !node.isObject()) {
            fault(name, "expected an object, was " + kind(node));
        }
        return new Fields(
                node != null && node.isObject() ? node : MissingNode.getInstance(), path(name) + ".", violations);
    }

    /** The objects of an array, one for each element, so that places are kept: one that is none has no fields. */
    public List<Fields> objects(String name) {
        List<Fields> fields = new ArrayList<>();
        elements(name, (path, node) -> {
            if (node.isObject()) {
                fields.add(new Fields(node, path + ".", violations));
            } else {
                violations.add(new Violation(path, "expected an object, was " + kind(node)));
                fields.add(new Fields(MissingNode.getInstance(), path + ".", new ArrayList<>()));
            }
        });
        return fields;
    }

    /** The texts of an array, one for each element: empty for one that is faulty. */
    public List<String> texts(String name, int maxLength) {
        List<String> texts = new ArrayList<>();
        elements(name, (path, node) -> {
            boolean good =
                    node.isTextual() && node.textValue().length() <= maxLength && Texts.isPlain(node.textValue());
            if (!good) {
                violations.add(new Violation(path, "expected a plain text of at most " + maxLength + " characters"));
            }
            texts.add(good ? node.textValue() : "");
        });
        return texts;
    }

    /** The keys of this object. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Whether the field is there and not null. */
    public boolean has(String name) {
        return get(name) != null;
    }

    /** Whether something is wrong with the field already. */
    public boolean hasFault(String name) {
        return violations.stream().anyMatch(violation -> violation.field().equals(path(name)));
    }

    private void elements(String name, BiConsumer<String, JsonNode> each) {
        JsonNode node = get(name);
        if (node == null) {
            return;
        }
        if (!node.isArray()) {
            fault(name, "expected an array, was " + kind(node));
            return;
        }
        for (int i = 0; i < node.size(); i++) {
            each.accept(path(name) + "[" + i + "]", node.get(i));
        }
    }

    private @Nullable JsonNode get(String name) {
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    /** What it is instead; never its value, which may be a secret. */
    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case BOOLEAN -> "a boolean";
            case NULL, MISSING -> "null";
            case NUMBER -> "a number";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "a text";
        };
    }
}
