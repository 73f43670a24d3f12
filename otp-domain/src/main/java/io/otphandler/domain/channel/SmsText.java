package io.otphandler.domain.channel;

import java.util.ArrayList;
import java.util.List;

/**
 * How a text goes out as SMS: in the default alphabet where all of it is in there, else in UCS-2; in one message, or in
 * segments that each lose six octets to the header that joins them (3GPP TS 23.040 §9.2.3.24.1). Immutable.
 */
public final class SmsText {

    private static final int SINGLE_GSM = 160;
    private static final int SEGMENT_GSM = 153;
    private static final int SINGLE_UCS2 = 70;
    private static final int SEGMENT_UCS2 = 67;

    private final String text;
    private final boolean isGsm;

    private SmsText(String text, boolean isGsm) {
        this.text = text;
        this.isGsm = isGsm;
    }

    public static SmsText of(String text) {
        return new SmsText(text, GsmAlphabet.encode(text).isPresent());
    }

    /** Whether all of it is in the default alphabet. */
    public boolean isGsm() {
        return isGsm;
    }

    /** The text of each segment, in their order; a character is never split. At least one. */
    public List<String> segments() {
        if (units(text) <= (isGsm ? SINGLE_GSM : SINGLE_UCS2)) {
            return List.of(text);
        }
        List<String> segments = new ArrayList<>();
        int room = room();
        int start = 0;
        int used = 0;
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int units = units(Character.toString(text.codePointAt(i)));
            if (used + units > room) {
                segments.add(text.substring(start, i));
                start = i;
                used = 0;
            }
            used += units;
        }
        segments.add(text.substring(start));
        return segments;
    }

    /** How many characters must go for it to fit into so many segments, at least 1; 0: it fits. */
    public int excess(int maxSegments) {
        List<String> segments = segments();
        if (segments.size() <= maxSegments) {
            return 0;
        }
        // where only one is allowed it has more room than one of several
        int whole = maxSegments == 1 ? (isGsm ? SINGLE_GSM : SINGLE_UCS2) : 0;
        return whole > 0
                ? units(text) - whole
                : segments.subList(maxSegments, segments.size()).stream()
                        .mapToInt(this::units)
                        .sum();
    }

    private int room() {
        return isGsm ? SEGMENT_GSM : SEGMENT_UCS2;
    }

    /** Septets, or UTF-16 units. */
    private int units(String part) {
        return isGsm ? GsmAlphabet.encode(part).map(octets -> octets.length).orElse(0) : part.length();
    }
}
