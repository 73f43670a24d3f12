package io.otphandler.application.port;

import io.otphandler.domain.session.SessionId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Providers' names of messages that live as long as this object. Thread-safe. */
public final class InMemoryProviderMessages implements ProviderMessages {

    private record Name(String gateway, String messageId) {}

    private record Kept(DispatchId dispatch, Instant at) {}

    private final Map<Name, Kept> names = new LinkedHashMap<>();
    private boolean failing;

    /** As a store that cannot be reached. */
    public synchronized void failing(boolean now) {
        failing = now;
    }

    private void check() {
        if (failing) {
            throw new StoreUnavailableException("down", null);
        }
    }

    @Override
    public synchronized CompletableFuture<?> keep(Collection<ProviderMessage> messages, Instant now) {
        if (failing) {
            return CompletableFuture.failedFuture(new StoreUnavailableException("down", null));
        }
        messages.forEach(message ->
                names.put(new Name(message.gateway(), message.messageId()), new Kept(message.dispatch(), now)));
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public synchronized Map<String, DispatchId> find(String gateway, Collection<String> messageIds) {
        check();
        Map<String, DispatchId> found = new HashMap<>();
        for (String messageId : messageIds) {
            Kept kept = names.get(new Name(gateway, messageId));
            if (kept != null) {
                found.put(messageId, kept.dispatch());
            }
        }
        return found;
    }

    @Override
    public synchronized List<ProviderMessage> of(SessionId session) {
        check();
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().dispatch().session().equals(session))
                .map(entry -> new ProviderMessage(
                        entry.getKey().gateway(),
                        entry.getKey().messageId(),
                        entry.getValue().dispatch()))
                .toList();
    }

    @Override
    public synchronized int deleteKeptBefore(Instant instant, int limit) {
        check();
        int deleted = 0;
        Iterator<Kept> all = names.values().iterator();
        while (all.hasNext() && deleted < limit) {
            if (all.next().at().isBefore(instant)) {
                all.remove();
                deleted++;
            }
        }
        return deleted;
    }
}
