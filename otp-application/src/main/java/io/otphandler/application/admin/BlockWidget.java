package io.otphandler.application.admin;

import io.otphandler.application.port.Widgets;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.util.Map;

/** Blocks a widget, or lets it go again. Thread-safe. */
public final class BlockWidget {

    private final ShowWidget show;
    private final Widgets widgets;
    private final Audit audit;

    public BlockWidget(Widgets widgets, Audit audit) {
        this.show = new ShowWidget(widgets);
        this.widgets = widgets;
        this.audit = audit;
    }

    /** The widget as it is then. */
    public Answer<Widget> block(Admin admin, WidgetId id, boolean blocked) {
        return show.show(admin, id).fold(found -> set(admin, found, blocked), Answer::refused);
    }

    private Answer<Widget> set(Admin admin, Widget found, boolean blocked) {
        audit.record(
                admin.actor(),
                found.owner(),
                blocked ? "widget.block" : "widget.unblock",
                found.id().toString(),
                Map.of("name", found.name()));
        return widgets.update(found.id(), widget -> widget.withBlocked(blocked))
                .map(Answer::granted)
                .orElseGet(() -> Answer.refused(Refusal.Reason.WIDGET_NOT_FOUND));
    }
}
