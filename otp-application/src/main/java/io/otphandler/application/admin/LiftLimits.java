package io.otphandler.application.admin;

import io.otphandler.application.limit.SendLimits;
import io.otphandler.application.port.Limits;
import io.otphandler.application.port.Widgets;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;

/** Forgets what was counted of a recipient: messages, sends and wrong codes of the account. Thread-safe. */
public final class LiftLimits {

    private final Limits limits;
    private final Widgets widgets;
    private final SendLimits rules;

    public LiftLimits(Limits limits, Widgets widgets, SendLimits rules) {
        this.limits = limits;
        this.widgets = widgets;
        this.rules = rules;
    }

    public void lift(AccountId account, Recipient recipient) {
        limits.lift(rules.ofRecipient(account, widgets.ownedBy(account), recipient));
    }
}
