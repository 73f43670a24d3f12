package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The countries that the form knows are those of the numbering plans that the service judges numbers by. */
class FormNumbersTest {

    private static final PhoneNumberUtil PLANS = PhoneNumberUtil.getInstance();

    @Test
    void theFormGroupsMobileNumbersAsTheNumberingPlansDo() throws Exception {
        String expected = new TreeSet<>(PLANS.getSupportedRegions())
                .stream().map(FormNumbersTest::plan).collect(Collectors.joining(" "));

        assertThat(inTheForm()).isEqualTo(expected);
    }

    private static String inTheForm() throws Exception {
        try (InputStream in =
                FormNumbersTest.class.getResourceAsStream("/io/otphandler/adapter/http/form/numbers.js")) {
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Matcher plans =
                    Pattern.compile("const PLANS =\\s*(.*?);", Pattern.DOTALL).matcher(script);
            assertThat(plans.find()).isTrue();
            return plans.group(1).replaceAll("'\\s*\\+\\s*'", "").replace("'", "");
        }
    }

    private static String plan(String region) {
        PhoneNumber example = PLANS.getExampleNumberForType(region, PhoneNumberType.MOBILE);
        PhoneNumber number = example == null ? PLANS.getExampleNumber(region) : example;
        String written = PLANS.format(number, PhoneNumberFormat.INTERNATIONAL);
        String groups = Arrays.stream(
                        written.substring(written.indexOf(' ') + 1).split("[^0-9]+"))
                .map(group -> Integer.toString(group.length(), 36))
                .collect(Collectors.joining());
        String trunk = PLANS.getNddPrefixForRegion(region, true);
        return region + number.getCountryCode() + (trunk == null || trunk.isEmpty() ? "" : "," + trunk) + ":" + groups;
    }
}
