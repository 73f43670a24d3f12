package io.otphandler.bootstrap.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Thousands of status long polls, each on a connection of its own, on one thread. A poll that times out is asked again;
 * one that is answered measures how long after the confirmation that was. Thread-safe.
 */
final class PollHolder implements AutoCloseable {

    private static final byte[] SUCCESS = RequestBuffer.ascii("\"success\":true");
    private static final Duration CONNECTING = Duration.ofSeconds(10);

    private final Target target;
    private final Requests requests;
    private final Measures measures;
    private final Selector selector;
    private final Thread thread = new Thread(this::run, "bench-polls");
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    private final Queue<Held> registering = new ConcurrentLinkedQueue<>();
    /** Connections that are free again. */
    private final Queue<SocketChannel> idle = new ConcurrentLinkedQueue<>();

    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger woken = new AtomicInteger();
    private volatile long lastWoken;
    private volatile boolean closed;

    PollHolder(Target target, UUID widget, Measures measures) throws IOException {
        this.target = target;
        this.requests = new Requests(target, widget);
        this.measures = measures;
        this.selector = Selector.open();
        thread.setDaemon(true);
        thread.start();
    }

    /** A poll that was asked, and where its answer comes. */
    static final class Held {
        /** How long an answer to a poll is waited for. */
        private static final Duration PATIENCE = Duration.ofSeconds(5);

        private final SocketChannel channel;
        private final byte[] request;
        private volatile long confirmingSince;
        private byte[] received = {};
        private final CountDownLatch over = new CountDownLatch(1);

        Held(SocketChannel channel, byte[] request) {
            this.channel = channel;
            this.request = request;
        }

        /** From now on it may be answered. */
        void confirming() {
            confirmingSince = System.nanoTime();
        }

        /** Waits until it was answered or came to nothing, as who looks at a page does. */
        boolean awaitAnswer() {
            try {
                return over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** Asks; null: it could not, which is counted. */
    @Nullable
    Held hold(String requestId, String recipient) {
        RequestBuffer request = new RequestBuffer();
        requests.awaitStatus(request, requestId, recipient);
        try {
            SocketChannel free = idle.poll();
            SocketChannel channel = free == null ? connected() : free;
            Held held = new Held(channel, request.copy());
            waiting.incrementAndGet();
            write(held);
            registering.add(held);
            selector.wakeup();
            return held;
        } catch (IOException e) {
            measures.error(Step.WAKE_UP, "asking: " + e.getClass().getSimpleName() + ": " + e.getMessage());
            return null;
        }
    }

    /** How many have no answer yet. */
    int waiting() {
        return waiting.get();
    }

    /** How many were answered after a confirmation. */
    int woken() {
        return woken.get();
    }

    /** When the last one was, by {@link System#nanoTime}. */
    long lastWoken() {
        return lastWoken;
    }

    private SocketChannel connected() throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(new InetSocketAddress(target.host(), target.port()), (int) CONNECTING.toMillis());
            channel.configureBlocking(false);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void write(Held held) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(held.request);
        while (bytes.hasRemaining()) {
            // a few hundred bytes, into a buffer that is empty
            if (held.channel.write(bytes) == 0) {
                throw new IOException("a request does not fit into an empty buffer");
            }
        }
    }

    private void run() {
        try {
            while (!closed) {
                selector.select();
                for (Held held = registering.poll(); held != null; held = registering.poll()) {
                    register(held);
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.isValid() && key.attachment() instanceof Held held) {
                        read(key, held);
                    } else if (idle.remove((SocketChannel) key.channel())) {
                        // there is nothing to say on it but that it is closed
                        key.cancel();
                        key.channel().close();
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            measures.error(Step.WAKE_UP, "the selector: " + e.getMessage());
        }
    }

    private void register(Held held) {
        try {
            SelectionKey known = held.channel.keyFor(selector);
            if (known == null) {
                held.channel.register(selector, SelectionKey.OP_READ, held);
            } else {
                known.attach(held);
                // its answer may have come before the one before it was forgotten
                read(known, held);
            }
        } catch (IOException e) {
            failed(held, e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private void read(SelectionKey key, Held held) {
        try {
            buffer.clear();
            int read = held.channel.read(buffer);
            if (read < 0) {
                key.cancel();
                failed(held, "the connection was closed");
            } else if (read > 0) {
                int before = held.received.length;
                held.received = Arrays.copyOf(held.received, before + read);
                buffer.flip().get(held.received, before, read);
                answered(key, held);
            }
        } catch (IOException e) {
            key.cancel();
            failed(held, e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private void answered(SelectionKey key, Held held) throws IOException {
        byte[] bytes = held.received;
        int headEnd = HttpConnection.headEnd(bytes, 0, bytes.length);
        if (headEnd < 0 || bytes.length < headEnd + Math.max(0, HttpConnection.contentLength(bytes, headEnd))) {
            return;
        }
        long now = System.nanoTime();
        held.received = new byte[0];
        int status = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + (bytes[11] - '0');
        if (status == 408) {
            write(held);
            return;
        }
        key.attach(null);
        waiting.decrementAndGet();
        held.over.countDown();
        if (status == 200
                && held.confirmingSince != 0
                && HttpConnection.find(bytes, headEnd, bytes.length, SUCCESS) >= 0) {
            lastWoken = now;
            woken.incrementAndGet();
            measures.record(Step.WAKE_UP, now - held.confirmingSince);
            idle.add(held.channel);
        } else {
            measures.error(
                    Step.WAKE_UP, status + (held.confirmingSince == 0 ? " before the confirmation" : " unexpected"));
            held.channel.close();
        }
    }

    private void failed(Held held, String why) {
        held.over.countDown();
        if (!closed) {
            waiting.decrementAndGet();
            measures.error(Step.WAKE_UP, why);
        }
        try {
            held.channel.close();
        } catch (IOException e) {
            // it is gone
        }
    }

    /** Hangs up on those that still wait. */
    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
