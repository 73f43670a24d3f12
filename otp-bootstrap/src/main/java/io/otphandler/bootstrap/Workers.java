package io.otphandler.bootstrap;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that short work behind the requests runs on: virtual ones where Java has them. */
final class Workers {

    private static final Logger log = LoggerFactory.getLogger(Workers.class);
    private static final int VIRTUAL_THREADS_SINCE = 21;
    /** Where such work waits for the store, so many as wait at the same time. */
    private static final int WAITING_THREADS = 16;

    /** Where it only computes: more would only wake each other more often. */
    private static final int COMPUTING_THREADS =
            Math.min(WAITING_THREADS, Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));

    private Workers() {}

    /** @param waits whether most work waits for the store */
    static ExecutorService start(boolean waits) {
        if (Runtime.version().feature() >= VIRTUAL_THREADS_SINCE) {
            try {
                // compiled for 17, where there is no such method
                return (ExecutorService) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null);
            } catch (ReflectiveOperationException e) {
                log.warn("No virtual threads on this Java: {}", e.toString());
            }
        }
        AtomicInteger number = new AtomicInteger();
        int threads = waits ? WAITING_THREADS : COMPUTING_THREADS;
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "worker-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
