package io.otphandler.adapter.gateways.sandbox;

import io.otphandler.application.port.Sandbox;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All sandbox gateways of this node, seen as one. Thread-safe. */
public final class Sandboxes implements Sandbox {

    private final Map<String, SandboxGateway> byName = new LinkedHashMap<>();

    public Sandboxes(Collection<SandboxGateway> gateways) {
        gateways.forEach(gateway -> byName.put(gateway.name(), gateway));
    }

    @Override
    public Set<String> gateways() {
        return Collections.unmodifiableSet(byName.keySet());
    }

    @Override
    public List<Received> messages(AccountId account, @Nullable Recipient recipient) {
        // the sort is stable: what one gateway got within the same instant keeps its order
        return byName.values().stream()
                .flatMap(gateway -> gateway.messages(account, recipient).stream())
                .sorted(Comparator.comparing(Received::at).reversed())
                .toList();
    }

    @Override
    public void behave(
            AccountId account,
            Recipient recipient,
            ChannelType channel,
            @Nullable String gateway,
            Behaviour behaviour) {
        if (gateway == null) {
            byName.values().forEach(each -> each.behave(account, recipient, channel, behaviour));
            return;
        }
        SandboxGateway named = byName.get(gateway);
        if (named == null) {
            throw new IllegalArgumentException("There is no sandbox gateway of that name");
        }
        named.behave(account, recipient, channel, behaviour);
    }
}
