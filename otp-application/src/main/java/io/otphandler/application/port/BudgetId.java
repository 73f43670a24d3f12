package io.otphandler.application.port;

import java.util.UUID;

/** Names what an account may still ask of one recipient, without telling whom. */
public record BudgetId(UUID value) {

    public Counter messages() {
        return new Counter(value, Counter.Kind.MESSAGES);
    }

    public Counter wrongCodes() {
        return new Counter(value, Counter.Kind.WRONG_CODES);
    }
}
