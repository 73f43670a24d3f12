package io.otphandler.application.admin;

import io.otphandler.application.limit.SendLimits;
import io.otphandler.application.port.Counter;
import io.otphandler.application.port.Limits;
import io.otphandler.application.port.Widgets;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.util.List;
import java.util.Map;

/** Forgets what was counted of a recipient: messages, sends and wrong codes of the account. Thread-safe. */
public final class LiftLimits {

    private final Limits limits;
    private final Widgets widgets;
    private final SendLimits rules;
    private final Audit audit;

    public LiftLimits(Limits limits, Widgets widgets, SendLimits rules, Audit audit) {
        this.limits = limits;
        this.widgets = widgets;
        this.rules = rules;
        this.audit = audit;
    }

    /**
     * Answers once all is forgotten.
     *
     * @param admin who may manage the account
     */
    public void lift(Admin admin, AccountId account, Recipient recipient) {
        List<Counter> counters = rules.ofRecipient(account, widgets.ownedBy(account), recipient);
        audit.record(admin.actor(), account, "limits.lift", recipient.masked(), Map.of());
        limits.lift(counters);
    }
}
