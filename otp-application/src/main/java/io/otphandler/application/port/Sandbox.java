package io.otphandler.application.port;

import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sandbox gateways of this node, for whoever tries things out: what they were given, and what they are to do. Thread-safe. */
public interface Sandbox {

    /** The names of the sandbox gateways; empty: there is none. */
    Set<String> gateways();

    /**
     * What the account's sessions handed over, the newest first.
     *
     * @param recipient null: to anybody
     */
    List<Received> messages(AccountId account, @Nullable Recipient recipient);

    /**
     * From now on treats the account's messages to that recipient over that channel so.
     *
     * @param gateway one of {@link #gateways}; null: all of them
     */
    void behave(
            AccountId account, Recipient recipient, ChannelType channel, @Nullable String gateway, Behaviour behaviour);

    /**
     * A message that a sandbox gateway has.
     *
     * @param code that the user is to type; null: it is only to be confirmed
     * @param text null: the channel has no words
     */
    record Received(
            DispatchId dispatch,
            ChannelType channel,
            Recipient recipient,
            @Nullable String code,
            @Nullable String text,
            Instant at) {}

    /**
     * What to do with a message.
     *
     * @param delay before the answer
     * @param code the digits that "the provider" chooses; null: it sends ours
     */
    record Behaviour(
            Delivery.Kind outcome, Duration delay, @Nullable String code) {}
}
