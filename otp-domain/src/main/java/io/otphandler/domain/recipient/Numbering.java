package io.otphandler.domain.recipient;

/**
 * Where a phone number lies in the numbering plans.
 *
 * @param region ISO 3166-1 alpha-2, or {@value #NOWHERE} for numbers of no country
 * @param national its digits without the country code, at least one
 */
public record Numbering(String region, NumberType type, String national) {

    /** The region of satellite phones and the like, as libphonenumber has it (UN M.49: the world). */
    public static final String NOWHERE = "001";

    public Numbering {
        if (!isRegion(region) || national.isEmpty() || !isMadeOf('0', '9', national)) {
            throw new IllegalArgumentException("There is no place " + region + " in the numbering plans, or no number");
        }
    }

    /** Whether it has the form of a region. */
    public static boolean isRegion(String text) {
        return (text.length() == 2 && isMadeOf('A', 'Z', text)) || text.equals(NOWHERE);
    }

    private static boolean isMadeOf(char first, char last, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < first || text.charAt(i) > last) {
                return false;
            }
        }
        return true;
    }

    /** Without the number, which is somebody's. */
    @Override
    public String toString() {
        return region + " " + type.wireName();
    }
}
