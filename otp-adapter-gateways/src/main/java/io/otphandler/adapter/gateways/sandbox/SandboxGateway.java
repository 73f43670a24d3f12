package io.otphandler.adapter.gateways.sandbox;

import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.Sandbox.Behaviour;
import io.otphandler.application.port.Sandbox.Received;
import io.otphandler.application.port.Timers;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A gateway without a provider behind it: accepts everything, unless told otherwise, and keeps the last
 * {@value #MAX_MESSAGES} messages in memory. A message that is accepted, or may have been, is there from the moment it
 * is handed over, however late the answer comes; one that comes again is there again. Thread-safe.
 */
public final class SandboxGateway implements Gateway {

    static final int MAX_MESSAGES = 1_000;
    static final int MAX_BEHAVIOURS = 10_000;

    private static final Pattern CODE = Pattern.compile("[0-9]{1,32}");

    private final String name;
    private final Behaviour usual;
    private final Clock clock;
    private final Timers timers;
    private final Deque<Kept> messages = new ArrayDeque<>();
    private final Map<Addressee, Behaviour> behaviours = new LinkedHashMap<>();

    /**
     * @param code the 1 to 32 digits that "the provider" always chooses; null: it sends ours
     * @throws IllegalArgumentException when the code is something else
     */
    public SandboxGateway(String name, @Nullable String code, Clock clock, Timers timers) {
        this.name = name;
        this.usual = checked(new Behaviour(Delivery.Kind.ACCEPTED, Duration.ZERO, code));
        this.clock = clock;
        this.timers = timers;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        Behaviour behaviour = receive(message);
        Delivery answer = answer(message, behaviour);
        if (behaviour.delay().isZero()) {
            return CompletableFuture.completedFuture(answer);
        }
        CompletableFuture<Delivery> later = new CompletableFuture<>();
        timers.after(behaviour.delay(), () -> later.complete(answer));
        return later;
    }

    /** The account's messages, to that recipient or to anybody, the newest first. */
    List<Received> messages(AccountId account, @Nullable Recipient recipient) {
        return newestFirst().stream()
                .filter(kept -> kept.account.equals(account))
                .map(Kept::received)
                .filter(received -> recipient == null || received.recipient().equals(recipient))
                .toList();
    }

    /** At most {@value #MAX_BEHAVIOURS} are remembered; the one told longest ago is forgotten first. */
    synchronized void behave(AccountId account, Recipient recipient, ChannelType channel, Behaviour behaviour) {
        Addressee addressee = new Addressee(account, recipient, channel);
        // told again, it is the newest again
        behaviours.remove(addressee);
        behaviours.put(addressee, checked(behaviour));
        if (behaviours.size() > MAX_BEHAVIOURS) {
            Iterator<Addressee> eldest = behaviours.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    private synchronized Behaviour receive(Message message) {
        Behaviour behaviour = behaviours.getOrDefault(
                new Addressee(message.account(), message.recipient(), message.channel()), usual);
        if (behaviour.outcome() == Delivery.Kind.ACCEPTED || behaviour.outcome() == Delivery.Kind.UNKNOWN) {
            messages.addFirst(new Kept(message.account(), received(message, behaviour)));
            if (messages.size() > MAX_MESSAGES) {
                messages.removeLast();
            }
        }
        return behaviour;
    }

    private synchronized List<Kept> newestFirst() {
        return List.copyOf(messages);
    }

    private Received received(Message message, Behaviour behaviour) {
        String ours = message.code().digits();
        String code = Objects.requireNonNullElse(chosen(message, behaviour), ours);
        String text = message.text();
        return new Received(
                message.id(),
                message.channel(),
                message.recipient(),
                message.codeType() == CodeType.CODE ? code : null,
                // a provider that chooses the code writes the text with it
                text == null ? null : text.replace(ours, code),
                clock.instant());
    }

    private Delivery answer(Message message, Behaviour behaviour) {
        return switch (behaviour.outcome()) {
            case ACCEPTED -> {
                String chosen = chosen(message, behaviour);
                yield chosen == null ? Delivery.accepted() : Delivery.acceptedWith(chosen);
            }
            case REJECTED -> Delivery.rejected("told so");
            case UNAVAILABLE -> Delivery.unavailable("told so");
            case UNKNOWN -> Delivery.unknown("told so");
            case UNANSWERED -> Delivery.unanswered("told so");
        };
    }

    /** Where no code is sent, none is chosen. */
    private @Nullable String chosen(Message message, Behaviour behaviour) {
        if (message.codeType() == CodeType.CODELESS) {
            return null;
        }
        return behaviour.code() == null ? usual.code() : behaviour.code();
    }

    private static Behaviour checked(Behaviour behaviour) {
        String code = behaviour.code();
        if (code != null && !CODE.matcher(code).matches()) {
            throw new IllegalArgumentException("A sandbox's code is 1 to 32 digits");
        }
        if (behaviour.delay().isNegative()) {
            throw new IllegalArgumentException("A delay is not negative, as " + behaviour.delay() + " is");
        }
        return behaviour;
    }

    private record Addressee(AccountId account, Recipient recipient, ChannelType channel) {}

    private record Kept(AccountId account, Received received) {}
}
