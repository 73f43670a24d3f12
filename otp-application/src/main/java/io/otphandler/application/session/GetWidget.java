package io.otphandler.application.session;

import io.otphandler.application.port.Widgets;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.util.Optional;

/** {@code getWidget}: what a form has to know of itself. Thread-safe. */
public final class GetWidget {

    private final Widgets widgets;

    public GetWidget(Widgets widgets) {
        this.widgets = widgets;
    }

    public Answer<Widget> get(Caller caller, WidgetId id) {
        Optional<Widget> widget = widgets.find(id);
        if (widget.isEmpty()) {
            return Answer.refused(Refusal.Reason.WIDGET_NOT_FOUND);
        }
        return caller.mayUse(widget.get()) ? Answer.granted(widget.get()) : Answer.refused(Refusal.Reason.FORBIDDEN);
    }
}
