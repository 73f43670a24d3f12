package io.otphandler.application.admin;

import io.otphandler.application.port.Widgets;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;

/** Blocks a widget, or lets it go again. Thread-safe. */
public final class BlockWidget {

    private final ShowWidget show;
    private final Widgets widgets;

    public BlockWidget(Widgets widgets) {
        this.show = new ShowWidget(widgets);
        this.widgets = widgets;
    }

    /** The widget as it is then. */
    public Answer<Widget> block(Admin admin, WidgetId id, boolean blocked) {
        return show.show(admin, id)
                .fold(
                        found -> widgets.update(id, widget -> widget.withBlocked(blocked))
                                .map(Answer::granted)
                                .orElseGet(() -> Answer.refused(Refusal.Reason.WIDGET_NOT_FOUND)),
                        Answer::refused);
    }
}
