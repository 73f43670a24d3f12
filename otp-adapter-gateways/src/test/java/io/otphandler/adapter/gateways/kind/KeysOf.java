package io.otphandler.adapter.gateways.kind;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The settings of a gateway in a test, as JSON, and the faults that were found in them. */
public final class KeysOf implements Keys.Source {

    private final JsonNode root;
    private final List<String> faults = new ArrayList<>();

    private KeysOf(JsonNode root) {
        this.root = root;
    }

    /** @param json with single quotes for double ones */
    public static KeysOf json(String json) {
        try {
            return new KeysOf(new ObjectMapper().readTree(json.replace('\'', '"')));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Keys keys() {
        return new Keys(this);
    }

    public JsonNode root() {
        return root;
    }

    /** Such as {@code port: expected …}. */
    public List<String> faults() {
        return faults;
    }

    @Override
    public JsonNode value(String key) {
        JsonNode node = root;
        for (String name : key.split("\\.", -1)) {
            node = node.path(name);
        }
        return node.isMissingNode() || node.isNull() ? null : node;
    }

    @Override
    public JsonNode plain(String key) {
        return value(key);
    }

    @Override
    public void fault(String key, String message) {
        faults.add(key + ": " + message);
    }
}
