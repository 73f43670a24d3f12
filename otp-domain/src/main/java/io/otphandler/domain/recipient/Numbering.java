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
        if (!region.matches("[A-Z]{2}|" + NOWHERE) || !national.matches("[0-9]{1,15}")) {
            throw new IllegalArgumentException("There is no place " + region + " in the numbering plans, or no number");
        }
    }

    /** Without the number, which is somebody's. */
    @Override
    public String toString() {
        return region + " " + type.wireName();
    }
}
