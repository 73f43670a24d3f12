package io.otphandler.domain.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.otphandler.domain.Fixtures;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeTest {

    @Test
    void aCodeShowsItsDigitsToThoseWhoAskAlone() {
        Code code = new Code("123456");

        assertThat(code.digits()).isEqualTo("123456");
        assertThat(code.length()).isEqualTo(6);
        assertThat(code).hasToString("Code[******]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1234", "0000", "12345678901234567890123456789012"})
    void fourToThirtyTwoDigitsAreACode(String digits) {
        assertThat(Code.isCode(digits)).isTrue();
        assertThat(new Code(digits).digits()).isEqualTo(digits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "123", "123456789012345678901234567890123", "12 34", "12a4", "-123", "١٢٣٤", "12/4", "12:4"})
    void allElseIsNot(String text) {
        assertThat(Code.isCode(text)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new Code(text));
    }

    @Test
    void whatIsNoCodeIsNotRepeatedInTheComplaint() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Code("4711x")).withMessageNotContaining("4711");
    }

    @Test
    void aChosenCodeHasALengthThatACodeCanHave() {
        CodeHash hash = Fixtures.hash("1234");

        assertThat(new ChosenCode(hash, 4).length()).isEqualTo(4);
        assertThat(new ChosenCode(hash, 32).length()).isEqualTo(32);
        assertThatIllegalArgumentException().isThrownBy(() -> new ChosenCode(hash, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChosenCode(hash, 33));
    }

    @Test
    void anIssuedCodeTellsNoDigits() {
        IssuedCode issued = new IssuedCode(
                new UUID(0, 1), 1, new CodePolicy(4, false), new ChosenCode(CodeHash.of(new byte[32]), 4));

        assertThat(issued.toString()).contains("CodeHash[000000…]");
    }
}
