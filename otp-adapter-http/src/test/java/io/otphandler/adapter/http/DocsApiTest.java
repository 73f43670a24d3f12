package io.otphandler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.domain.recipient.NumberType;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The description is whole and true; that every answer fits it, {@link TestServer} checks in all tests. */
class DocsApiTest {

    private static final TestServer SERVER = new TestServer();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void everyRouteIsDescribedAndNoOther() {
        assertThat(OpenApi.routes()).containsExactlyInAnyOrderElementsOf(SERVER.server.routes());
    }

    @ParameterizedTest
    @EnumSource(WireError.class)
    void everyErrorHasItsExampleWordForWord(WireError error) {
        JsonNode example = OpenApi.ROOT.path("components").path("examples").path(error.type());

        assertThat(example.path("summary").asText()).isEqualTo(error.message(Language.EN));
        assertThat(example.path("value").path("type").asText()).isEqualTo(error.type());
        assertThat(example.path("value").path("message").asText()).isEqualTo(error.message(Language.RU));
        assertThat(example.path("value").path("httpStatus").asInt()).isEqualTo(error.status());
    }

    @Test
    void nothingIsReferredToThatIsNotThere() {
        assertThat(references(OpenApi.ROOT))
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                OpenApi.ROOT.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    /** Else generators of clients call it as they like, and a change of theirs breaks who uses it. */
    @Test
    void everyObjectHasANameOfItsOwn() {
        assertThat(objects(OpenApi.ROOT, ""))
                .contains("/components/schemas/Problem")
                .allSatisfy(path -> assertThat(path).matches("/components/schemas/[^/]+"));
    }

    private static Stream<String> objects(JsonNode node, String path) {
        Stream<String> below = node.isArray()
                ? Stream.iterate(0, i -> i < node.size(), i -> i + 1).flatMap(i -> objects(node.get(i), path + "/" + i))
                : node.properties().stream().flatMap(field -> objects(field.getValue(), path + "/" + field.getKey()));
        return node.path("properties").isObject() ? Stream.concat(Stream.of(path), below) : below;
    }

    /** What the page has in its field when something is to be tried out. */
    @ParameterizedTest
    @ValueSource(strings = {"NewSession", "WidgetDraft", "SandboxReceipt", "SandboxBehaviour", "DemoBehaviour"})
    void whatIsAskedForHasAnExampleThatFits(String schema) {
        JsonNode examples =
                OpenApi.ROOT.path("components").path("schemas").path(schema).path("examples");

        assertThat(examples)
                .isNotEmpty()
                .allSatisfy(
                        example -> assertThat(OpenApi.faults(schema, example)).isEmpty());
    }

    /** Generated clients send what is the default as well. */
    @Test
    void theKindsOfNumbersThatAreTakenByDefaultAreThoseThatAreDescribed() {
        assertThat(OpenApi.ROOT.at("/components/schemas/WidgetDraft/properties/allowedNumberTypes/default"))
                .map(JsonNode::asText)
                .containsExactlyInAnyOrderElementsOf(NumberType.THAT_ARE_PERSONAL.stream()
                        .map(NumberType::wireName)
                        .toList());
    }

    private static Stream<String> references(JsonNode node) {
        Stream<String> below = Stream.iterate(0, i -> i < node.size(), i -> i + 1)
                .flatMap(i -> references(node.isArray() ? node.get(i) : child(node, i)));
        return node.has("$ref") ? Stream.concat(Stream.of(node.path("$ref").asText()), below) : below;
    }

    private static JsonNode child(JsonNode node, int index) {
        return node.properties().stream().skip(index).findFirst().orElseThrow().getValue();
    }

    @Test
    void theDescriptionIsServedBelowTheConfiguredPath() {
        TestServer.Res res = SERVER.get(null, "/openapi.yaml");
        assertThat(res.status()).isEqualTo(200);
        assertThat(res.header("Content-Type")).startsWith("application/yaml");
        assertThat(new String(res.response().body()))
                .startsWith("openapi: 3.1")
                .contains("  /api/n/otp-handler/{requestId}/channel:");

        try (TestServer elsewhere = new TestServer(HttpSettings.DEFAULT.withBasePath("/otp"))) {
            assertThat(new String(
                            elsewhere.get(null, "/openapi.yaml").response().body()))
                    .contains("  /otp/{requestId}/channel:")
                    .doesNotContain("/api/n/otp-handler/");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/docs, text/html",
        "/docs/swagger-ui.css, text/css",
        "/docs/swagger-ui-bundle.js, text/javascript",
        "/docs/start.js, text/javascript",
        "/docs/favicon-32x32.png, image/png"
    })
    void thePageIsServedFromHereAlone(String path, String type) {
        TestServer.Res res = SERVER.get(null, path);

        assertThat(res.status()).isEqualTo(200);
        assertThat(res.header("Content-Type")).startsWith(type);
        assertThat(res.header("Content-Security-Policy"))
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(res.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(res.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(res.header("Permissions-Policy")).contains("geolocation=()").doesNotContain("otp-credentials");
        assertThat(res.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(res.response().body().length).isGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource({"/docs/index.html", "/docs/openapi.yaml", "/docs/..%2fopenapi.yaml", "/docs/DocsApi.class"})
    void nothingElseOfTheJarIs(String path) {
        assertThat(SERVER.get(null, path).status()).isIn(400, 404);
    }
}
