package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bench}, for moments: that it works and counts right, not how fast anything is. */
class BenchCommandTest {

    private static final int CLIENTS = 3;
    private static final String[] SHORT = {"--clients", "" + CLIENTS, "--duration", "1s", "--warmup", "1s"};

    @TempDir
    private Path folder;

    private record Ended(int status, String out, String err) {}

    @Test
    void aFlowIsMeasuredStepByStepBesideAServerThatDoesNothing() throws Exception {
        Path page = folder.resolve("report.html");

        Ended ended = bench("--json", "--html", page.toString());

        assertThat(ended.status()).as(ended.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(ended.out());
        assertThat(report.path("scenario").asText()).isEqualTo("flow");
        assertThat(report.path("store").asText()).isEqualTo("H2");
        assertThat(report.path("clients").asInt()).isEqualTo(CLIENTS);
        assertThat(report.path("seconds").asDouble()).isGreaterThanOrEqualTo(1);
        assertThat(report.path("errors").asInt()).isZero();
        JsonNode calls = report.path("calls");
        assertThat(names(calls))
                .containsExactly("send", "channelLongPoll", "checkCode", "checkStatusAndComplete", "flow");
        long sum = 0;
        for (String name : List.of("send", "channelLongPoll", "checkCode", "checkStatusAndComplete")) {
            JsonNode call = calls.path(name);
            assertThat(names(call)).containsExactly("count", "perSecond", "millis", "errors");
            assertThat(names(call.path("millis"))).containsExactly("p50", "p90", "p99", "p99.9", "max");
            sum += call.path("count").asLong();
            // each client may be within a flow as the measuring begins and ends
            assertThat(call.path("count").asLong()
                            - calls.path("flow").path("count").asLong())
                    .isBetween(-(long) CLIENTS, (long) CLIENTS);
            assertThat(call.path("millis").path("p50").asDouble())
                    .isLessThanOrEqualTo(call.path("millis").path("max").asDouble());
        }
        assertThat(sum).isPositive();
        assertThat(report.path("callsPerSecond").asDouble()
                        * report.path("seconds").asDouble())
                .isCloseTo(sum, org.assertj.core.data.Offset.offset(1.0));
        assertThat(report.path("baseline").path("count").asLong()).isPositive();
        assertThat(report.path("ratio").asDouble())
                .isCloseTo(
                        report.path("callsPerSecond").asDouble()
                                / report.path("baseline").path("perSecond").asDouble(),
                        org.assertj.core.data.Offset.offset(0.001));
        assertThat(report.path("polls").isNull()).isTrue();
        assertThat(report.path("server").path("heapBytes").asLong()).isPositive();
        assertThat(wellFormed(page)).contains("<svg", "checkStatusAndComplete", "prefers-color-scheme:dark");
    }

    @Test
    void pollsAreHeldWhileOthersReadAndAllThatAreConfirmedAreWoken() throws Exception {
        Ended ended = bench("--scenario", "polls", "--polls", "60", "--burst", "20", "--json");

        assertThat(ended.status()).as(ended.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(ended.out());
        assertThat(report.path("ratio").isNull()).isTrue();
        assertThat(report.path("polls").path("held").asInt()).isEqualTo(60);
        assertThat(report.path("polls").path("confirmed").asInt()).isEqualTo(20);
        assertThat(report.path("polls").path("woken").asInt()).isEqualTo(20);
        assertThat(report.path("polls").path("heapBytesPerPoll").isNumber()).isTrue();
        JsonNode calls = report.path("calls");
        assertThat(calls.path("checkCode").path("count").asInt()).isEqualTo(20);
        assertThat(calls.path("statusLongPollWakeUp").path("count").asInt()).isEqualTo(20);
        assertThat(calls.path("getStatus").path("count").asLong()).isPositive();
    }

    @Test
    void aMixOfEverythingGoesThroughWithoutErrors() throws Exception {
        Ended ended = bench("--scenario", "mixed", "--jvm-option", "-Xmx256m");

        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(ended.out())
                .contains("mixed on H2", "getChannel", "getStatus", "p99.9", "noop", "of the rate of a server");
    }

    @Test
    void aServiceThatIsNamedIsAskedInTheWayThatItsConfigurationAllows() throws Exception {
        Path page = folder.resolve("report.html");
        try (RunningService service = RunningService.start(folder)) {
            // the default sandbox does not choose codes, so it is asked for each; and the secret is where it was made
            Ended ended = bench("--url", service.site(), "--html", page.toString());

            assertThat(ended.status()).as(ended.err()).isZero();
            assertThat(ended.out()).contains("flow on " + service.site(), "sandboxMessages");
            assertThat(wellFormed(page)).contains("sandboxMessages");

            Ended refused = bench("--url", service.site(), "--token", "no.token.atall");

            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err()).contains("401").doesNotContain("no.token.atall");
        }
    }

    @Test
    void errorsAreCountedByWhatTheyAreAndEndWithAStatus() throws Exception {
        AtomicInteger sends = new AtomicInteger();
        HttpServer broken = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        broken.setExecutor(Executors.newCachedThreadPool());
        broken.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            int status = exchange.getRequestMethod().equals("GET") ? 200 : 201;
            String body = "{\"success\":true,\"status\":\"sent\"}";
            if (path.endsWith("/otp-handler/") && sends.incrementAndGet() > 20) {
                status = 500;
                body = "{\"type\":\"InternalServerErrorException\"}";
            } else if (path.endsWith("/otp-handler/")) {
                body = "{\"requestId\":\"00000000-0000-4000-8000-00000000000a\"}";
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        broken.start();
        try {
            Ended ended = bench(
                    "--url",
                    "http://127.0.0.1:" + broken.getAddress().getPort(),
                    "--token",
                    "t",
                    "--widget",
                    Api.DEMO_WIDGET);

            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.out()).contains("Error in send", "500 InternalServerErrorException");
            assertThat(ended.err()).contains("errors");
        } finally {
            broken.stop(0);
        }
    }

    @Test
    void aServiceThatIsNotThereIsSaidInWords() throws Exception {
        Ended ended = bench("--url", "http://127.0.0.1:1", "--token", "t");

        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.err())
                .contains("http://127.0.0.1:1", "cannot be reached")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "--clients 0, --clients",
        "--clients many, --clients",
        "--duration soon, --duration",
        "--scenario chaos, --scenario",
        "--url ftp://x, --url",
        "--token t, --token",
        "--url http://x --database jdbc:h2:mem:x, --database",
        "--config otp.yaml, --config",
        "--html /no/such/folder/x.html, --html",
        "--frobnicate, --frobnicate"
    })
    void wrongUsageIsToldByTheOptionThatIsWrong(String arguments, String option) {
        java.io.StringWriter err = new java.io.StringWriter();
        List<String> line = new ArrayList<>(List.of("bench"));
        line.addAll(List.of(arguments.split(" ")));

        int status =
                Main.commandLine().setErr(new java.io.PrintWriter(err, true)).execute(line.toArray(String[]::new));

        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains(option);
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String wellFormed(Path page) throws Exception {
        byte[] bytes = Files.readAllBytes(page);
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(bytes))
                        .getDocumentElement()
                        .getTagName())
                .isEqualTo("html");
        String text = new String(bytes, StandardCharsets.UTF_8);
        assertThat(text).doesNotContain("http://www", "https://", "src=", "NaN", "Infinity");
        return text;
    }

    private Ended bench(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("bench"));
        line.addAll(List.of(SHORT));
        line.addAll(List.of(arguments));
        Path out = folder.resolve("bench.out");
        Path err = folder.resolve("bench.err");
        Process process = RunningService.process(folder, Map.of(), List.of(), line)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int status = process.waitFor();
        return new Ended(status, Files.readString(out), Files.readString(err));
    }
}
