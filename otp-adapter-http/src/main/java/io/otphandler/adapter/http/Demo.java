package io.otphandler.adapter.http;

import io.otphandler.adapter.http.token.Scope;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.util.Map;

/**
 * What the demo page stands on. Immutable.
 *
 * @param usual the widget that a token is for unless another is asked for
 * @param widgets all that the demo may use, with their owners
 * @param toEverybody false: it is shown only to requests from this machine
 */
public record Demo(WidgetId usual, Map<WidgetId, AccountId> widgets, boolean toEverybody, Signer tokens) {
    public Demo {
        widgets = Map.copyOf(widgets);
    }

    /** Signs tokens that this service itself believes. Thread-safe. */
    @FunctionalInterface
    public interface Signer {
        /** A token of that account with that one scope, for that one widget, from now on. */
        String sign(AccountId account, Scope scope, WidgetId widget, Duration timeToLive);
    }
}
