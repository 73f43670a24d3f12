package io.otphandler.adapter.http.jetty;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The threads that answer requests: few, as long as none of them waits for anything. Those that only compute take turns on
 * the processors whatever their number; the more they are, the more often one has to wake another, and the less is left for
 * the compilers. Where what is asked has waited for a thread for so long that others must be waiting, there are more of
 * them; a minute after the last time, few again. Thread-safe.
 */
public final class RequestThreads extends QueuedThreadPool {
    /** For how long a request waits at most, or twice that, before there are more threads. */
    private static final long LOOK_EVERY_MILLIS = 50;

    private static final int LOOKS_A_MINUTE = (int) (TimeUnit.MINUTES.toMillis(1) / LOOK_EVERY_MILLIS);

    /** That are there even while nothing is asked. */
    private static final int ALWAYS = 8;

    private final int few;
    private final int most;
    private final LongAdder taken = new LongAdder();
    private final Scheduler looks = new ScheduledExecutorScheduler("http-look", true);
    private long takenBefore;
    private int waitedBefore;
    private int quietLooks;

    /**
     * @param few that there are while none has to wait; Jetty itself needs some of them
     * @param most that there ever are
     */
    public RequestThreads(int few, int most) {
        super(few, Math.min(ALWAYS, few), (int) TimeUnit.MINUTES.toMillis(1));
        this.few = few;
        this.most = most;
        setName("http");
        // each would be woken for every request, to look for the next one meanwhile
        setReservedThreads(0);
        if (VirtualThreads.areSupported()) {
            // compiled for 17, decided when it runs: Jetty has the reflection
            setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("http-v-"));
        }
        addBean(looks);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        lookAgain();
    }

    @Override
    protected void runJob(Runnable job) {
        taken.increment();
        super.runJob(job);
    }

    private void lookAgain() {
        looks.schedule(this::look, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        long takenNow = taken.sum();
        int waiting = getQueueSize();
        if (waiting > 0) {
            quietLooks = 0;
            if (takenNow - takenBefore < waitedBefore) {
                more();
            }
        } else if (++quietLooks == LOOKS_A_MINUTE) {
            setMaxThreads(few);
        }
        takenBefore = takenNow;
        waitedBefore = waiting;
        lookAgain();
    }

    private void more() {
        int now = getMaxThreads();
        int next = Math.min(most, now + few);
        setMaxThreads(next);
        for (int i = now; i < next; i++) {
            // a thread is only ever started for something to do
            execute(() -> {});
        }
    }
}
