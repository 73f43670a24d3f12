package io.otphandler.adapter.http.jetty;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 with those who send the head of a request in one go: once begun, it must be there in time, however busily
 * more of it comes. Jetty knows the idle timeout alone, which begins again with every byte, so that a client which
 * trickles its headers would keep its connection for hours. A head that comes in one piece, as nearly all do, costs no
 * timer. Builds on what Jetty keeps to itself: look here when its version changes. Thread-safe.
 */
public final class PromptHttp extends HttpConnectionFactory {
    private final Duration patience;

    /** @param patience from the first byte of a head to its last */
    public PromptHttp(HttpConfiguration http, Duration patience) {
        super(http);
        this.patience = patience;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        Prompt connection = new Prompt(getHttpConfiguration(), connector, endPoint);
        connection.setTransferEncodingChunkMaxLength(getTransferEncodingChunkMaxLength());
        return configure(connection, connector, endPoint);
    }

    private final class Prompt extends HttpConnection {
        private final AtomicReference<Scheduler.@Nullable Task> deadline = new AtomicReference<>();

        Prompt(HttpConfiguration http, Connector connector, EndPoint endPoint) {
            super(http, connector, endPoint);
        }

        @Override
        protected RequestHandler newRequestHandler() {
            return new RequestHandler() {
                @Override
                public boolean headerComplete() {
                    disarm();
                    return super.headerComplete();
                }
            };
        }

        /**
         * Whoever has answered late hands the connection itself to this, to read the next request on another thread. Where
         * nothing of that has come with the last one, it is as well to wait for it at once: the selector tells.
         */
        @Override
        protected Executor getExecutor() {
            return task -> {
                if (task == this
                        && getParser().isStart()
                        && isRequestBufferEmpty()
                        && getEndPoint().isOpen()) {
                    fillInterested();
                } else {
                    super.getExecutor().execute(task);
                }
            };
        }

        @Override
        public void onFillable() {
            super.onFillable();
            if (isWithinHead() && deadline.get() == null) {
                arm(patience.toNanos());
            }
        }

        @Override
        public void onClose(@Nullable Throwable cause) {
            disarm();
            super.onClose(cause);
        }

        private void arm(long nanos) {
            Scheduler.Task task = getConnector().getScheduler().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
            if (!deadline.compareAndSet(null, task)) {
                task.cancel();
            }
        }

        private void disarm() {
            Scheduler.Task task = deadline.getAndSet(null);
            if (task != null) {
                task.cancel();
            }
        }

        /** The head that is on its way may have begun after the one that this was armed for. */
        private void look() {
            deadline.set(null);
            if (isWithinHead()) {
                long left =
                        patience.toNanos() - (System.nanoTime() - getParser().getBeginNanoTime());
                if (left <= 0) {
                    getEndPoint().close(new TimeoutException("The head of a request did not come in time"));
                } else {
                    arm(left);
                }
            }
        }

        private boolean isWithinHead() {
            HttpParser.State state = getParser().getState();
            return state.compareTo(HttpParser.State.START) > 0 && state.compareTo(HttpParser.State.CONTENT) < 0;
        }
    }
}
