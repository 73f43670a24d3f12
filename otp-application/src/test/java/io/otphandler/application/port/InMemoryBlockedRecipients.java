package io.otphandler.application.port;

import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A block list that lives as long as this object. Thread-safe. */
public final class InMemoryBlockedRecipients implements BlockedRecipients {

    private final Map<AccountId, Set<Recipient>> blocked = new HashMap<>();

    @Override
    public synchronized boolean contains(AccountId account, Recipient recipient) {
        return blocked.getOrDefault(account, Set.of()).contains(recipient);
    }

    @Override
    public synchronized void add(AccountId account, Recipient recipient) {
        blocked.computeIfAbsent(account, key -> new HashSet<>()).add(recipient);
    }

    @Override
    public synchronized void remove(AccountId account, Recipient recipient) {
        blocked.getOrDefault(account, new HashSet<>()).remove(recipient);
    }

    @Override
    public synchronized List<Recipient> of(AccountId account) {
        return blocked.getOrDefault(account, Set.of()).stream()
                .sorted(Comparator.comparing(Recipient::value))
                .toList();
    }
}
