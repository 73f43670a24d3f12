package io.otphandler.benchmarks;

import io.otphandler.application.code.CodeKey;
import io.otphandler.domain.code.ChosenCode;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.code.CodePolicy;
import io.otphandler.domain.code.IssuedCode;
import io.otphandler.domain.code.TypedCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Codes made, kept and judged, and whatever else is hashed under the pepper. Nearly all of it is HMAC-SHA-256. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodesBenchmark {

    private static final UUID SESSION = new UUID(1, 2);
    private static final byte[] BODY = ("{\"widgetId\":\"00000000-0000-4000-8000-000000000001\",\"recipient\":"
                    + "\"+79121234567\"}")
            .getBytes(StandardCharsets.UTF_8);

    private final CodeKey key = new CodeKey(new byte[CodeKey.MIN_BYTES]);
    private final IssuedCode ours = new IssuedCode(SESSION, 1, new CodePolicy(6, false), null, key.current());
    private final IssuedCode easy = new IssuedCode(SESSION, 1, new CodePolicy(6, true), null, key.current());
    private final Code code = key.derive(ours);
    private final ChosenCode kept = key.keep(SESSION, code);
    private final IssuedCode theirs = new IssuedCode(SESSION, 1, new CodePolicy(6, false), kept, key.current());
    private final TypedCode right = key.typed(code.digits());
    private final TypedCode wrong = key.typed("0" + code.digits());

    @Benchmark
    public Code derive() {
        return key.derive(ours);
    }

    /** One that is easy to read aloud. */
    @Benchmark
    public Code deriveBeautified() {
        return key.derive(easy);
    }

    @Benchmark
    public boolean judgeOursRight() {
        return right.matches(ours);
    }

    @Benchmark
    public boolean judgeOursWrong() {
        return wrong.matches(ours);
    }

    /** One that the provider chose. */
    @Benchmark
    public boolean judgeTheirs() {
        return right.matches(theirs);
    }

    @Benchmark
    public ChosenCode keep() {
        return key.keep(SESSION, code);
    }

    /** The name of a recipient's counter. */
    @Benchmark
    public UUID pseudonym() {
        return key.pseudonym("sends", "00000000-0000-4000-8000-000000000001", "+79121234567");
    }

    /** The body of a request that came with an idempotency key. */
    @Benchmark
    public List<byte[]> seal() {
        return key.seal(BODY);
    }
}
