package io.otphandler.application.session;

import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is asking, as their token says.
 *
 * @param widgets the only widgets that the token is good for; null: all of the account's
 * @param call which of their calls this is; null: one that will not come again
 */
public record Caller(
        AccountId account,
        @Nullable Set<WidgetId> widgets,
        @Nullable KeyedCall call) {

    public Caller {
        widgets = widgets == null ? null : Set.copyOf(widgets);
    }

    public Caller(AccountId account, @Nullable Set<WidgetId> widgets) {
        this(account, widgets, null);
    }

    /** The same, with a call that may come again. */
    public Caller with(KeyedCall keyed) {
        return new Caller(account, widgets, keyed);
    }

    /** Whether the widget, or a session of it, is the caller's to use. */
    public boolean mayUse(Widget widget) {
        return widget.owner().equals(account) && (widgets == null || widgets.contains(widget.id()));
    }
}
