package io.otphandler.adapter.gateways.smpp;

import static org.jsmpp.SMPPConstant.STAT_ESME_RINVDSTADR;
import static org.jsmpp.SMPPConstant.STAT_ESME_RINVDSTNPI;
import static org.jsmpp.SMPPConstant.STAT_ESME_RINVDSTTON;
import static org.jsmpp.SMPPConstant.STAT_ESME_RINVMSGLEN;
import static org.jsmpp.SMPPConstant.STAT_ESME_RMSGQFUL;
import static org.jsmpp.SMPPConstant.STAT_ESME_RSUBMITFAIL;
import static org.jsmpp.SMPPConstant.STAT_ESME_RTHROTTLED;
import static org.jsmpp.SMPPConstant.STAT_ESME_RX_P_APPN;
import static org.jsmpp.SMPPConstant.STAT_ESME_RX_R_APPN;

import io.otphandler.application.port.Delivery;
import java.util.Map;
import java.util.Set;

/** What an SMSC's refusal of a message means (SMPP 3.4 §5.1.3). Stateless. */
final class Answers {

    private static final Map<Integer, String> REJECTIONS = Map.of(
            STAT_ESME_RINVMSGLEN, "the message is too long",
            STAT_ESME_RINVDSTADR, "the destination address is invalid",
            STAT_ESME_RINVDSTTON, "the destination's type of number is invalid",
            STAT_ESME_RINVDSTNPI, "the destination's numbering plan is invalid",
            STAT_ESME_RSUBMITFAIL, "submit_sm failed",
            STAT_ESME_RX_P_APPN, "permanent error",
            STAT_ESME_RX_R_APPN, "rejected");

    private static final Set<Integer> TOO_FAST = Set.of(STAT_ESME_RTHROTTLED, STAT_ESME_RMSGQFUL);

    private Answers() {}

    /** Whether it has had too many messages. */
    static boolean isTooFast(int status) {
        return TOO_FAST.contains(status);
    }

    /** What is about this recipient or text is rejected; all else may be better later, or with another gateway. */
    static Delivery delivery(int status) {
        String code = String.format("0x%08x", status);
        String rejection = REJECTIONS.get(status);
        if (rejection != null) {
            return Delivery.rejected("command_status " + code + ": " + rejection);
        }
        return Delivery.unavailable("command_status " + code + (isTooFast(status) ? ": throttled" : ""));
    }
}
