package io.otphandler.adapter.gateways.call;

import io.otphandler.application.port.Delivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Calls providers over HTTP, bounded in time and in what it listens to. Follows no redirect: it could lead anywhere, with
 * a code in its hands. Thread-safe.
 */
public final class ProviderClient {

    /** Bytes of an answer at most; no provider's answer is nearly as long. */
    public static final int MAX_BODY = 256 * 1024;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** Made when it is first needed: with other gateways it never is, and it has threads of its own. */
    private static final class Shared {
        static final HttpClient CLIENT = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** Fails as the JDK's client does, or with a {@link TimeoutException} when all of it has not come in time. */
    public CompletableFuture<Answer> send(HttpRequest request, Duration timeout) {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                Shared.CLIENT.sendAsync(request, info -> new BoundedBody(MAX_BODY));
        CompletableFuture<Answer> answer = exchange.thenApply(
                response -> new Answer(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8)));
        return answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).whenComplete((got, failure) -> {
            if (failure != null) {
                exchange.cancel(true);
            }
        });
    }

    /**
     * Hands a message over.
     *
     * @param isIdempotent whether the provider sends a message once however often it is asked to: then what may have been
     *     taken is {@link Delivery.Kind#UNANSWERED}
     */
    public CompletableFuture<Delivery> deliver(
            HttpRequest request, Duration timeout, boolean isIdempotent, Function<Answer, Delivery> reading) {
        return send(request, timeout).handle((answer, failure) -> {
            if (failure != null) {
                return failed(failure, isIdempotent);
            }
            try {
                Delivery delivery = reading.apply(answer);
                return delivery.kind() == Delivery.Kind.UNKNOWN ? lost(delivery.reason(), isIdempotent) : delivery;
            } catch (RuntimeException e) {
                return lost("the answer was not understood: " + e, isIdempotent);
            }
        });
    }

    /** What it means that {@link #send} has failed. */
    public static Delivery failed(Throwable failure, boolean isIdempotent) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String why = cause instanceof TimeoutException
                ? "no answer in time"
                : cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        return neverLeft(cause) ? Delivery.unavailable(why) : lost(why, isIdempotent);
    }

    private static Delivery lost(String why, boolean isIdempotent) {
        return isIdempotent ? Delivery.unanswered(why) : Delivery.unknown(why);
    }

    /** Whether the request surely did not reach the provider: there was no connection to send it on. */
    private static boolean neverLeft(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof ConnectException
                    || each instanceof HttpConnectTimeoutException
                    || each instanceof UnresolvedAddressException
                    || each instanceof UnknownHostException
                    || each instanceof NoRouteToHostException
                    || each instanceof SSLHandshakeException
                    || isNoTls(each)) {
                return true;
            }
        }
        return false;
    }

    /** What is answered in the clear is answered to a greeting; later failures of TLS may come after the request. */
    private static boolean isNoTls(Throwable cause) {
        return cause instanceof SSLException
                && String.valueOf(cause.getMessage()).contains("nrecognized SSL message");
    }

    /** Collects a body, and gives up on one that is too long. */
    private static final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
        private final int limit;
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
        private Flow.@org.jspecify.annotations.Nullable Subscription subscription;

        BoundedBody(int limit) {
            this.limit = limit;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                collected.writeBytes(bytes);
            }
            if (collected.size() > limit && subscription != null) {
                subscription.cancel();
                body.completeExceptionally(new IOException("The answer is longer than " + limit + " bytes"));
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(collected.toByteArray());
        }
    }
}
