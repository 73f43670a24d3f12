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
    private volatile boolean reachable = true;

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
    public boolean isReachable() {
        return reachable;
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
