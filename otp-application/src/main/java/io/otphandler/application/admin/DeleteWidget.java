package io.otphandler.application.admin;

import io.otphandler.application.port.Widgets;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;

/** Forgets a widget; its running sessions go on. Thread-safe. */
public final class DeleteWidget {

    private final ShowWidget show;
    private final Widgets widgets;

    public DeleteWidget(Widgets widgets) {
        this.show = new ShowWidget(widgets);
        this.widgets = widgets;
    }

    /** The widget that is no more. */
    public Answer<Widget> delete(Admin admin, WidgetId id) {
        Answer<Widget> shown = show.show(admin, id);
        if (shown instanceof Answer.Granted<Widget>) {
            widgets.delete(id);
        }
        return shown;
    }
}
