package io.otphandler.application.admin;

import io.otphandler.application.port.AuditEntry.Part;
import io.otphandler.application.port.Widgets;
import io.otphandler.domain.widget.Widget;
import java.util.Optional;

/** Has a widget be as the configuration says. Thread-safe. */
public final class ConfigureWidget {

    private final Widgets widgets;
    private final Audit audit;

    public ConfigureWidget(Widgets widgets, Audit audit) {
        this.widgets = widgets;
        this.audit = audit;
    }

    /**
     * Saves it unless it is so already.
     *
     * @param wanted faultless; its revision is not looked at
     * @return as it was saved; empty: nothing was to be done
     */
    public Optional<Widget> configure(Widget wanted) {
        Optional<Widget> before = widgets.find(wanted.id());
        if (before.filter(widget -> widget.equals(wanted.withRevision(widget.revision())))
                .isPresent()) {
            return Optional.empty();
        }
        audit.record(
                Part.CONFIGURATION,
                wanted.owner(),
                SaveWidget.ACTION,
                wanted.id().toString(),
                WidgetChanges.details(before, wanted));
        return Optional.of(widgets.save(wanted));
    }
}
