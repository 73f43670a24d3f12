package io.otphandler.adapter.gateways.numbering;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.RecipientParser;
import io.otphandler.domain.recipient.NumberType;
import io.otphandler.domain.recipient.Numbering;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LibphonenumberRecipientsTest {

    private final RecipientParser recipients = new LibphonenumberRecipients();

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
                    8 (912) 345-67-89      | RU | +79123456789
                    +7 912 345-67-89       | RU | +79123456789
                    +79123456789           | RU | +79123456789
                    79123456789            | RU | +79123456789
                    9123456789             | RU | +79123456789
                    8-912-345-67-89        | RU | +79123456789
                    8 912 345 67 89        | KZ | +79123456789
                    810 44 20 7946 0958    | RU | +442079460958
                    020 7946 0958          | GB | +442079460958
                    +44 (0)20 7946 0958    | RU | +442079460958
                    0044 20 7946 0958      | GB | +442079460958
                    011 44 20 7946 0958    | US | +442079460958
                    (650) 253-0000         | US | +16502530000
                    +1 650.253.0000        | RU | +16502530000
                    02 3661 8300           | IT | +390236618300
                    +49 30 123456          | RU | +4930123456
                    8 029 123-45-67        | BY | +375291234567
                    +998 90 123 45 67      | RU | +998901234567
                    ＋７９１２３４５６７８９ | GB | +79123456789
                    ８９１２３４５６７８９   | RU | +79123456789
                    +٧٩١٢٣٤٥٦٧٨٩           | RU | +79123456789
                    """)
    void aNumberHasOneNormalForm(String typed, String region, String e164) {
        assertThat(value(typed, region)).contains(e164);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "+",
                "+7",
                "7",
                "112",
                "912345678",
                "+791234567890",
                "+7912***4567",
                "+1 253 0000",
                "+999123456789",
                "+0 912 345 67 89",
                "00000000000",
                "+7912345678912345678912345",
                "8-912-FLOWERS",
                "+1-800-FLOWERS",
                "89123456789 ext 12",
                "89123456789 доб. 12",
                "89123456789x12",
                "89123456789#12",
                "+79123456789;ext=12",
                "tel:+79123456789",
                "null",
                "+79123456789                                                          ",
                "\u0000",
                "\ud83d\ude00",
                "\ud800"
            })
    void whatCannotBeCalledIsNoRecipient(String typed) {
        assertThat(value(typed, "RU")).isEmpty();
    }

    @Test
    void regionsAreThoseOfTheNumberingPlans() {
        assertThat(recipients.knowsRegion("RU")).isTrue();
        assertThat(recipients.knowsRegion("XX")).isFalse();
        assertThat(recipients.knowsRegion("ru")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "+79123456789, RU, MOBILE, 9123456789",
        "+77012345678, KZ, MOBILE, 7012345678",
        "+74951234567, RU, FIXED_LINE, 4951234567",
        "+78005553535, RU, TOLL_FREE, 8005553535",
        "+78091234567, RU, PREMIUM_RATE, 8091234567",
        "+8801712345678, BD, MOBILE, 1712345678",
        "+12125550123, US, FIXED_LINE_OR_MOBILE, 2125550123",
        "+14165550123, CA, FIXED_LINE_OR_MOBILE, 4165550123",
        "+390236618300, IT, FIXED_LINE, 0236618300",
        "+447012345678, GB, PERSONAL, 7012345678",
        "+441872345678, GB, FIXED_LINE, 1872345678",
        "+448712345678, GB, PREMIUM_RATE, 8712345678",
        "+491801234567, DE, SHARED_COST, 1801234567",
        "+885123456, 001, UNKNOWN, 885123456",
        "+883510001234567, 001, VOIP, 510001234567"
    })
    void aNumberLiesWhereThePlansSay(String number, String region, NumberType type, String national) {
        assertThat(recipients.numbering(new PhoneNumber(number))).isEqualTo(new Numbering(region, type, national));
    }

    @Test
    void aNumberOfARangeThatIsNotKnownLiesInTheCountryOfItsCode() {
        assertThat(recipients.numbering(new PhoneNumber("+15551234567")))
                .isEqualTo(new Numbering("US", NumberType.UNKNOWN, "5551234567"));
    }

    @Test
    void aNationalNumberNeedsARegionThatThereIs() {
        assertThat(value("89123456789", "ZZ")).isEmpty();
        assertThat(value("89123456789", "")).isEmpty();
        assertThat(value("+79123456789", "ZZ")).contains("+79123456789");
    }

    @ParameterizedTest
    @CsvSource({
        "ann@shop.example, ann@shop.example",
        "Ann@Shop.Example, ann@shop.example",
        "'  ann@shop.example ', ann@shop.example",
        "ann+otp@shop.example, ann+otp@shop.example",
        "+79123456789@sms.example, +79123456789@sms.example"
    })
    void anAddressIsInLowerCaseAndWithoutBlanksAround(String typed, String address) {
        assertThat(value(typed, "RU")).contains(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@",
                "ann@",
                "@shop.example",
                "a@b@c",
                "ann shop@shop.example",
                "ann\u00a0shop@shop.example",
                "ann@.example",
                "ann@shop."
            })
    void whatCannotBeWrittenToIsNoRecipient(String typed) {
        assertThat(value(typed, "RU")).isEmpty();
    }

    @Test
    void anAddressThatLowerCaseMakesTooLongIsRefusedNotThrownAt() {
        assertThat(value("\u0130".repeat(64) + "@shop.example", "RU")).isEmpty();
    }

    @Test
    void aNumberThatReadsAsAnotherOneOnceItIsNormalisedIsRefused() {
        assertThat(value("00058/98", "DE")).isEmpty();
        assertThat(value("06 698 12345", "IT")).contains("+390669812345");
    }

    @Test
    void garbageIsRefusedOrNormalisedButNeverThrownAt() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String pieces =
                "0123456789+++++()-. /\\,;#*x~@\t\n\u00a0\u0660\u0669\uff0b\uff11\ud83d\ude00\ud800\u202eабвABC[]";
        String[] regions = {"RU", "US", "GB", "DE", "IT", "ZZ", "", "ru", "001"};
        for (int i = 0; i < 20_000; i++) {
            StringBuilder typed = new StringBuilder();
            int length = random.nextInt(random.nextInt(10) == 0 ? 300 : 24);
            while (typed.length() < length) {
                typed.append(
                        random.nextInt(20) == 0
                                ? (char) random.nextInt(0x10000)
                                : random.nextInt(3) > 0
                                        ? (char) ('0' + random.nextInt(10))
                                        : pieces.charAt(random.nextInt(pieces.length())));
            }
            String region = regions[random.nextInt(regions.length)];
            Optional<Recipient> recipient = recipients.parse(typed.toString(), region);
            // the normal form is its own normal form, in whatever region it is read
            assertThat(recipient.flatMap(found -> recipients.parse(found.value(), "ZZ")))
                    .as("seed %d, typed %s, region %s", seed, typed, region)
                    .isEqualTo(recipient);
        }
    }

    private Optional<String> value(String typed, String region) {
        return recipients.parse(typed, region).map(Recipient::value);
    }

    /** More numbers than are remembered, each asked for in several ways. */
    @Test
    void whatIsRememberedOfANumberIsWhatIsToldOfItForTheFirstTime() {
        long seed = Long.getLong("seed", new Random().nextLong());
        Random random = new Random(seed);
        String[] codes = {"7", "1", "44", "39", "49", "375", "998", "883", "800", "0", "8"};
        String[] regions = {"RU", "US", "GB", "IT", "KZ", "XX"};
        for (int i = 0; i < 3_000; i++) {
            String digits = codes[random.nextInt(codes.length)] + (100_000_000L + random.nextLong(10_000_000_000L));
            String region = regions[random.nextInt(regions.length)];
            for (String typed : new String[] {"+" + digits, digits, "00" + digits}) {
                RecipientParser fresh = new LibphonenumberRecipients();
                String where = "seed " + seed + ": " + typed + " in " + region;
                Optional<Recipient> recipient = recipients.parse(typed, region);
                assertThat(recipient).as(where).isEqualTo(fresh.parse(typed, region));
                recipient.map(PhoneNumber.class::cast).ifPresent(number -> {
                    Numbering first = new LibphonenumberRecipients().numbering(number);
                    assertThat(recipients.numbering(number)).as(where).isEqualTo(first);
                    assertThat(recipients.numbering(number)).as(where).isEqualTo(first);
                });
            }
        }
    }
}
