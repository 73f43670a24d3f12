package io.otphandler.adapter.gateways.smpp;

import io.otphandler.domain.channel.GsmAlphabet;
import io.otphandler.domain.channel.SmsText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text as SMPP carries it: in the SMSC's default alphabet where it fits, else in UCS-2; whole, or in segments with a
 * header each.
 *
 * @param bodies what stands in each short message, or, where it is a payload, in the one payload
 * @param hasHeaders whether each body begins with a user data header
 * @param isPayload whether it is too long for a short message
 */
record ShortMessage(List<byte[]> bodies, byte dataCoding, boolean hasHeaders, boolean isPayload) {

    /** SMPP 3.4 §5.2.19: the SMSC's default alphabet. */
    static final byte DEFAULT_ALPHABET = 0;

    static final byte UCS2 = 8;

    /** @param reference tells the segments of one text from those of another */
    static ShortMessage of(String text, SmppSettings.LongMessages longMessages, int reference) {
        SmsText sms = SmsText.of(text);
        byte coding = sms.isGsm() ? DEFAULT_ALPHABET : UCS2;
        List<String> segments = sms.segments();
        if (segments.size() == 1) {
            return new ShortMessage(List.of(encoded(text, sms.isGsm())), coding, false, false);
        }
        if (longMessages == SmppSettings.LongMessages.PAYLOAD) {
            return new ShortMessage(List.of(encoded(text, sms.isGsm())), coding, false, true);
        }
        List<byte[]> bodies = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            byte[] body = encoded(segments.get(i), sms.isGsm());
            // 3GPP TS 23.040 §9.2.3.24.1: concatenated short messages, 8-bit reference number
            byte[] header = {5, 0, 3, (byte) reference, (byte) segments.size(), (byte) (i + 1)};
            byte[] both = Arrays.copyOf(header, header.length + body.length);
            System.arraycopy(body, 0, both, header.length, body.length);
            bodies.add(both);
        }
        return new ShortMessage(bodies, coding, true, false);
    }

    private static byte[] encoded(String text, boolean isGsm) {
        return isGsm ? GsmAlphabet.encode(text).orElseThrow() : text.getBytes(StandardCharsets.UTF_16BE);
    }
}
