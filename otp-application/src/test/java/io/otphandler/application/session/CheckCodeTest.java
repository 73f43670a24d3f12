package io.otphandler.application.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckCodeTest {

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {"123456,123456", " 123 456 ,123456", "123-456,123456", "12\u201334\u00a056,123456", "12a4,12a4"})
    void spacesAndHyphensAreIgnored(String typed, String meant) {
        assertThat(CheckCode.typed(typed)).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-", " - - ", "\t\n"})
    void whereNothingIsLeftThereIsNoCode(String typed) {
        assertThat(CheckCode.typed(typed)).isEmpty();
    }

    @Test
    void thirtyTwoCharactersAreTheMostNotCountingWhatIsIgnored() {
        assertThat(CheckCode.typed("1".repeat(32))).contains("1".repeat(32));
        assertThat(CheckCode.typed("1 ".repeat(32))).contains("1".repeat(32));
        assertThat(CheckCode.typed("1".repeat(33))).isEmpty();
        assertThat(CheckCode.typed("\ud83d\ude00".repeat(32))).isPresent();
        assertThat(CheckCode.typed("\ud83d\ude00".repeat(33))).isEmpty();
        assertThat(CheckCode.typed("1".repeat(1_000_000))).isEmpty();
    }
}
