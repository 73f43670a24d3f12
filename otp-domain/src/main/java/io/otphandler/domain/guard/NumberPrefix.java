package io.otphandler.domain.guard;

import io.otphandler.domain.recipient.Numbering;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The numbers of a region whose national part begins with some digits. Regions rather than country codes, as several
 * share one: {@code US-212} and {@code CA-416} are both {@code +1}.
 *
 * @param region ISO 3166-1 alpha-2, or {@value Numbering#NOWHERE}
 * @param digits none: the whole region
 */
public record NumberPrefix(String region, String digits) {

    /** More would name single numbers. */
    public static final int MAX_DIGITS = 10;

    private static final Pattern WRITTEN =
            Pattern.compile("([A-Z]{2}|" + Numbering.NOWHERE + ")(?:-([0-9]{1," + MAX_DIGITS + "}))?");

    /** How many digits are looked at: ten thousand numbers of ten digits, a million, an operator's, a country's. */
    private static final int[] LENGTHS = {6, 4, 2, 0};
    /** So that a prefix in a short numbering plan is of a hundred numbers at least. */
    private static final int OPEN_DIGITS = 2;

    /** As {@link #toString} writes it; empty: it is none. */
    public static Optional<NumberPrefix> parse(String written) {
        Matcher matcher = WRITTEN.matcher(written);
        return matcher.matches()
                ? Optional.of(new NumberPrefix(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2)))
                : Optional.empty();
    }

    /** Those of the number, the longest first, the region last. */
    public static List<NumberPrefix> of(Numbering number) {
        List<NumberPrefix> prefixes = new ArrayList<>(LENGTHS.length);
        for (int length : LENGTHS) {
            if (length == 0 || length <= number.national().length() - OPEN_DIGITS) {
                prefixes.add(new NumberPrefix(number.region(), number.national().substring(0, length)));
            }
        }
        return prefixes;
    }

    /** Whether the other's numbers are all among its own. */
    public boolean contains(NumberPrefix other) {
        return region.equals(other.region) && other.digits.startsWith(digits);
    }

    public boolean contains(Numbering number) {
        return region.equals(number.region()) && number.national().startsWith(digits);
    }

    /** Such as {@code BD-1712}; {@code BD}: the whole region. */
    @Override
    public String toString() {
        return digits.isEmpty() ? region : region + "-" + digits;
    }
}
