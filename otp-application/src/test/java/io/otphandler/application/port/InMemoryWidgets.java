package io.otphandler.application.port;

import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Widgets that live as long as this object. Thread-safe. */
public final class InMemoryWidgets implements Widgets {

    private final Map<WidgetId, Widget> current = new HashMap<>();
    private final Map<WidgetId, Integer> revisions = new HashMap<>();

    @Override
    public synchronized Optional<Widget> find(WidgetId id) {
        return Optional.ofNullable(current.get(id));
    }

    @Override
    public synchronized Widget save(Widget widget) {
        Widget saved = widget.withRevision(revisions.merge(widget.id(), 1, Integer::sum));
        current.put(widget.id(), saved);
        return saved;
    }

    @Override
    public synchronized Optional<Widget> update(WidgetId id, UnaryOperator<Widget> change) {
        return find(id).map(widget -> save(change.apply(widget)));
    }

    @Override
    public synchronized void delete(WidgetId id) {
        current.remove(id);
    }

    @Override
    public synchronized List<Widget> ownedBy(AccountId owner) {
        return all().stream().filter(widget -> widget.owner().equals(owner)).toList();
    }

    @Override
    public synchronized List<Widget> all() {
        return current.values().stream()
                .sorted(Comparator.comparing(Widget::name)
                        .thenComparing(widget -> widget.id().toString()))
                .toList();
    }
}
