package io.otphandler.bootstrap.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A YAML text as a JSON tree that still knows on which line each key stood. */
final class YamlTree {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ObjectNode root;
    private final Map<String, Integer> lines;

    private YamlTree(ObjectNode root, Map<String, Integer> lines) {
        this.root = root;
        this.lines = lines;
    }

    static YamlTree empty() {
        return new YamlTree(JSON.objectNode(), Map.of());
    }

    /** @throws FaultySettingsException when the text is not a YAML mapping */
    static YamlTree parse(String text, String source) throws FaultySettingsException {
        Map<String, Integer> lines = new HashMap<>();
        try {
            Optional<Node> node = new Compose(LoadSettings.builder()
                            .setLabel(source)
                            .setAllowDuplicateKeys(false)
                            .setMaxAliasesForCollections(50)
                            .build())
                    .composeString(text);
            if (node.isEmpty()) {
                return empty();
            }
            JsonNode tree = convert(node.get(), "", lines, source);
            if (!(tree instanceof ObjectNode mapping)) {
                throw fault("", "expected keys with values", source, node.get());
            }
            return new YamlTree(mapping, lines);
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark()
                    .map(mark -> ", line " + (mark.getLine() + 1))
                    .orElse("");
            throw new FaultySettingsException(
                    List.of(new Fault("", "expected YAML: " + e.getProblem(), source + line)));
        } catch (YamlEngineException e) {
            throw new FaultySettingsException(List.of(new Fault("", "expected YAML: " + e.getMessage(), source)));
        }
    }

    /** A single value, such as an environment variable may hold. */
    static JsonNode parseValue(String text, String source) throws FaultySettingsException {
        return parse("{value: " + text + "\n}", source).root.path("value");
    }

    ObjectNode root() {
        return root;
    }

    /** The line that the key, or the nearest one above it, stands on; 0: none. */
    int line(String path) {
        for (String at = path; !at.isEmpty(); at = parent(at)) {
            Integer line = lines.get(at);
            if (line != null) {
                return line;
            }
        }
        return 0;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }

    private static JsonNode convert(Node node, String path, Map<String, Integer> lines, String source)
            throws FaultySettingsException {
        node.getStartMark().ifPresent(mark -> lines.put(path, mark.getLine() + 1));
        if (node instanceof MappingNode mapping) {
            ObjectNode object = JSON.objectNode();
            for (NodeTuple entry : mapping.getValue()) {
                if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                    throw fault(path, "expected plain keys", source, entry.getKeyNode());
                }
                String child = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
                if (object.has(key.getValue())) {
                    throw fault(child, "expected each key once", source, key);
                }
                object.set(key.getValue(), convert(entry.getValueNode(), child, lines, source));
                key.getStartMark().ifPresent(mark -> lines.put(child, mark.getLine() + 1));
            }
            return object;
        }
        if (node instanceof SequenceNode sequence) {
            ArrayNode array = JSON.arrayNode();
            for (Node item : sequence.getValue()) {
                array.add(convert(item, path + "[" + array.size() + "]", lines, source));
            }
            return array;
        }
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar, path, source);
        }
        throw fault(path, "expected a plain value", source, node);
    }

    private static JsonNode scalar(ScalarNode scalar, String path, String source) throws FaultySettingsException {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        try {
            if (tag.equals(Tag.NULL)) {
                return JSON.nullNode();
            }
            if (tag.equals(Tag.BOOL)) {
                return JSON.booleanNode(Boolean.parseBoolean(text));
            }
            if (tag.equals(Tag.INT)) {
                return JSON.numberNode(new BigInteger(text));
            }
            if (tag.equals(Tag.FLOAT)) {
                return JSON.numberNode(new BigDecimal(text));
            }
        } catch (NumberFormatException e) {
            throw fault(path, "expected a decimal number, was " + text, source, scalar);
        }
        return JSON.textNode(text);
    }

    private static FaultySettingsException fault(String key, String message, String source, Node node) {
        String line = node.getStartMark()
                .map(mark -> ", line " + (mark.getLine() + 1))
                .orElse("");
        return new FaultySettingsException(List.of(new Fault(key, message, source + line)));
    }
}
