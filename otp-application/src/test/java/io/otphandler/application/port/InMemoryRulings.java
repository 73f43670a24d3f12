package io.otphandler.application.port;

import io.otphandler.domain.guard.NumberPrefix;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Rulings that live as long as this object: for tests that need no infrastructure. Thread-safe. */
public final class InMemoryRulings implements Rulings {

    private final Map<Key, Ruling> rulings = new LinkedHashMap<>();
    private final Map<TaleKey, Tale> tales = new LinkedHashMap<>();

    private record Key(WidgetId widget, NumberPrefix prefix) {}

    private record TaleKey(UUID by, WidgetId widget, NumberPrefix prefix) {}

    @Override
    public synchronized void put(Ruling ruling) {
        rulings.put(new Key(ruling.widget(), ruling.prefix()), ruling);
    }

    @Override
    public synchronized List<Ruling> inForce(Instant now) {
        return rulings.values().stream()
                .filter(ruling -> ruling.keptUntil().isAfter(now))
                .toList();
    }

    @Override
    public synchronized void tell(Collection<Tale> told) {
        told.forEach(tale -> tales.put(new TaleKey(tale.by(), tale.widget(), tale.prefix()), tale));
    }

    @Override
    public synchronized List<Tale> toldSince(Instant instant, UUID exceptBy) {
        return tales.values().stream()
                .filter(tale -> !tale.toldAt().isBefore(instant) && !tale.by().equals(exceptBy))
                .toList();
    }

    @Override
    public synchronized int deleteEnded(Instant now, int limit) {
        List<Key> ended = rulings.entrySet().stream()
                .filter(entry -> !entry.getValue().keptUntil().isAfter(now))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
        ended.forEach(rulings::remove);
        List<TaleKey> old = tales.entrySet().stream()
                .filter(entry -> !entry.getValue().toldAt().isAfter(now.minus(Duration.ofDays(1))))
                .limit(limit - ended.size())
                .map(Map.Entry::getKey)
                .toList();
        old.forEach(tales::remove);
        return ended.size() + old.size();
    }
}
