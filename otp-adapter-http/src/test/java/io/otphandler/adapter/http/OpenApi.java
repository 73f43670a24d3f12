package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.otphandler.adapter.http.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** The API's description, held against what the API really answers. Thread-safe. */
public final class OpenApi {

    static final JsonNode ROOT = read();

    private static final List<Operation> OPERATIONS = operations();
    private static final Map<JsonNode, JsonSchema> SCHEMAS = new ConcurrentHashMap<>();

    private OpenApi() {}

    private record Operation(String method, String template, Pattern path, JsonNode responses) {}

    /** Such as {@code GET /health/live}. */
    static List<String> routes() {
        return OPERATIONS.stream()
                .map(operation -> operation.method + " " + operation.template)
                .toList();
    }

    /**
     * What is wrong with an answer; empty: it is as described.
     *
     * @param body as it came, compressed or not
     */
    public static List<String> faults(HttpResponse<?> response, byte[] body) {
        String method = response.request().method();
        String path = response.request().uri().getRawPath();
        Optional<Operation> operation = OPERATIONS.stream()
                .filter(each -> each.method.equals(method.equals("HEAD") ? "GET" : method)
                        && each.path.matcher(path).matches())
                .findFirst();
        JsonNode responses = operation
                .map(Operation::responses)
                .orElseGet(() -> resolved(ROOT.path("components").path("responses")));
        String status = Integer.toString(response.statusCode());
        JsonNode described = resolved(
                operation.isEmpty()
                        ? responses.path("Other")
                        : responses.has(status) ? responses.path(status) : responses.path("default"));
        boolean isDescribed = operation.isEmpty() || responses.has(status) || response.statusCode() >= 400;
        List<String> faults = new ArrayList<>();
        if (!isDescribed || (operation.isEmpty() && response.statusCode() < 400 && !method.equals("OPTIONS"))) {
            faults.add("no such answer is described");
        } else if (!method.equals("HEAD") && !method.equals("OPTIONS")) {
            bodyFaults(response, body, described, faults);
        }
        return faults.stream()
                .map(fault -> method + " " + path + " " + status + ": " + fault)
                .toList();
    }

    private static void bodyFaults(HttpResponse<?> response, byte[] body, JsonNode described, List<String> faults) {
        JsonNode content = described.path("content");
        if (body.length == 0) {
            if (!content.isMissingNode()) {
                faults.add("it has no body");
            }
            return;
        }
        String type = response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
        if (!content.has(type)) {
            faults.add("its type is " + type);
        } else if (type.equals("application/json")) {
            Optional<JsonNode> json = StrictJson.read(decoded(response, body));
            if (json.isEmpty()) {
                faults.add("it is no JSON");
            } else {
                schema(content.path(type).path("schema"))
                        .validate(json.get())
                        .forEach(message -> faults.add(message.getMessage()));
            }
        }
    }

    /** What is wrong with a value of one of the named schemas. */
    static List<String> faults(String schema, JsonNode value) {
        return schema(ROOT.path("components").path("schemas").path(schema)).validate(value).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    /** In an answer nothing may stand that is not described, though clients have to bear it. */
    private static JsonSchema schema(JsonNode schema) {
        return SCHEMAS.computeIfAbsent(schema, key -> {
            ObjectNode whole = new ObjectMapper().createObjectNode();
            whole.putArray("allOf").add(key);
            whole.set("components", closed(ROOT.path("components").deepCopy()));
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(whole);
        });
    }

    private static JsonNode closed(JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (object.has("properties") && !object.has("additionalProperties")) {
                object.put("additionalProperties", false);
            }
            object.forEach(OpenApi::closed);
        } else if (node.isArray()) {
            node.forEach(OpenApi::closed);
        }
        return node;
    }

    private static JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? ROOT.at(node.path("$ref").asText().substring(1)) : node;
    }

    private static List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        ROOT.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(method -> operations.add(new Operation(
                                method.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                pattern(path.getKey()),
                                method.getValue().path("responses")))));
        // what is written out comes before what is left open
        operations.sort(Comparator.comparingInt(operation -> operation.template.length()
                - operation.template.replace("{", "").length()));
        return operations;
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(List.of(template.split("\\{[^}]+}", -1)).stream()
                        .map(Pattern::quote)
                        .collect(Collectors.joining("[^/]+"))
                + (template.endsWith("/") ? "?" : "/?"));
    }

    private static JsonNode read() {
        try (InputStream in = DocsApi.class.getResourceAsStream("openapi.yaml")) {
            return new ObjectMapper(new YAMLFactory()).readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] decoded(HttpResponse<?> response, byte[] body) {
        if (!response.headers().firstValue("Content-Encoding").equals(Optional.of("gzip"))) {
            return body;
        }
        try (InputStream zipped = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return zipped.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
