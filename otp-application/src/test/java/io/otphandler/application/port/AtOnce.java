package io.otphandler.application.port;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Calls that begin at the same moment, each on a thread of its own. Stateless. */
public final class AtOnce {

    private AtOnce() {}

    /** One of many calls. */
    @FunctionalInterface
    public interface Call<T> {
        /** @param number counts the calls from 0 */
        T call(int number) throws Exception;
    }

    /**
     * What they come to, in their order.
     *
     * @param patience how long all of them may take
     * @throws Exception what one of them threw, as a cause, or that they took too long
     */
    public static <T> List<T> call(int calls, Duration patience, Call<T> one) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls);
        try {
            CyclicBarrier start = new CyclicBarrier(calls);
            List<Callable<T>> tasks = IntStream.range(0, calls)
                    .mapToObj(number -> (Callable<T>) () -> {
                        start.await(20, TimeUnit.SECONDS);
                        return one.call(number);
                    })
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(tasks, patience.toSeconds(), TimeUnit.SECONDS)) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
