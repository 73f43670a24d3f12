package io.otphandler.application.admin;

import io.otphandler.application.guard.PrefixGuard;
import io.otphandler.application.port.Widgets;
import io.otphandler.domain.guard.NumberPrefix;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Shows how the guard treats number prefixes, and overrules it. Thread-safe. */
public final class RulePrefixes {

    private final PrefixGuard guard;
    private final Widgets widgets;
    private final Audit audit;
    private final Clock clock;

    public RulePrefixes(PrefixGuard guard, Widgets widgets, Audit audit, Clock clock) {
        this.guard = guard;
        this.widgets = widgets;
        this.audit = audit;
        this.clock = clock;
    }

    /** Of all the admin's widgets that are asked for, in the order of their names. */
    public List<PrefixGuard.Standing> find(Admin admin, Predicate<WidgetId> wanted) {
        return new FindWidgets(widgets)
                .find(admin).stream()
                        .map(Widget::id)
                        .filter(wanted)
                        .flatMap(id -> guard.standings(id, clock.instant()).stream())
                        .toList();
    }

    /** Forgets what was counted of a prefix, a block with it, and what was allowed. */
    public Answer<Widget> lift(Admin admin, WidgetId id, NumberPrefix prefix) {
        return changed(admin, id, prefix, "guard.lift", () -> guard.lift(id, prefix, clock.instant()));
    }

    /** Puts a prefix on the allow-list. */
    public Answer<Widget> allow(Admin admin, WidgetId id, NumberPrefix prefix) {
        return changed(admin, id, prefix, "guard.allow", () -> guard.allow(id, prefix, clock.instant()));
    }

    private Answer<Widget> changed(Admin admin, WidgetId id, NumberPrefix prefix, String action, Runnable change) {
        Answer<Widget> found = new ShowWidget(widgets).show(admin, id);
        return found.fold(
                widget -> {
                    audit.record(
                            admin.actor(), widget.owner(), action, prefix.toString(), Map.of("widget", id.toString()));
                    change.run();
                    return found;
                },
                refusal -> found);
    }
}
