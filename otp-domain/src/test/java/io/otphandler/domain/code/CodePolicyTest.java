package io.otphandler.domain.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodePolicyTest {

    @ParameterizedTest
    @CsvSource({"4, false", "5, false", "6, false", "6, true"})
    void thereAreAsManyCodesAsOneFindsByTryingThemAll(int length, boolean beautify) {
        long found = 0;
        for (int number = 0; number < Math.pow(10, length); number++) {
            if (!beautify || isBeautiful(padded(number, length))) {
                found++;
            }
        }

        assertThat(new CodePolicy(length, beautify).count()).isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource({
        "4, false, 10000",
        "6, false, 1000000",
        "10, false, 10000000000",
        // by inclusion and exclusion: the sum over k distinct digits of C(10, k) times the surjections onto them
        "6, true, 67600",
        "7, true, 1986400",
        "8, true, 9280000",
        "9, true, 251560000",
        "10, true, 1464608800"
    })
    void thereAreThatManyCodes(int length, boolean beautify, long count) {
        assertThat(new CodePolicy(length, beautify).count()).isEqualTo(count);
    }

    @ParameterizedTest
    @CsvSource({"4, false", "6, true"})
    void everyNumberGivesACodeOfItsOwnThatKeepsThePolicy(int length, boolean beautify) {
        CodePolicy policy = new CodePolicy(length, beautify);
        int count = Math.toIntExact(policy.count());
        BitSet given = new BitSet();

        for (int number = 0; number < count; number++) {
            String digits = policy.code(BigInteger.valueOf(number)).digits();
            assertThat(digits).hasSize(length);
            assertThat(!beautify || isBeautiful(digits)).as(digits).isTrue();
            given.set(Integer.parseInt(digits));
        }

        assertThat(given.cardinality()).isEqualTo(count);
    }

    @Test
    void beautifulCodesStandInAscendingOrder() {
        CodePolicy policy = new CodePolicy(6, true);

        assertThat(policy.code(BigInteger.ZERO).digits()).isEqualTo("000000");
        assertThat(policy.code(BigInteger.valueOf(11)).digits()).isEqualTo("000011");
        assertThat(policy.code(BigInteger.valueOf(67_599)).digits()).isEqualTo("999999");
    }

    @ParameterizedTest
    @CsvSource({"4, false", "10, false", "6, true", "7, true", "10, true"})
    void theLastNumberGivesTheLastCodeAndTheNextBeginsAgain(int length, boolean beautify) {
        CodePolicy policy = new CodePolicy(length, beautify);
        BigInteger count = BigInteger.valueOf(policy.count());

        assertThat(policy.code(count.subtract(BigInteger.ONE)).digits()).isEqualTo("9".repeat(length));
        assertThat(policy.code(count).digits()).isEqualTo("0".repeat(length));
    }

    @ParameterizedTest
    @CsvSource({"6, false", "6, true", "10, true"})
    void aNumberFarBeyondTheCodesIsReducedWithoutLoss(int length, boolean beautify) {
        CodePolicy policy = new CodePolicy(length, beautify);
        BigInteger number = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
        BigInteger reduced = number.mod(BigInteger.valueOf(policy.count()));

        assertThat(policy.code(number)).isEqualTo(policy.code(reduced));
    }

    @Test
    void aPlainCodeKeepsItsLeadingZeros() {
        assertThat(new CodePolicy(6, false).code(BigInteger.valueOf(42)).digits())
                .isEqualTo("000042");
    }

    @ParameterizedTest
    @CsvSource({"3, false", "11, false", "5, true", "11, true", "0, false", "-1, true"})
    void otherLengthsCanBeHeldButHaveNoCodes(int length, boolean beautify) {
        CodePolicy policy = new CodePolicy(length, beautify);

        assertThat(policy.isAllowed()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(policy::count)
                .withMessageContaining(Integer.toString(length))
                .withMessageMatching(beautify ? ".*beautified" : ".*[0-9]");
        assertThatIllegalArgumentException().isThrownBy(() -> policy.code(BigInteger.ONE));
    }

    @ParameterizedTest
    @CsvSource({"4, false", "10, false", "6, true", "10, true"})
    void lengthsAtTheEdgeAreAllowed(int length, boolean beautify) {
        assertThat(new CodePolicy(length, beautify).isAllowed()).isTrue();
    }

    private static boolean isBeautiful(String digits) {
        return digits.chars().distinct().count() <= (digits.length() + 1) / 2;
    }

    private static String padded(int number, int length) {
        String digits = Integer.toString(number);
        return "0".repeat(length - digits.length()) + digits;
    }
}
