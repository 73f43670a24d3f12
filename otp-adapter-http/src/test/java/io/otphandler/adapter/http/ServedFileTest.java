package io.otphandler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as they come over the wire: tags, compression, HEAD. */
class ServedFileTest {

    private static final TestServer SERVER = new TestServer();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static byte[] unzipped(byte[] body) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi.yaml", "/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"})
    void itIsCompressedForThoseWhoTakeThat(String path) throws Exception {
        TestServer.Res plain = SERVER.get(null, path);
        TestServer.Res zipped = SERVER.get(null, path, "Accept-Encoding", "br, gzip;q=0.8");

        assertThat(plain.header("Content-Encoding")).isNull();
        assertThat(zipped.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(zipped.response().body().length).isLessThan(plain.response().body().length);
        assertThat(unzipped(zipped.response().body()))
                .isEqualTo(plain.response().body());
        for (TestServer.Res res : List.of(plain, zipped)) {
            assertThat(res.header("Vary")).isEqualTo("Accept-Encoding");
            assertThat(res.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(res.header("Content-Length"))
                    .isEqualTo(Integer.toString(res.response().body().length));
        }
        assertThat(zipped.header("ETag")).isNotEqualTo(plain.header("ETag"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/openapi.yaml",
                "/docs",
                "/docs/start.js",
                "/docs/favicon-32x32.png",
                "/widget.js",
                "/client.js",
                "/widget/de.json",
                "/demo",
                "/demo/demo.js",
                "/demo/icon.svg"
            })
    void whoKnowsItIsToldThatItIsUnchanged(String path) {
        for (String coding : List.of("gzip", "identity")) {
            TestServer.Res whole = SERVER.get(null, path, "Accept-Encoding", coding);
            String tag = whole.header("ETag");
            assertThat(tag).matches("\"[A-Za-z0-9_-]{22}(-gzip)?\"");
            for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
                TestServer.Res res = SERVER.get(null, path, "Accept-Encoding", coding, "If-None-Match", known);

                assertThat(res.status()).isEqualTo(304);
                assertThat(res.response().body()).isEmpty();
                for (String header : List.of("ETag", "Cache-Control")) {
                    assertThat(res.header(header)).isEqualTo(whole.header(header));
                }
                assertThat(res.header("Vary")).isEqualTo(whole.header("Vary"));
                assertThat(res.header("Access-Control-Allow-Origin"))
                        .isEqualTo(whole.header("Access-Control-Allow-Origin"));
            }
            TestServer.Res other = SERVER.get(null, path, "Accept-Encoding", coding, "If-None-Match", "\"other\"");
            assertThat(other.status()).isEqualTo(200);
            assertThat(other.response().body()).isEqualTo(whole.response().body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi.yaml", "/docs/swagger-ui.css", "/widget.js", "/widget/de.json", "/demo"})
    void headTellsWhatGetWould(String path) {
        for (String coding : List.of("gzip", "identity")) {
            TestServer.Res get = SERVER.get(null, path, "Accept-Encoding", coding);
            TestServer.Res head = SERVER.method("HEAD", null, path, null, "Accept-Encoding", coding);

            assertThat(head.status()).isEqualTo(200);
            assertThat(head.response().body()).isEmpty();
            for (String header : List.of("Content-Length", "Content-Type", "ETag", "Cache-Control")) {
                assertThat(head.header(header)).as(header).isEqualTo(get.header(header));
            }
            TestServer.Res known = SERVER.method(
                    "HEAD", null, path, null, "Accept-Encoding", coding, "If-None-Match", get.header("ETag"));
            assertThat(known.status()).isEqualTo(304);
        }
    }

    @Test
    void whatCompressionMakesNoSmallerComesAsItIs() {
        TestServer.Res png = SERVER.get(null, "/docs/favicon-32x32.png", "Accept-Encoding", "gzip");

        assertThat(png.header("Content-Encoding")).isNull();
        assertThat(png.response().body()).isEqualTo(JarFiles.bytes("docs/favicon-32x32.png"));
    }

    @Test
    void theTagIsOfTheContentAlone() {
        try (TestServer another = new TestServer()) {
            for (String path : List.of("/openapi.yaml", "/widget.js", "/demo")) {
                assertThat(another.get(null, path).header("ETag"))
                        .isEqualTo(SERVER.get(null, path).header("ETag"));
            }
        }
        try (TestServer elsewhere = new TestServer(HttpSettings.DEFAULT.withBasePath("/otp"))) {
            assertThat(elsewhere.get(null, "/openapi.yaml").header("ETag"))
                    .isNotEqualTo(SERVER.get(null, "/openapi.yaml").header("ETag"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | false",
                "'' | false",
                "gzip | true",
                "GZip | true",
                "x-gzip | true",
                "deflate, gzip, br | true",
                "gzip;q=0.001 | true",
                "gzip ; q=1.000 | true",
                "gzip;q=0 | false",
                "gzip;q=0.000 | false",
                "* | true",
                "*;q=0 | false",
                "*;q=0, gzip | true",
                "*, gzip;q=0 | false",
                "gzip;q=0, * | false",
                "gzip;q=2 | false",
                "gzip;q=high | false",
                "gzipped | false",
                "br | false",
                "identity | false"
            })
    void gzipIsTakenByThoseWhoSaySo(String header, boolean taken) {
        assertThat(MediaTypes.acceptsGzip(header)).isEqualTo(taken);
    }
}
