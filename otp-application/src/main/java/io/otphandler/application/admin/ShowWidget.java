package io.otphandler.application.admin;

import io.otphandler.application.port.Widgets;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.util.Optional;

/** Shows all of a widget to its admin. Thread-safe. */
public final class ShowWidget {

    private final Widgets widgets;

    public ShowWidget(Widgets widgets) {
        this.widgets = widgets;
    }

    public Answer<Widget> show(Admin admin, WidgetId id) {
        Optional<Widget> widget = widgets.find(id);
        if (widget.isEmpty()) {
            return Answer.refused(Refusal.Reason.WIDGET_NOT_FOUND);
        }
        return admin.mayManage(widget.get().owner())
                ? Answer.granted(widget.get())
                : Answer.refused(Refusal.Reason.FORBIDDEN);
    }
}
