package io.otphandler.domain.code;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * How our codes look: their length in digits, and whether they are easy to read aloud ({@code beautify}: at most
 * ⌈length/2⌉ distinct digits). Codes are numbered from 0 to {@link #count()} − 1, so that a uniform number gives a
 * uniform code.
 *
 * <p>Any length can be held, so that a wrong one can be reported; {@link #count()} and {@link #code} need an allowed
 * one.
 */
public record CodePolicy(int length, boolean beautify) {

    /** The shortest allowed: OWASP ASVS 5.0 asks for 20 bits, which 4 digits have only together with few tries. */
    public static final int MIN_LENGTH = Code.MIN_DIGITS;

    public static final int MAX_LENGTH = 10;

    /** Beautified codes need this many digits: shorter ones would be too few to guess among. */
    public static final int MIN_BEAUTIFUL_LENGTH = 6;

    private static final int DIGITS = 10;

    /** Whether codes of this policy may be issued. */
    public boolean isAllowed() {
        return length >= (beautify ? MIN_BEAUTIFUL_LENGTH : MIN_LENGTH) && length <= MAX_LENGTH;
    }

    /** How many codes there are, at most 10¹⁰. */
    public long count() {
        if (!isAllowed()) {
            throw new IllegalArgumentException(
                    "There are no codes of length " + length + (beautify ? ", beautified" : ""));
        }
        return completions(length, 0);
    }

    /** The code of a number uniform over [0, 2^k): reduced modulo {@link #count()}, which for k ≥ 128 no one can tell. */
    public Code code(BigInteger uniform) {
        long rest = uniform.mod(BigInteger.valueOf(count())).longValueExact();
        return new Code(beautify ? beautiful(rest) : plain(rest));
    }

    private String plain(long number) {
        String digits = Long.toString(number);
        return "0".repeat(length - digits.length()) + digits;
    }

    /** The beautiful code of that number in ascending order: digit by digit, passing over all that begin with a lower one. */
    private String beautiful(long number) {
        long rest = number;
        char[] digits = new char[length];
        boolean[] used = new boolean[DIGITS];
        int distinct = 0;
        for (int position = 0; position < length; position++) {
            int left = length - position - 1;
            for (int digit = 0; ; digit++) {
                int distinctThen = used[digit] ? distinct : distinct + 1;
                long codes = completions(left, distinctThen);
                if (rest < codes) {
                    digits[position] = (char) ('0' + digit);
                    used[digit] = true;
                    distinct = distinctThen;
                    break;
                }
                rest -= codes;
            }
        }
        return new String(digits);
    }

    private int maxDistinct() {
        return beautify ? (length + 1) / 2 : DIGITS;
    }

    /** In how many ways {@code left} more digits can follow when {@code distinct} different ones stand already. */
    private long completions(int left, int distinct) {
        int max = maxDistinct();
        if (distinct > max) {
            return 0;
        }
        // ways[d]: with the digits that are still to come, when d distinct ones stand before them
        long[] ways = new long[max + 2];
        Arrays.fill(ways, 0, max + 1, 1);
        for (int i = 0; i < left; i++) {
            for (int d = 0; d <= max; d++) {
                ways[d] = d * ways[d] + (DIGITS - d) * ways[d + 1];
            }
        }
        return ways[distinct];
    }
}
