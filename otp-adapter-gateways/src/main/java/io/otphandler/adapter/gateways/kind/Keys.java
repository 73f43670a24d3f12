package io.otphandler.adapter.gateways.kind;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one gateway, asked for by name. What is wrong is told to the source, and something harmless stands in
 * for it, so that all faults are found at once. Remembers what it was asked for. Not thread-safe.
 */
public final class Keys {

    private static final String MASK = "***";

    private final Source source;
    private final Map<String, @Nullable Object> effective = new LinkedHashMap<>();
    private final Map<String, Keys> nested = new LinkedHashMap<>();

    /** Where settings come from. */
    public interface Source {

        /** What was given; null: nothing. */
        @Nullable
        JsonNode value(String key);

        /** The same, where a number or a truth value is expected: a place that has only texts makes them of these. */
        @Nullable
        JsonNode plain(String key);

        void fault(String key, String message);
    }

    public Keys(Source source) {
        this.source = source;
    }

    /** What was asked for, and what holds: defaults filled in, secrets masked. */
    public Map<String, @Nullable Object> effective() {
        return Collections.unmodifiableMap(effective);
    }

    /**
     * Refuses what nobody has asked for: it is misspelt, or stands in the wrong place.
     *
     * @param given all that was given
     * @param besides names that somebody else asks for
     */
    public void refuseUnknown(JsonNode given, Set<String> besides) {
        given.properties().forEach(property -> {
            String name = property.getKey();
            Keys below = nested.get(name);
            if (below != null) {
                below.refuseUnknown(property.getValue(), Set.of());
            } else if (!effective.containsKey(name) && !besides.contains(name)) {
                fault(
                        name,
                        "unknown key; known here: "
                                + Stream.concat(besides.stream(), effective.keySet().stream())
                                        .collect(Collectors.joining(", ")));
            }
        });
    }

    /** Tells that something is wrong with what was given. */
    public void fault(String key, String message) {
        source.fault(key, message);
    }

    /** A text that must be there and not be empty. */
    public String text(String key) {
        Optional<String> text = optionalText(key);
        if (text.isEmpty() && source.value(key) == null) {
            fault(key, "expected a text, but there is none");
        }
        return text.orElse("");
    }

    public String text(String key, String fallback) {
        String text = read(key).orElse(fallback);
        effective.put(key, text);
        return text;
    }

    /** Empty: not given, or an empty text. */
    public Optional<String> optionalText(String key) {
        Optional<String> text = read(key);
        effective.put(key, text.orElse(""));
        return text;
    }

    /**
     * A text of a certain form.
     *
     * @param expected in words, such as {@code a name of digits}
     */
    public String matching(String key, String fallback, Pattern pattern, String expected) {
        String text = text(key, fallback);
        if (!pattern.matcher(text).matches()) {
            fault(key, "expected " + expected + ", was \"" + text + "\"");
        }
        return text;
    }

    /** One of the named choices. */
    public <E> E oneOf(String key, Map<String, E> choices, String fallback) {
        String text = text(key, fallback);
        E choice = choices.get(text);
        if (choice == null) {
            fault(key, "expected one of " + String.join(", ", choices.keySet()) + ", was \"" + text + "\"");
            return Objects.requireNonNull(choices.get(fallback));
        }
        return choice;
    }

    public int number(String key, int fallback, int min, int max) {
        JsonNode node = source.plain(key);
        int number = fallback;
        if (node != null) {
            if (node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= min && node.intValue() <= max) {
                number = node.intValue();
            } else {
                fault(key, "expected a whole number from " + min + " to " + max + ", was " + shown(node));
            }
        }
        effective.put(key, number);
        return number;
    }

    public Duration seconds(String key, int fallback, int min, int max) {
        return Duration.ofSeconds(number(key, fallback, min, max));
    }

    public boolean flag(String key, boolean fallback) {
        JsonNode node = source.plain(key);
        boolean flag = fallback;
        if (node != null) {
            if (node.isBoolean()) {
                flag = node.booleanValue();
            } else {
                fault(key, "expected true or false, was " + shown(node));
            }
        }
        effective.put(key, flag);
        return flag;
    }

    public List<String> texts(String key) {
        JsonNode node = source.value(key);
        List<String> texts = new ArrayList<>();
        if (node != null && !node.isArray()) {
            fault(key, "expected a list, was " + shown(node));
        } else if (node != null) {
            for (JsonNode item : node) {
                if (item.isTextual() || item.isIntegralNumber()) {
                    texts.add(item.asText());
                } else {
                    fault(key, "expected a list of texts, found " + shown(item));
                }
            }
        }
        effective.put(key, texts);
        return List.copyOf(texts);
    }

