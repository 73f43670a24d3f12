package io.otphandler.application.port;

import io.otphandler.domain.session.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * What a provider reports of one message. Exactly one of both names is there. Its {@code toString} shows no code.
 *
 * @param dispatch where the provider tells us our own name of the message
 * @param messageId the provider's name, as in {@link Delivery#messageIds}
 * @param code the digits that the provider sent instead of ours, with {@link Receipt.Status#CODE_TYPE_CHANGED}
 */
public record Report(
        @Nullable DispatchId dispatch,
        @Nullable String messageId,
        Receipt.Status status,
        @Nullable String code) {

    public Report {
        if ((dispatch == null) == (messageId == null)) {
            throw new IllegalArgumentException("A report names a message by its dispatch or by the provider's id");
        }
    }

    public static Report of(DispatchId dispatch, Receipt.Status status) {
        return new Report(dispatch, null, status, null);
    }

    public static Report of(String messageId, Receipt.Status status) {
        return new Report(null, messageId, status, null);
    }

    @Override
    public String toString() {
        return "Report[" + (dispatch == null ? messageId : dispatch) + ", " + status + "]";
    }
}
