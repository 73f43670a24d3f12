package io.otphandler.domain.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

    @ParameterizedTest
    @CsvSource({
        "ann@shop.example, a***@shop.example",
        "an@shop.example, a***@shop.example",
        "a@shop.example, ***@shop.example"
    })
    void anAddressIsMaskedBeforeItsDomain(String address, String masked) {
        EmailAddress email = new EmailAddress(address);

        assertThat(email.masked()).isEqualTo(masked);
        assertThat(email).hasToString(masked);
    }

    @Test
    void addressesCompareWithoutCase() {
        assertThat(new EmailAddress("Ann@Shop.Example"))
                .isEqualTo(new EmailAddress("ann@shop.example"))
                .extracting(EmailAddress::value)
                .isEqualTo("ann@shop.example");
    }

    @Test
    void anAddressIsReachedByEmail() {
        assertThat(new EmailAddress("ann@shop.example").kind()).isEqualTo(RecipientKind.EMAIL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b", "ann+otp@shop.example", "o'neill@shop.example", "анна@почта.рф", "a.b-c_d@x.y.z"})
    void whatCanBeWrittenToIsAnAddress(String text) {
        assertThat(EmailAddress.isAddress(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ann",
                "@shop.example",
                "ann@",
                "ann@bob@shop.example",
                "ann@.example",
                "ann@example.",
                "ann@a..b",
                "an n@shop.example",
                "ann@shop.example ",
                "ann@shop\u00a0.example\u2003",
                "ann\r\n@shop.example",
                "ann\u007f@x.y",
                "ann\u0085@x.y",
                "a\ud83d\ude00@x.y",
                "<ann@x.y>",
                "ann(x)@x.y",
                "ann[1]@x.y",
                "ann,bob@x.y",
                "ann;bob@x.y",
                "ann:x@x.y",
                "ann\\@x.y",
                "\"ann\"@x.y"
            })
    void allElseIsNot(String text) {
        assertThat(EmailAddress.isAddress(text)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new EmailAddress(text));
    }

    @Test
    void aLocalPartHasAtMostSixtyFourCharacters() {
        assertThat(EmailAddress.isAddress("a".repeat(64) + "@x.y")).isTrue();
        assertThat(EmailAddress.isAddress("a".repeat(65) + "@x.y")).isFalse();
    }

    @Test
    void anAddressHasAtMostTwoHundredFiftyFourCharacters() {
        assertThat(EmailAddress.isAddress("ann@" + "a".repeat(250))).isTrue();
        assertThat(EmailAddress.isAddress("ann@" + "a".repeat(251))).isFalse();
    }

    @Test
    void whatIsNoAddressIsNotRepeatedInTheComplaint() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmailAddress("ann.secret"))
                .withMessageNotContaining("secret");
    }
}
