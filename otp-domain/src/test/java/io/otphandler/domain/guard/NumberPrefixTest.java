package io.otphandler.domain.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.recipient.NumberType;
import io.otphandler.domain.recipient.Numbering;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberPrefixTest {

    private static final Numbering BANGLADESHI = new Numbering("BD", NumberType.MOBILE, "1712345678");

    @Test
    void aNumberHasPrefixesFromTenThousandNumbersToItsWholeCountry() {
        assertThat(NumberPrefix.of(BANGLADESHI))
                .extracting(NumberPrefix::toString)
                .containsExactly("BD-171234", "BD-1712", "BD-17", "BD");
    }

    @Test
    void ofAShortNumberNoPrefixNamesLessThanAHundredNumbers() {
        assertThat(NumberPrefix.of(new Numbering("NU", NumberType.UNKNOWN, "4002")))
                .extracting(NumberPrefix::toString)
                .containsExactly("NU-40", "NU");
        assertThat(NumberPrefix.of(new Numbering("NU", NumberType.UNKNOWN, "400")))
                .extracting(NumberPrefix::toString)
                .containsExactly("NU");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BD", "BD-1", "BD-1712345678", "001-8835"})
    void whatIsWrittenIsReadAgain(String written) {
        assertThat(NumberPrefix.parse(written).orElseThrow()).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bd", "B", "BDX", "BD-", "BD-x", "BD1712", "BD-17123456789", "002", "BD-1 ", "-17"})
    void whatIsNoPrefixIsNotRead(String written) {
        assertThat(NumberPrefix.parse(written)).isEmpty();
    }

    @Test
    void aPrefixContainsWhatBeginsWithItInItsRegionOnly() {
        NumberPrefix prefix = new NumberPrefix("BD", "17");

        assertThat(prefix.contains(new NumberPrefix("BD", "1712"))).isTrue();
        assertThat(prefix.contains(prefix)).isTrue();
        assertThat(prefix.contains(new NumberPrefix("BD", "1"))).isFalse();
        assertThat(prefix.contains(new NumberPrefix("IN", "1712"))).isFalse();
        assertThat(prefix.contains(BANGLADESHI)).isTrue();
        assertThat(prefix.contains(new Numbering("BD", NumberType.MOBILE, "1812345678")))
                .isFalse();
        assertThat(prefix.contains(new Numbering("IN", NumberType.MOBILE, "1712345678")))
                .isFalse();
    }
}
