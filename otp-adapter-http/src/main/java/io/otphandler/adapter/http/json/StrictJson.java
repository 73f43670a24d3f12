package io.otphandler.adapter.http.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads and writes JSON (RFC 8259). Reading is strict: UTF-8 only, no key twice, nothing after the end, bounded depth
 * and sizes; a byte order mark is passed over, as the RFC allows. Thread-safe.
 */
public final class StrictJson {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_LENGTH = 256 * 1024;

    private static final ObjectMapper MAPPER = new JsonMapper(factory())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private StrictJson() {}

    private static JsonFactory factory() {
        return new JsonFactoryBuilder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(32)
                        .maxStringLength(MAX_LENGTH)
                        .maxNameLength(1024)
                        .maxDocumentLength(MAX_LENGTH)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                // what cannot be read may hold a code or a token, and must not come to the log with an exception
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                // keys that strangers choose: not into the memory that all share
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
    }

    /** The value that the bytes are; empty: they are no JSON. */
    public static Optional<JsonNode> read(byte[] bytes) {
        try {
            String text = Texts.utf8(bytes);
            JsonNode node = MAPPER.readTree(text.startsWith("\ufeff") ? text.substring(1) : text);
            return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
        } catch (IOException e) {
            // Jackson's message would quote what it did not understand
            return Optional.empty();
        }
    }

    /** The JSON of a value, in UTF-8. */
    public static byte[] write(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new IllegalStateException("A tree of JSON can be written to memory", e);
        }
    }
}
