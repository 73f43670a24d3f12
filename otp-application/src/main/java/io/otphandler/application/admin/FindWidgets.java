package io.otphandler.application.admin;

import io.otphandler.application.port.Widgets;
import io.otphandler.domain.widget.Widget;
import java.util.List;

/** Lists the widgets that an admin manages, by name. Thread-safe. */
public final class FindWidgets {

    private final Widgets widgets;

    public FindWidgets(Widgets widgets) {
        this.widgets = widgets;
    }

    public List<Widget> find(Admin admin) {
        return admin.root() ? widgets.all() : widgets.ownedBy(admin.account());
    }
}
