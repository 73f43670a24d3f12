package io.otphandler.adapter.gateways.smpp;

import java.util.Objects;
import org.jsmpp.bean.NumberingPlanIndicator;
import org.jsmpp.bean.TypeOfNumber;
import org.jspecify.annotations.Nullable;

/**
 * Who a message comes from.
 *
 * @param address null: whom the SMSC puts there
 */
record SourceAddress(
        TypeOfNumber ton,
        NumberingPlanIndicator npi,
        @Nullable String address) {

    /** Shorter numbers are an operator's own. */
    private static final int LONGEST_SHORT_CODE = 6;

    /** @param sender null: the gateway's own */
    static SourceAddress of(@Nullable String sender, SmppSettings settings) {
        String address = Objects.requireNonNullElse(sender, settings.sender());
        if (address.isEmpty()) {
            return new SourceAddress(TypeOfNumber.UNKNOWN, NumberingPlanIndicator.UNKNOWN, null);
        }
        String digits = address.startsWith("+") ? address.substring(1) : address;
        SourceAddress byItsLooks;
        if (!digits.matches("[0-9]+")) {
            byItsLooks = new SourceAddress(TypeOfNumber.ALPHANUMERIC, NumberingPlanIndicator.UNKNOWN, address);
        } else if (!address.startsWith("+") && digits.length() <= LONGEST_SHORT_CODE) {
            byItsLooks = new SourceAddress(TypeOfNumber.NETWORK_SPECIFIC, NumberingPlanIndicator.UNKNOWN, digits);
        } else {
            byItsLooks = new SourceAddress(TypeOfNumber.INTERNATIONAL, NumberingPlanIndicator.ISDN, digits);
        }
        Integer ton = settings.sourceTon();
        Integer npi = settings.sourceNpi();
        return new SourceAddress(
                ton == null ? byItsLooks.ton : TypeOfNumber.valueOf(ton.byteValue()),
                npi == null ? byItsLooks.npi : NumberingPlanIndicator.valueOf(npi.byteValue()),
                byItsLooks.address);
    }
}
