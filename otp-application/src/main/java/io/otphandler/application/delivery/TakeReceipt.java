package io.otphandler.application.delivery;

import io.otphandler.application.code.CodeKey;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Sessions;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.session.Receipt;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Takes what a gateway reports of a message: early, late, twice or out of order. Thread-safe. */
public final class TakeReceipt {

    private final Sessions sessions;
    private final CodeKey codes;
    private final Clock clock;

    public TakeReceipt(Sessions sessions, CodeKey codes, Clock clock) {
        this.sessions = sessions;
        this.codes = codes;
        this.clock = clock;
    }

    /**
     * Returns once what it changes is safe.
     *
     * @param code the digits that the provider sent instead of ours; null: none
     * @return whether it came in time to matter; false also where there is no such session any more
     */
    public boolean take(DispatchId dispatch, Receipt.Status status, @Nullable String code) {
        Receipt receipt = receipt(dispatch, status, code);
        return sessions.decide(dispatch.session(), session -> {
                    Instant now = clock.instant();
                    return session.isGone(now) ? session.settle(now) : session.receive(dispatch.number(), receipt, now);
                })
                .orElse(false);
    }

    private Receipt receipt(DispatchId dispatch, Receipt.Status status, @Nullable String code) {
        if (status != Receipt.Status.CODE_TYPE_CHANGED || code == null) {
            return Receipt.of(status);
        }
        // a code too short to be one is as good as no message
        return Code.isCode(code)
                ? new Receipt(status, codes.keep(dispatch.session().value(), new Code(code)))
                : Receipt.of(Receipt.Status.UNDELIVERED);
    }
}
