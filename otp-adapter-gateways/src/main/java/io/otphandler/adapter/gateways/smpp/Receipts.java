package io.otphandler.adapter.gateways.smpp;

import io.otphandler.application.port.ProviderMessage;
import io.otphandler.application.port.Report;
import io.otphandler.domain.session.Receipt;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsmpp.bean.OptionalParameter;
import org.jspecify.annotations.Nullable;

/**
 * Reads delivery receipts: by the parameters receipted_message_id and message_state where they are there, else by the text
 * that nearly all SMSCs write (SMPP 3.4 appendix B). Stateless.
 */
final class Receipts {

    private static final short MESSAGE_PAYLOAD = 0x0424;
    private static final short RECEIPTED_MESSAGE_ID = 0x001E;
    private static final short MESSAGE_STATE = 0x0427;

    private static final Pattern ID = Pattern.compile("(?:^|[\\s;,])id:\\s*([^\\s;,]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern STAT = Pattern.compile("(?:^|[\\s;,])stat:\\s*([A-Z]+)", Pattern.CASE_INSENSITIVE);

    private Receipts() {}

    /** Empty: it says nothing that matters, as that the message is on its way; or cannot be understood. */
    static Optional<Report> report(byte @Nullable [] shortMessage, OptionalParameter[] parameters, MessageIds ids) {
        String text = text(shortMessage, parameters);
        return state(text, parameters)
                .flatMap(status -> id(text, parameters, ids).map(id -> Report.of(id, status)));
    }

    private static String text(byte @Nullable [] shortMessage, OptionalParameter[] parameters) {
        byte[] bytes =
                shortMessage == null || shortMessage.length == 0 ? octets(parameters, MESSAGE_PAYLOAD) : shortMessage;
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static Optional<String> id(String text, OptionalParameter[] parameters, MessageIds ids) {
        byte[] named = octets(parameters, RECEIPTED_MESSAGE_ID);
        String id = "";
        if (named != null) {
            String whole = new String(named, StandardCharsets.ISO_8859_1);
            int end = whole.indexOf('\0');
            // it is the id as it was given
            id = ids.ofAnswer(end < 0 ? whole : whole.substring(0, end));
        }
        if (id.isEmpty()) {
            Matcher matcher = ID.matcher(text);
            id = matcher.find() ? ids.ofReceipt(matcher.group(1)) : "";
        }
        return id.isEmpty() || id.length() > ProviderMessage.MAX_ID_LENGTH ? Optional.empty() : Optional.of(id);
    }

    private static Optional<Receipt.Status> state(String text, OptionalParameter[] parameters) {
        byte[] state = octets(parameters, MESSAGE_STATE);
        if (state != null && state.length == 1) {
            return switch (state[0]) {
                case 2 -> Optional.of(Receipt.Status.DELIVERED);
                case 3 -> Optional.of(Receipt.Status.EXPIRED);
                // deleted, undeliverable, rejected
                case 4, 5, 8 -> Optional.of(Receipt.Status.UNDELIVERED);
                default -> Optional.empty();
            };
        }
        Matcher matcher = STAT.matcher(text);
        return matcher.find()
                ? switch (matcher.group(1).toUpperCase(Locale.ROOT)) {
                    case "DELIVRD", "DELIVERED" -> Optional.of(Receipt.Status.DELIVERED);
                    case "EXPIRED" -> Optional.of(Receipt.Status.EXPIRED);
                    case "DELETED", "UNDELIV", "UNDELIVERABLE", "REJECTD", "REJECTED", "FAILED" ->
                        Optional.of(Receipt.Status.UNDELIVERED);
                    default -> Optional.empty();
                }
                : Optional.empty();
    }

    private static byte @Nullable [] octets(OptionalParameter[] parameters, short tag) {
        for (OptionalParameter parameter : parameters) {
            if (parameter.tag == tag) {
                // tag and length stand before the value
                byte[] whole = parameter.serialize();
                return Arrays.copyOfRange(whole, 4, whole.length);
            }
        }
        return null;
    }
}
