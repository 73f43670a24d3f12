package io.otphandler.domain.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CodeHashTest {

    @Test
    void hashesOfTheSameBytesAreEqual() {
        assertThat(CodeHash.of(bytes(32))).isEqualTo(CodeHash.of(bytes(32))).hasSameHashCodeAs(CodeHash.of(bytes(32)));
    }

    @Test
    void hashesThatDifferAnywhereAreNotEqual() {
        for (int i = 0; i < 32; i++) {
            byte[] other = bytes(32);
            other[i] ^= 1;
            assertThat(CodeHash.of(other)).isNotEqualTo(CodeHash.of(bytes(32)));
        }
        assertThat(CodeHash.of(bytes(32))).isNotEqualTo(CodeHash.of(bytes(31))).isNotEqualTo("a hash");
    }

    @Test
    void theHashCodeIsMadeOfTheFirstBytes() {
        byte[] bytes = bytes(16);
        bytes[0] = (byte) 0xfe;
        bytes[1] = (byte) 0xdc;
        bytes[2] = (byte) 0xba;
        bytes[3] = (byte) 0x98;

        assertThat(CodeHash.of(bytes).hashCode()).isEqualTo(0xfedcba98);
    }

    @Test
    void aHashIsNotChangedThroughTheBytesItWasMadeOfOrGives() {
        byte[] bytes = bytes(32);
        CodeHash hash = CodeHash.of(bytes);

        Arrays.fill(bytes, (byte) 9);
        Arrays.fill(hash.bytes(), (byte) 9);

        assertThat(hash.bytes()).isEqualTo(bytes(32));
    }

    @Test
    void aHashHasAtLeastSixteenBytes() {
        assertThat(CodeHash.of(bytes(16)).bytes()).hasSize(16);
        assertThatIllegalArgumentException().isThrownBy(() -> CodeHash.of(bytes(15)));
    }

    @Test
    void onlyEnoughIsShownToTellTwoApart() {
        assertThat(CodeHash.of(bytes(32))).hasToString("CodeHash[010203…]");
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i + 1);
        }
        return bytes;
    }
}
