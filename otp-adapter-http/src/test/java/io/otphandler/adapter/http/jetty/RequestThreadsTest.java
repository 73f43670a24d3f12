package io.otphandler.adapter.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestThreadsTest {
    private static final int FEW = 2;
    private static final int MOST = 7;
    private static final int PATIENCE_SECONDS = 10;

    private final RequestThreads threads = new RequestThreads(FEW, MOST);
    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        threads.start();
    }

    @AfterEach
    void stop() throws Exception {
        end.countDown();
        threads.stop();
    }

    @Test
    void whatIsAskedWhileAllOthersWaitIsAnsweredAllTheSame() throws InterruptedException {
        occupy(FEW);
        CountDownLatch answered = new CountDownLatch(1);

        threads.execute(answered::countDown);

        assertThat(answered.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void thereAreNeverMoreThanTheMost() throws InterruptedException {
        CountDownLatch began = occupy(MOST);
        AtomicInteger answered = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            threads.execute(answered::incrementAndGet);
        }

        assertThat(began.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        assertThat(threads.getMaxThreads()).isEqualTo(MOST);
        assertThat(threads.getThreads()).isEqualTo(MOST);
        assertThat(answered).hasValue(0);
    }

    @Test
    void thoseWhoOnlyComputeStayFew() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(20_000);
        for (int i = 0; i < 20_000; i++) {
            threads.execute(done::countDown);
        }

        assertThat(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        assertThat(threads.getMaxThreads()).isEqualTo(FEW);
    }

    /** So many wait until the test is over. */
    private CountDownLatch occupy(int count) {
        CountDownLatch began = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            threads.execute(() -> {
                began.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        return began;
    }
}
