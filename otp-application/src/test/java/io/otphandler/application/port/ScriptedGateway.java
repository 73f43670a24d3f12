package io.otphandler.application.port;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A gateway that remembers what it was given and answers as told; without orders it accepts. Thread-safe. */
public final class ScriptedGateway implements Gateway {

    private final String name;
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final Queue<Function<Message, CompletionStage<Delivery>>> script = new ArrayDeque<>();
    private final Queue<Function<Callback, CallbackReading>> callbacks = new ArrayDeque<>();
    private final List<String> conclusions = new CopyOnWriteArrayList<>();
    private volatile boolean reachable = true;
    private volatile boolean wantsConclusions;

    public ScriptedGateway(String name) {
        this.name = name;
    }

    /** Answers the next message so; once. */
    public ScriptedGateway then(Delivery delivery) {
        return then(message -> CompletableFuture.completedFuture(delivery));
    }

    /** Handles the next message so; once. */
    public synchronized ScriptedGateway then(Function<Message, CompletionStage<Delivery>> answer) {
        script.add(answer);
        return this;
    }

    public void reachable(boolean now) {
        reachable = now;
    }

    /** Reads the next callback so; once. Without orders none is expected. */
    public ScriptedGateway thenReads(CallbackReading reading) {
        return thenReads(callback -> reading);
    }

    /** Reads the next callback so; once. */
    public synchronized ScriptedGateway thenReads(Function<Callback, CallbackReading> reading) {
        callbacks.add(reading);
        return this;
    }

    /** To be said before the application is put together. */
    public ScriptedGateway wantingConclusions() {
        wantsConclusions = true;
        return this;
    }

    /** What it was told in the end, such as {@code HELPED id 482913}. */
    public List<String> conclusions() {
        return List.copyOf(conclusions);
    }

    /** All that was handed over, the oldest first. */
    public List<Message> messages() {
        return List.copyOf(messages);
    }

    public Message last() {
        return messages.get(messages.size() - 1);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Health health() {
        return reachable ? Health.UP : Health.DOWN;
    }

    @Override
    public synchronized CallbackReading read(Callback callback) {
        return callbacks.isEmpty()
                ? CallbackReading.notExpected()
                : callbacks.remove().apply(callback);
    }

    @Override
    public boolean wantsConclusions() {
        return wantsConclusions;
    }

    @Override
    public void conclude(ProviderMessage message, Conclusion conclusion) {
        conclusions.add(conclusion.kind() + " " + message.messageId()
                + (conclusion.code() == null ? "" : " " + conclusion.code().digits()));
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        Function<Message, CompletionStage<Delivery>> answer;
        synchronized (this) {
            messages.add(message);
            answer = script.poll();
        }
        return answer == null ? CompletableFuture.completedFuture(Delivery.accepted()) : answer.apply(message);
    }
}
