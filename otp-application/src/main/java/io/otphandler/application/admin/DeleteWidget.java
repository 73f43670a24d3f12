package io.otphandler.application.admin;

import io.otphandler.application.port.Widgets;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.util.Map;

/** Forgets a widget; its running sessions go on. Thread-safe. */
public final class DeleteWidget {

    private final ShowWidget show;
    private final Widgets widgets;
    private final Audit audit;

    public DeleteWidget(Widgets widgets, Audit audit) {
        this.show = new ShowWidget(widgets);
        this.widgets = widgets;
        this.audit = audit;
    }

    /** The widget that is no more. */
    public Answer<Widget> delete(Admin admin, WidgetId id) {
        Answer<Widget> shown = show.show(admin, id);
        if (shown instanceof Answer.Granted<Widget> granted) {
            Widget widget = granted.value();
            audit.record(admin.actor(), widget.owner(), "widget.delete", id.toString(), Map.of("name", widget.name()));
            widgets.delete(id);
        }
        return shown;
    }
}
