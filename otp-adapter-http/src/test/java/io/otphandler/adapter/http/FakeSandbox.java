package io.otphandler.adapter.http;

import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Sandbox;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A sandbox that shows what the test put there, and remembers its orders. */
final class FakeSandbox implements Sandbox {
    record Order(AccountId account, Recipient recipient, ChannelType channel, String gateway, Behaviour behaviour) {}

    record Kept(AccountId account, Received message) {}

    final List<Kept> kept = new CopyOnWriteArrayList<>();
    final List<Order> orders = new CopyOnWriteArrayList<>();

    void keep(AccountId account, DispatchId dispatch, Recipient recipient, String code) {
        kept.add(
                0,
                new Kept(
                        account,
                        new Received(
                                dispatch,
                                ChannelType.SMS,
                                recipient,
                                code,
                                "text",
                                java.time.Instant.parse("2026-01-01T00:00:00Z"))));
    }

    @Override
    public Set<String> gateways() {
        return Set.of("sandbox");
    }

    @Override
    public List<Received> messages(AccountId account, Recipient recipient) {
        List<Received> found = new ArrayList<>();
        for (Kept one : kept) {
            if (one.account().equals(account)
                    && (recipient == null || recipient.equals(one.message().recipient()))) {
                found.add(one.message());
            }
        }
        return found;
    }

    @Override
    public void behave(
            AccountId account, Recipient recipient, ChannelType channel, String gateway, Behaviour behaviour) {
        orders.add(new Order(account, recipient, channel, gateway, behaviour));
    }
}
