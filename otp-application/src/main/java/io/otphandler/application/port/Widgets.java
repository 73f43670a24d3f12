package io.otphandler.application.port;

import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The widgets as they are now. Their earlier revisions are kept for as long as sessions need them. Thread-safe. Every
 * method throws {@link StoreUnavailableException} while the store cannot be reached.
 */
public interface Widgets {

    Optional<Widget> find(WidgetId id);

    /**
     * The widget as it was when it was found last, where that costs less than to find it: perhaps not as it is, for whoever
     * has what comes of it confirmed, as by {@link Sessions#submitFirst}. Empty: find it.
     */
    default Optional<Widget> recall(WidgetId id) {
        return Optional.empty();
    }

    /**
     * Creates or replaces a widget; its revision is made one higher than the last, or 1.
     *
     * @return as it was saved
     */
    Widget save(Widget widget);

    /** Replaces a widget by what the change makes of it, atomically; empty: there is no such widget. */
    Optional<Widget> update(WidgetId id, UnaryOperator<Widget> change);

    /** Forgets a widget; its running sessions go on. */
    void delete(WidgetId id);

    /** In the order of their names, then ids. */
    List<Widget> ownedBy(AccountId owner);

    /** Those of every account, in the order of their names, then ids. */
    List<Widget> all();
}
