package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.errorprone.annotations.CheckReturnValue;
import io.otphandler.adapter.http.json.Fields;
import io.otphandler.adapter.http.json.StrictJson;
import io.otphandler.benchmarks.Example;
import io.otphandler.domain.session.ChannelView;
import io.otphandler.domain.widget.Violation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Requests read and answers written, from bytes and to bytes. In this package, as the answers are nobody else's. */
@NullMarked
@CheckReturnValue
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JsonBenchmark {

    private static final byte[] SEND = """
            {"widgetId":"00000000-0000-4000-8000-000000000001","recipient":"+79121234567","locale":"ru","reference":"order 17"}
            """.getBytes(StandardCharsets.UTF_8);
    private static final byte[] CHECK =
            "{\"code\":\"123456\",\"recipient\":\"+79121234567\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NO_JSON = "{\"code\":123456,\"code\":1}".getBytes(StandardCharsets.UTF_8);

    private final ChannelView view = Example.make()
            .sent()
            .showChannel(Example.LATER)
            .answer()
            .fold(shown -> shown, refusal -> {
                throw new IllegalStateException("Nothing is shown: " + refusal);
            });

    /** What {@code send} takes from its body. */
    @Benchmark
    public int readSend() {
        List<Violation> violations = new ArrayList<>();
        Fields body = Fields.of(StrictJson.read(SEND).orElseThrow(), violations);
        return body.requiredName("widgetId").length()
                + body.requiredText("recipient", 320).length()
                + String.valueOf(body.text("locale", 35)).length()
                + String.valueOf(body.text("reference", 128)).length()
                + violations.size();
    }

    @Benchmark
    public int readCheckCode() {
        List<Violation> violations = new ArrayList<>();
        Fields body = Fields.of(StrictJson.read(CHECK).orElseThrow(), violations);
        return body.requiredText("code", 32).length()
                + body.requiredText("recipient", 320).length()
                + violations.size();
    }

    /** A body that is refused: it says the same twice. */
    @Benchmark
    public Optional<JsonNode> readWhatIsNoJson() {
        return StrictJson.read(NO_JSON);
    }

    @Benchmark
    public byte[] writeRequestId() {
        return Reply.json(
                        201,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("requestId", view.terms().id().toString()))
                .body();
    }

    @Benchmark
    public byte[] writeChannel() {
        return ChannelJson.reply(view, Language.RU).body();
    }

    @Benchmark
    public byte[] writeSuccess() {
        return Reply.success(201, true).body();
    }

    /** An error whose answer says more than its name. */
    @Benchmark
    public byte[] writeRateLimit() {
        return Problem.of(WireError.RATE_LIMIT)
                .retryAfter(Duration.ofSeconds(30))
                .json(Language.RU);
    }
}