    /** Texts by names, in their order. */
    public Map<String, String> map(String key) {
        JsonNode node = source.value(key);
        Map<String, String> map = new LinkedHashMap<>();
        if (node != null && !node.isObject()) {
            fault(key, "expected names with texts, was " + shown(node));
        } else if (node != null) {
            node.properties().forEach(property -> {
                if (property.getValue().isValueNode() && !property.getValue().isNull()) {
                    map.put(property.getKey(), property.getValue().asText());
                } else {
                    fault(key, "expected a text for " + property.getKey() + ", was " + shown(property.getValue()));
                }
            });
        }
        effective.put(key, map);
        return Collections.unmodifiableMap(map);
    }

    /** Anything, as it was given; null: nothing. */
    public @Nullable JsonNode tree(String key) {
        JsonNode node = source.value(key);
        effective.put(key, node);
        return node;
    }

    /** Settings that stand together below a key of their own. */
    public Keys below(String key) {
        JsonNode node = source.value(key);
        if (node != null && !node.isObject()) {
            fault(key, "expected keys with values, was " + shown(node));
        }
        Keys below = new Keys(new Source() {
            @Override
            public @Nullable JsonNode value(String name) {
                return source.value(key + "." + name);
            }

            @Override
            public @Nullable JsonNode plain(String name) {
                return source.plain(key + "." + name);
            }

            @Override
            public void fault(String name, String message) {
                source.fault(key + "." + name, message);
            }
        });
        effective.put(key, below.effective());
        nested.put(key, below);
        return below;
    }

    /** An address that must be there. */
    public URI url(String key) {
        Optional<URI> url = optionalUrl(key);
        if (url.isEmpty() && source.value(key) == null) {
            fault(key, "expected an http or https URL, but there is none");
        }
        return url.orElse(URI.create("http://nowhere.invalid/"));
    }

    public URI url(String key, String fallback) {
        Optional<URI> url = optionalUrl(key);
        effective.put(key, url.map(URI::toString).orElse(fallback));
        return url.orElse(URI.create(fallback));
    }

    public Optional<URI> optionalUrl(String key) {
        Optional<String> text = optionalText(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI url = new URI(text.get());
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return Optional.of(url);
            }
        } catch (URISyntaxException e) {
            // said below
        }
        fault(key, "expected an http or https URL, was \"" + text.get() + "\"");
        return Optional.empty();
    }

    /** A secret that must be there: under its name, or in the file that stands under its name with {@code File}. */
    public Secret secret(String key) {
        Optional<Secret> secret = optionalSecret(key);
        if (secret.isEmpty() && source.value(key) == null && source.value(key + "File") == null) {
            fault(key + "File", "expected a file with the secret, or the secret itself as " + key);
        }
        return secret.orElse(new Secret(""));
    }

    /** Empty: not given. */
    public Optional<Secret> optionalSecret(String key) {
        JsonNode given = source.value(key);
        Optional<String> file = optionalText(key + "File");
        effective.put(key, given == null ? "" : MASK);
        if (given != null) {
            if (file.isPresent()) {
                fault(key, "expected either " + key + " or " + key + "File, not both");
            }
            if (!given.isTextual() || given.textValue().isEmpty()) {
                fault(key, "expected a text" + (given.isNumber() ? "; put it in quotes" : ""));
                return Optional.empty();
            }
            return Optional.of(new Secret(given.textValue()));
        }
        return file.flatMap(name -> fromFile(key + "File", name));
    }

    private Optional<Secret> fromFile(String key, String name) {
        try {
            String text = Files.readString(Path.of(name)).strip();
            if (!text.isEmpty()) {
                return Optional.of(new Secret(text));
            }
            fault(key, "expected a file with a secret in it, but it is empty: " + name);
        } catch (IOException | InvalidPathException e) {
            fault(key, "expected a file that can be read, was " + name);
        }
        return Optional.empty();
    }

    private Optional<String> read(String key) {
        JsonNode node = source.value(key);
        if (node != null && !node.isTextual()) {
            fault(key, "expected a text, was " + shown(node) + (node.isNumber() ? "; put it in quotes" : ""));
            return Optional.empty();
        }
        return node == null || node.textValue().isEmpty() ? Optional.empty() : Optional.of(node.textValue());
    }

    private static String shown(JsonNode node) {
        if (node.isObject()) {
            return "keys with values";
        }
        if (node.isArray()) {
            return "a list";
        }
        return node.isTextual() ? "\"" + node.textValue() + "\"" : node.asText();
    }
}
