package io.otphandler.adapter.gateways.numbering;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against the library, of which this is a short cut. */
final class NormalNumbersTest {
    private static final int OF_EACH_COUNTRY_CODE = 300;

    private final PhoneNumberUtil plans = PhoneNumberUtil.getInstance();
    private final NormalNumbers normal = new NormalNumbers(plans);

    /** Whether it was taken apart here, and then as the library does. */
    private boolean takesApart(String typed) {
        Phonenumber.PhoneNumber number = normal.parse(typed);
        if (number != null) {
            try {
                assertThat(number).as(typed).isEqualTo(plans.parse(typed, "RU"));
                assertThat(number).as(typed).isEqualTo(plans.parse(typed, null));
            } catch (NumberParseException e) {
                throw new AssertionError(typed + " is no number to the library", e);
            }
        }
        return number != null;
    }

    @Test
    void everyNumberOfEveryCountryIsWhatTheLibraryMakesOfIt() {
        Random random = new Random(20_261);
        int taken = 0;
        for (int countryCode : plans.getSupportedCallingCodes()) {
            for (int i = 0; i < OF_EACH_COUNTRY_CODE; i++) {
                StringBuilder typed = new StringBuilder("+").append(countryCode);
                for (int digits = 4 + random.nextInt(11); digits > 0 && typed.length() < 16; digits--) {
                    typed.append((char) ('0' + random.nextInt(10)));
                }
                taken += takesApart(typed.toString()) ? 1 : 0;
            }
        }
        // all but those of the few countries where any digits may be such a prefix
        assertThat(taken).isGreaterThan(plans.getSupportedCallingCodes().size() * OF_EACH_COUNTRY_CODE / 2);
    }

    @Test
    void thoseOfTheLibrarysExamplesToo() {
        int taken = 0;
        for (String region : plans.getSupportedRegions()) {
            for (PhoneNumberUtil.PhoneNumberType type : plans.getSupportedTypesForRegion(region)) {
                Phonenumber.PhoneNumber example = plans.getExampleNumberForType(region, type);
                if (example != null) {
                    taken += takesApart(plans.format(example, PhoneNumberUtil.PhoneNumberFormat.E164)) ? 1 : 0;
                }
            }
        }
        assertThat(taken).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+",
                "+7",
                "79123456789",
                "+7 912 345-67-89",
                "+79123456789;ext=1",
                "+0123456789",
                "+2101234567",
                "+390612345678",
                "+44 7911 123456",
                "+4407911123456",
                "+1234567890123456"
            })
    void whatIsNotNormalIsTheLibrarys(String typed) {
        assertThat(normal.parse(typed)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+79123456789", "+447911123456", "+12025550123", "+393471234567", "+870773111632"})
    void whatIsNormalIsNot(String typed) {
        assertThat(takesApart(typed)).isTrue();
    }
}
