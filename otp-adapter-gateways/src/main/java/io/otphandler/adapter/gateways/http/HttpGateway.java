package io.otphandler.adapter.gateways.http;

import io.otphandler.adapter.gateways.call.ProviderClient;
import io.otphandler.application.port.Callback;
import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Message;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A provider that takes messages over HTTP, as it is configured. Thread-safe. */
final class HttpGateway implements Gateway {

    private final String name;
    private final RequestTemplate request;
    private final AnswerRule answers;
    private final @Nullable CallbackRule callbacks;
    private final Duration timeout;
    private final boolean isIdempotent;
    private final ProviderClient client;
    private final Clock clock;

    /** @param callbacks null: none are expected */
    HttpGateway(
            String name,
            RequestTemplate request,
            AnswerRule answers,
            @Nullable CallbackRule callbacks,
            Duration timeout,
            boolean isIdempotent,
            ProviderClient client,
            Clock clock) {
        this.name = name;
        this.request = request;
        this.answers = answers;
        this.callbacks = callbacks;
        this.timeout = timeout;
        this.isIdempotent = isIdempotent;
        this.client = client;
        this.clock = clock;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        return client.deliver(request.fill(message, clock.instant()), timeout, isIdempotent, answers::read);
    }

    @Override
    public CallbackReading read(Callback callback) {
        return callbacks == null ? CallbackReading.notExpected() : callbacks.read(callback);
    }
}
