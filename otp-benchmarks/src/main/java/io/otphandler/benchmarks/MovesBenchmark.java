package io.otphandler.benchmarks;

import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.ChannelView;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.HandOver;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The moves of a session, each from the state that it usually finds. Codes are judged without being derived. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MovesBenchmark {

    private final Example example = Example.make();

    @Benchmark
    public Decision<SessionId> start() {
        return Session.start(example.terms());
    }

    @Benchmark
    public Decision<Optional<HandOver>> handOver() {
        return example.waiting().handOver(1, Example.START);
    }

    @Benchmark
    public Decision<Boolean> dispatched() {
        return example.waiting().dispatched(1, Outcome.ACCEPTED, Example.LATER);
    }

    /** The next channel starts. */
    @Benchmark
    public Decision<Boolean> dispatchRejected() {
        return example.waiting().dispatched(1, Outcome.REJECTED, Example.LATER);
    }

    @Benchmark
    public Decision<Answer<ChannelView>> showChannel() {
        return example.sent().showChannel(Example.LATER);
    }

    @Benchmark
    public Decision<Answer<Boolean>> rightCode() {
        return example.sent().checkCode(Example.RIGHT, Example.LATER);
    }

    @Benchmark
    public Decision<Answer<Boolean>> wrongCode() {
        return example.sent().checkCode(Example.WRONG, Example.LATER);
    }

    @Benchmark
    public Decision<Answer<Boolean>> resend() {
        return example.sent().resend(gateway -> true, Example.COOLED_DOWN);
    }

    @Benchmark
    public Decision<Answer<Boolean>> completeIfConfirmed() {
        return example.confirmed().completeIfConfirmed(Example.LATER);
    }

    @Benchmark
    public Decision<Answer<Boolean>> cancel() {
        return example.sent().cancel(Example.LATER);
    }
}
