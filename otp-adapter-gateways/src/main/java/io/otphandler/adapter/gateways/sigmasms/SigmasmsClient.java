package io.otphandler.adapter.gateways.sigmasms;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.otphandler.adapter.gateways.call.Answer;
import io.otphandler.adapter.gateways.call.Forms;
import io.otphandler.adapter.gateways.call.ProviderClient;
import io.otphandler.adapter.gateways.kind.Secret;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * SigmaSMS's API behind its token: fetched when it is needed, by one for all that wait for it, and once more when it is
 * not believed any longer. Thread-safe.
 */
final class SigmasmsClient {

    private static final int UNAUTHORIZED = 401;

    private final URI url;
    private final String username;
    private final Secret password;
    private final Duration timeout;
    private final ProviderClient client;
    private @Nullable CompletableFuture<Secret> token;

    SigmasmsClient(URI url, String username, Secret password, Duration timeout, ProviderClient client) {
        this.url = url;
        this.username = username;
        this.password = password;
        this.timeout = timeout;
        this.client = client;
    }

    /** It fails with a {@link ConnectException} where there is no token: then nothing has been asked. */
    CompletableFuture<Answer> send(Function<HttpRequest.Builder, HttpRequest.Builder> request, String... steps) {
        CompletableFuture<Secret> first = token(null);
        return first.thenCompose(held -> send(held, request, steps)
                .thenCompose(answer -> answer.status() == UNAUTHORIZED
                        ? token(first).thenCompose(fresh -> send(fresh, request, steps))
                        : CompletableFuture.completedFuture(answer)));
    }

    private CompletableFuture<Answer> send(
            Secret held, Function<HttpRequest.Builder, HttpRequest.Builder> request, String... steps) {
        // the token alone, without "Bearer"
        return client.send(
                request.apply(Forms.to(url, steps))
                        .setHeader("Authorization", held.value())
                        .build(),
                timeout);
    }

    /** @param rejected the one that is not believed any longer; null: whichever there is */
    private synchronized CompletableFuture<Secret> token(@Nullable CompletableFuture<Secret> rejected) {
        CompletableFuture<Secret> current = token;
        if (current == null || current == rejected || current.isCompletedExceptionally()) {
            current = login();
            token = current;
        }
        return current;
    }

    private CompletableFuture<Secret> login() {
        return client.send(
                        Forms.postJson(
                                        Forms.to(url, "api", "login"),
                                        JsonNodeFactory.instance
                                                .objectNode()
                                                .put("username", username)
                                                .put("password", password.value()))
                                .build(),
                        timeout)
                .handle((answer, failure) -> {
                    String got = failure == null && answer.isSuccess()
                            ? answer.json().path("token").asText()
                            : "";
                    if (got.isEmpty()) {
                        throw new CompletionException(new ConnectException("the login failed: "
                                + (failure == null ? "HTTP " + answer.status() : failure.toString())));
                    }
                    return new Secret(got);
                });
    }
}
