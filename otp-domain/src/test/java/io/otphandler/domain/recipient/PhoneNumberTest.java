package io.otphandler.domain.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhoneNumberTest {

    @ParameterizedTest
    @CsvSource({
        "+79121234567, +7912***4567",
        "+123456789012345, +1234***2345",
        "+1234567890, +123***7890",
        "+123456789, +1234***89",
        "+12345678, +123***78",
        "+1234567, +12***67",
        "+123456, +1***56",
        "+12345, +***45"
    })
    void aNumberIsMaskedInItsMiddle(String number, String masked) {
        PhoneNumber phone = new PhoneNumber(number);

        assertThat(phone.masked()).isEqualTo(masked);
        assertThat(phone).hasToString(masked);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void atLeastThreeDigitsOfEveryNumberAreHidden(int digits) {
        String masked = new PhoneNumber("+" + "7".repeat(digits)).masked();

        assertThat(masked.chars().filter(c -> c == '7').count()).isLessThanOrEqualTo(digits - 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+12345", "+79121234567", "+123456789012345", "+10000000000", "+99999999999"})
    void aPlusAndFiveToFifteenDigitsAreANumber(String text) {
        assertThat(PhoneNumber.isE164(text)).isTrue();
        assertThat(new PhoneNumber(text).value()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+",
                "+1234",
                "+1234567890123456",
                "79121234567",
                "+09121234567",
                "+7912 123456",
                "+7912a23456",
                "+7912/23456",
                "+7912:23456",
                "++7912123456"
            })
    void allElseIsNot(String text) {
        assertThat(PhoneNumber.isE164(text)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new PhoneNumber(text));
    }

    @Test
    void whatIsNoNumberIsNotRepeatedInTheComplaint() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PhoneNumber("89121234567"))
                .withMessageNotContaining("1234567")
                .withMessageContaining("11");
    }

    @Test
    void aNumberIsReachedByPhone() {
        assertThat(new PhoneNumber("+79121234567").kind()).isEqualTo(RecipientKind.PHONE);
    }
}
