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

    @Override
    public synchronized CompletableFuture<?> keep(Collection<ProviderMessage> messages, Instant now) {
        messages.forEach(message ->
                names.put(new Name(message.gateway(), message.messageId()), new Kept(message.dispatch(), now)));
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public synchronized Map<String, DispatchId> find(String gateway, Collection<String> messageIds) {
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
