package io.otphandler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormFilesTest {

    private static final TestServer SERVER = new TestServer();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static String text(TestServer.Res res) {
        return new String(res.response().body(), StandardCharsets.UTF_8);
    }

    @Test
    void theFormIsOneScriptOfAllItsFilesInTheirOrder() {
        TestServer.Res res = SERVER.get(null, "/widget.js");

        assertThat(res.status()).isEqualTo(200);
        assertThat(res.header("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(text(res))
                .startsWith("(() => {\n'use strict';\n")
                .endsWith("})();\n")
                .containsSubsequence(
                        "\nclass OtpClient {\n",
                        "\nconst TEXTS = {\n",
                        "\nconst PLANS =\n",
                        "\nclass OtpWidget extends")
                // CSS, that looks like a line of a comment
                .contains("\n*, *::before, *::after {");
    }

    @Test
    void theFormIsServedWithoutWhatOnlyItsReadersNeed() {
        assertThat(text(SERVER.get(null, "/widget.js")).lines().skip(1))
                .allSatisfy(line -> assertThat(line)
                        .isNotEmpty()
                        .isEqualTo(line.strip())
                        .doesNotStartWith("//")
                        .doesNotStartWith("/*")
                        .doesNotStartWith("export "));
    }

    @Test
    void theFormIsUnderTwentyKilobytesAsItIsSent() {
        TestServer.Res res = SERVER.get(null, "/widget.js", "Accept-Encoding", "gzip");

        assertThat(res.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(res.response().body()).hasSizeLessThan(20_000);
    }

    @Test
    void theClientIsServedAsTheModuleThatItIs() {
        TestServer.Res res = SERVER.get(null, "/client.js");

        assertThat(res.header("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(text(res)).isEqualTo(JarFiles.text("form/client.js", TestServer.BASE));
    }

    @Test
    void theFormFindsTheApiWhereItIsServed() {
        assertThat(text(SERVER.get(null, "/widget.js"))).contains("/api/n/otp-handler");
        try (TestServer elsewhere = new TestServer(HttpSettings.DEFAULT.withBasePath("/otp"))) {
            for (String path : List.of("/widget.js", "/client.js", "/demo/demo.js")) {
                assertThat(text(elsewhere.get(null, path))).doesNotContain("/api/n/otp-handler");
            }
            assertThat(text(elsewhere.get(null, "/widget.js"))).contains("/otp");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/widget.js", "/client.js", "/widget/de.json"})
    void everySiteMayLoadItAndKeepItForFiveMinutes(String path) {
        for (String origin : List.of("https://shop.example", "null")) {
            TestServer.Res res = SERVER.get(null, path, "Origin", origin);

            assertThat(res.status()).isEqualTo(200);
            assertThat(res.header("Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(res.header("Cross-Origin-Resource-Policy")).isEqualTo("cross-origin");
            assertThat(res.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(res.header("Cache-Control")).isEqualTo("max-age=300");
        }
    }

    @Test
    void itsHeadersHoldAlsoWhereOriginsAreListed() {
        try (TestServer server =
                new TestServer(HttpSettings.DEFAULT.withAllowedOrigins(List.of("https://shop.example")))) {
            for (String origin : List.of("https://shop.example", "https://other.example")) {
                TestServer.Res res = server.get(null, "/widget.js", "Origin", origin);

                assertThat(res.response().headers().allValues("Access-Control-Allow-Origin"))
                        .containsExactly("*");
                assertThat(res.response().headers().allValues("Vary")).contains("Origin");
            }
        }
    }

    @Test
    void wordsOfALanguageAreAFileOfTheirs() {
        TestServer.Res res = SERVER.get(null, "/widget/de.json");

        assertThat(res.header("Content-Type")).isEqualTo("application/json");
        assertThat(res.response().body()).isEqualTo(JarFiles.bytes("form/locales/de.json"));
        assertThat(SERVER.get(null, "/widget/de.json").response().body())
                .isEqualTo(JarFiles.bytes("form/locales/de.json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xx",
                "DE",
                "d",
                "de-",
                "..%2fclient",
                "%2e%2e%2fclient",
                "..%5cclient",
                "de%00",
                "de.json%00",
                "de%2f..%2fde",
                "d%65%0a",
                "de-AAAAAAAA-AAAAAAAA-AAAAAAAA-AAAAAAAA"
            })
    void whatIsNoLanguageOfOursIsNotFound(String locale) {
        TestServer.Res res = SERVER.get(null, "/widget/" + locale + ".json", "Accept-Language", "en");

        assertThat(res.status()).isIn(400, 404);
        assertThat(res.type()).isIn("NotFoundException", "ValidateError");
    }

    @Test
    void aPageOfAnotherSiteSeesThatALanguageIsMissing() {
        TestServer.Res res = SERVER.get(null, "/widget/xx.json", "Origin", "https://shop.example");

        assertThat(res.status()).isEqualTo(404);
        assertThat(res.type()).isEqualTo("NotFoundException");
        assertThat(res.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(res.header("Cross-Origin-Resource-Policy")).isEqualTo("cross-origin");
        assertThat(res.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void withAnEmptyBasePathWidgetsAndLanguagesAreToldApart() throws Exception {
        try (TestServer server = new TestServer(HttpSettings.DEFAULT.withBasePath(""))) {
            String widget = server.sms().id().toString();

            HttpResponse<String> shown = server.client.send(
                    server.request(server.backend(), "/widget/" + widget).GET().build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(shown.statusCode()).isEqualTo(200);
            assertThat(shown.body()).contains("\"name\":\"Login\"");
            assertThat(server.client
                            .send(
                                    server.request(null, "/widget/" + widget)
                                            .GET()
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(401);
            assertThat(server.get(null, "/widget/de.json").response().body())
                    .isEqualTo(JarFiles.bytes("form/locales/de.json"));
            assertThat(server.get(null, "/widget/" + widget + ".json").type()).isEqualTo("NotFoundException");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/widget.js", "/client.js", "/widget/de.json"})
    void onlyGetAndHeadAreMethodsOfIt(String path) {
        TestServer.Res res = SERVER.post(null, path, "{}");

        assertThat(res.status()).isEqualTo(405);
        assertThat(res.header("Allow")).contains("GET", "HEAD");
    }
}
