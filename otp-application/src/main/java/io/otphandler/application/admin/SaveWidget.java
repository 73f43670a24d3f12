package io.otphandler.application.admin;

import io.otphandler.application.port.Widgets;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.widget.Violation;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetPolicies;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Creates or replaces a widget. Running sessions keep the channels that they began with. Thread-safe. */
public final class SaveWidget {

    static final String ACTION = "widget.save";

    private final Widgets widgets;
    private final Audit audit;

    public SaveWidget(Widgets widgets, Audit audit) {
        this.widgets = widgets;
        this.audit = audit;
    }

    /**
     * Saves the draft, unless something is wrong with it.
     *
     * @param draft its owner must be the admin's account unless the admin is root; its revision is not looked at
     */
    public Answer<Outcome> save(Admin admin, Widget draft) {
        List<Violation> violations = new ArrayList<>(WidgetPolicies.violations(draft));
        Optional<Widget> before = widgets.find(draft.id());
        if (!admin.mayManage(draft.owner())
                || before.filter(widget -> !admin.mayManage(widget.owner())).isPresent()) {
            return Answer.refused(Refusal.Reason.FORBIDDEN);
        }
        before.filter(widget -> !widget.owner().equals(draft.owner()))
                .ifPresent(widget -> violations.add(
                        new Violation("owner", "expected " + widget.owner() + ": a widget stays with its account")));
        if (!violations.isEmpty()) {
            return Answer.granted(new Outcome(Optional.empty(), false, List.copyOf(violations)));
        }
        audit.record(admin.actor(), draft.owner(), ACTION, draft.id().toString(), WidgetChanges.details(before, draft));
        return Answer.granted(new Outcome(Optional.of(widgets.save(draft)), before.isEmpty(), List.of()));
    }

    /**
     * What came of it.
     *
     * @param saved empty: nothing was saved, because of the violations
     * @param created whether there was no such widget before
     */
    public record Outcome(Optional<Widget> saved, boolean created, List<Violation> violations) {}
}
