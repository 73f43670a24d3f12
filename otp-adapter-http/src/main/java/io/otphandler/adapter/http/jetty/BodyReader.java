package io.otphandler.adapter.http.jetty;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToIntFunction;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Reads the whole body, bounded in size and in time, without holding a thread: only then is a thread spent on the
 * request. One that does not come in time is answered 408. One that is too large goes on without its body, so that who
 * may not ask at all is told that first; the route answers 413. Thread-safe.
 */
public final class BodyReader extends Handler.Wrapper {
    private static final int FIRST_BUFFER = 1024;

    /** How much and how long is listened to what nobody wants, so that the answer gets through. */
    private static final int DRAINED_AT_MOST = 256 * 1024;

    private static final Duration DRAINED_FOR = Duration.ofSeconds(2);

    private final ToIntFunction<Request> maxBytesOf;
    private final Duration patience;
    private final JsonErrors errors;

    /** @param maxBytesOf how many bytes of a request's body are taken at most */
    public BodyReader(ToIntFunction<Request> maxBytesOf, Duration patience, JsonErrors errors) {
        this.maxBytesOf = maxBytesOf;
        this.patience = patience;
        this.errors = errors;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        int maxBytes = maxBytesOf.applyAsInt(request);
        // HTTP/2 needs neither of these headers to send a body
        boolean expected = request.getConnectionMetaData().getHttpVersion().getVersion() > 11;
        for (HttpField field : request.getHeaders()) {
            if (field.getHeader() == HttpHeader.CONTENT_LENGTH) {
                if (field.getLongValue() > maxBytes) {
                    goOnWithoutBody(request, response, callback);
                    return true;
                }
                expected |= field.getLongValue() > 0;
            } else if (field.getHeader() == HttpHeader.TRANSFER_ENCODING) {
                expected = true;
            }
        }
        if (!expected) {
            return super.handle(request, response, callback);
        }
        new Reading(request, response, callback, maxBytes).run();
        return true;
    }

    private void goOnWithoutBody(Request request, Response response, Callback callback) {
        Exchange.of(request).bodyIsTooLarge();
        response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        boolean sending = !request.getHeaders().contains(HttpHeader.EXPECT);
        goOn(request, response, sending ? new Draining(request, callback).afterAnswer() : callback);
    }

    private void goOn(Request request, Response response, Callback callback) {
        Request read = new Read(request);
        try {
            if (!getHandler().handle(read, response, callback)) {
                Response.writeError(read, response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Throwable failure) {
            Response.writeError(read, response, callback, failure);
        }
    }

    /** A request whose body is gone already: who reads it is at its end. */
    private static final class Read extends Request.Wrapper {
        Read(Request request) {
            super(request);
        }

        @Override
        public Content.Chunk read() {
            return Content.Chunk.EOF;
        }

        @Override
        public void demand(Runnable whenReady) {
            whenReady.run();
        }
    }

    /** A body on its way. Called again whenever more of it has come. */
    private final class Reading implements Runnable, Invocable {
        private final Request request;
        private final Response response;
        private final Callback callback;
        private final int maxBytes;
        private final AtomicBoolean over = new AtomicBoolean();
        private byte[] buffer = new byte[FIRST_BUFFER];
        private int length;
        private boolean waited;
        /** Of those that have to be waited for. */
        private Scheduler.@Nullable Task deadline;

        Reading(Request request, Response response, Callback callback, int maxBytes) {
            this.maxBytes = maxBytes;
            this.request = request;
            this.response = response;
            this.callback = callback;
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public void run() {
            while (!over.get()) {
                Content.@Nullable Chunk chunk = request.read();
                if (chunk == null) {
                    if (!waited) {
                        waited = true;
                        deadline = request.getComponents()
                                .getScheduler()
                                .schedule(this::tooLate, patience.toMillis(), TimeUnit.MILLISECONDS);
                    }
                    request.demand(this);
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    failed(chunk.getFailure());
                    return;
                }
                boolean fits = length + chunk.remaining() <= maxBytes;
                if (fits) {
                    take(chunk);
                }
                boolean last = chunk.isLast();
                chunk.release();
                if (!fits) {
                    finish(() -> goOnWithoutBody(request, response, callback));
                    return;
                }
                if (last) {
                    finish(() -> {
                        Exchange.of(request).body(Arrays.copyOf(buffer, length));
                        goOn(request, response, callback);
                    });
                    return;
                }
            }
        }

        private void take(Content.Chunk chunk) {
            int more = chunk.remaining();
            if (length + more > buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.min(maxBytes, Math.max(length + more, buffer.length * 2)));
            }
            chunk.get(buffer, length, more);
            length += more;
        }

        /** Within handle() this may go on at once; one that was waited for is told on a selector's thread. */
        private void finish(Runnable next) {
            if (over.compareAndSet(false, true)) {
                cancelDeadline();
                if (waited) {
                    request.getContext().execute(next);
                } else {
                    next.run();
                }
            }
        }

        private void cancelDeadline() {
            Scheduler.Task task = deadline;
            if (task != null) {
                task.cancel();
            }
        }

        private void tooLate() {
            if (over.compareAndSet(false, true)) {
                request.getComponents()
                        .getExecutor()
                        .execute(() ->
                                errors.writeAndClose(request, response, HttpStatus.REQUEST_TIMEOUT_408, callback));
            }
        }

        private void failed(Throwable failure) {
            if (over.compareAndSet(false, true)) {
                cancelDeadline();
                if (failure instanceof TimeoutException) {
                    errors.writeAndClose(request, response, HttpStatus.REQUEST_TIMEOUT_408, callback);
                } else if (failure instanceof HttpException http) {
                    errors.writeAndClose(request, response, http.getCode(), callback);
                } else {
                    // the client went away
                    callback.failed(failure);
                }
            }
        }
    }

    /**
     * Listens, after the answer, to the rest of a body that is too large: to close with unread input makes TCP send a
     * reset, which can destroy the answer before the client has read it.
     */
    private static final class Draining implements Invocable.Task {
        private final Request request;
        private final Callback callback;
        private int drained;
        private boolean waited;

        Draining(Request request, Callback callback) {
            this.request = request;
            this.callback = callback;
        }

        Callback afterAnswer() {
            return Callback.from(this, callback::failed);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public void run() {
            while (true) {
                Content.@Nullable Chunk chunk = request.read();
                if (chunk == null) {
                    if (!waited) {
                        waited = true;
                        request.getComponents()
                                .getScheduler()
                                .schedule(
                                        () -> request.fail(new TimeoutException("drained for long enough")),
                                        DRAINED_FOR.toMillis(),
                                        TimeUnit.MILLISECONDS);
                    }
                    request.demand(this);
                    return;
                }
                boolean end = chunk.isLast() || Content.Chunk.isFailure(chunk);
                drained += chunk.remaining();
                chunk.release();
                if (end || drained > DRAINED_AT_MOST) {
                    callback.succeeded();
                    return;
                }
            }
        }
    }
}
