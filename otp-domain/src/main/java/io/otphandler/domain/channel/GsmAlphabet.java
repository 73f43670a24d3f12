package io.otphandler.domain.channel;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The default alphabet of SMS and its extension table (3GPP TS 23.038 §6.2.1). Stateless. */
public final class GsmAlphabet {

    /** Precedes a character of the extension table. */
    public static final byte ESCAPE = 0x1B;

    private static final String BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001BÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private static final Map<Character, Byte> EXTENSION = Map.of(
            '\f', (byte) 0x0A,
            '^', (byte) 0x14,
            '{', (byte) 0x28,
            '}', (byte) 0x29,
            '\\', (byte) 0x2F,
            '[', (byte) 0x3C,
            '~', (byte) 0x3D,
            ']', (byte) 0x3E,
            '|', (byte) 0x40,
            '€', (byte) 0x65);
    private static final Map<Character, Byte> CODES = codes();

    private GsmAlphabet() {}

    /** The text with an octet for each septet, as SMPP has it; empty: a character is not in the alphabet. */
    public static Optional<byte[]> encode(String text) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            Byte basic = CODES.get(text.charAt(i));
            Byte extended = EXTENSION.get(text.charAt(i));
            if (basic != null) {
                octets.write(basic);
            } else if (extended != null) {
                octets.write(ESCAPE);
                octets.write(extended);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(octets.toByteArray());
    }

    private static Map<Character, Byte> codes() {
        Map<Character, Byte> codes = new HashMap<>();
        for (int i = 0; i < BASIC.length(); i++) {
            codes.put(BASIC.charAt(i), (byte) i);
        }
        codes.remove((char) ESCAPE);
        return Map.copyOf(codes);
    }
}
