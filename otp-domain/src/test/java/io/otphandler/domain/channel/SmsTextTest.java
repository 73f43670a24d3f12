package io.otphandler.domain.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmsTextTest {

    @ParameterizedTest
    @CsvSource({
        "160, x, 1",
        "161, x, 2",
        "306, x, 2",
        "307, x, 3",
        "80, €, 1",
        "81, €, 2",
        "70, ж, 1",
        "71, ж, 2",
        "134, ж, 2",
        "135, ж, 3"
    })
    void aTextTakesAsManySegmentsAsTheStandardSays(int length, String character, int segments) {
        assertThat(SmsText.of(character.repeat(length)).segments()).hasSize(segments);
    }

    @Test
    void oneCharacterOutsideTheAlphabetMakesAllOfItUcs2() {
        assertThat(SmsText.of("x".repeat(160)).isGsm()).isTrue();
        assertThat(SmsText.of("x".repeat(159) + "ç").isGsm()).isFalse();
        assertThat(SmsText.of("x".repeat(159) + "ç").segments()).hasSize(3);
    }

    @Test
    void anEmptyTextIsOneEmptySegment() {
        assertThat(SmsText.of("").segments()).containsExactly("");
        assertThat(SmsText.of("").excess(1)).isZero();
    }

    @Test
    void aCharacterOfTwoUnitsIsNeverSplit() {
        // the 153rd septet would be the escape
        List<String> escaped =
                SmsText.of("x".repeat(152) + "€" + "x".repeat(20)).segments();
        assertThat(escaped.get(0)).isEqualTo("x".repeat(152));
        // the 67th unit would be the first half of a pair
        List<String> paired = SmsText.of("ж".repeat(66) + "🚲" + "ж".repeat(20)).segments();
        assertThat(paired.get(0)).isEqualTo("ж".repeat(66));
        assertThat(paired.get(1)).startsWith("🚲");
    }

    @ParameterizedTest
    @CsvSource({"160, 1, 0", "165, 1, 5", "306, 2, 0", "307, 2, 1", "459, 2, 153", "460, 2, 154"})
    void theExcessIsWhatMustGo(int length, int segments, int excess) {
        assertThat(SmsText.of("x".repeat(length)).excess(segments)).isEqualTo(excess);
    }

    @Test
    void segmentsPutTogetherAreTheTextAndEachFits() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        String[] characters = {"x", "€", "{", "\n", "é", "ж", "🚲"};
        for (int i = 0; i < 500; i++) {
            int alphabet = random.nextBoolean() ? 5 : 7;
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(400); n > 0; n--) {
                text.append(characters[random.nextInt(alphabet)]);
            }
            SmsText sms = SmsText.of(text.toString());

            assertThat(String.join("", sms.segments())).isEqualTo(text.toString());
            int room = sms.segments().size() == 1 ? (sms.isGsm() ? 160 : 70) : (sms.isGsm() ? 153 : 67);
            assertThat(sms.segments())
                    .allMatch(segment ->
                            (sms.isGsm() ? GsmAlphabet.encode(segment).orElseThrow().length : segment.length())
                                    <= room);
        }
    }

    /** Some of the table in 3GPP TS 23.038 §6.2.1, by hand. */
    @ParameterizedTest
    @CsvSource({
        "@, 00", "£, 01", "$, 02", "è, 04", "Ç, 09", "Ø, 0b", "Å, 0e", "Δ, 10", "_, 11", "Ξ, 1a", "Æ, 1c", "ß, 1e",
                "É, 1f",
        "¤, 24", "0, 30", "?, 3f", "¡, 40", "A, 41", "Z, 5a", "Ä, 5b", "§, 5f", "¿, 60", "a, 61", "z, 7a", "à, 7f",
                "€, 1b65",
        "{, 1b28", "}, 1b29", "[, 1b3c", "], 1b3e", "~, 1b3d", "\\, 1b2f", "|, 1b40", "^, 1b14"
    })
    void charactersHaveTheirCodes(String character, String octets) {
        assertThat(GsmAlphabet.encode(character).orElseThrow())
                .isEqualTo(HexFormat.of().parseHex(octets));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ç", "ж", "`", "\u001b", "\t", "🚲", "’", "“"})
    void otherCharactersHaveNone(String character) {
        assertThat(GsmAlphabet.encode(character)).isEmpty();
    }
}
