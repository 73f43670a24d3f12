package io.otphandler.adapter.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StrictJsonTest {
    /** An end that begins nothing, an overlong slash, half a pair, beyond Unicode, cut off, beside a true U+FFFD. */
    @ParameterizedTest
    @ValueSource(strings = {"80", "c0af", "eda080", "f4908080", "e282", "efbfbd80"})
    void whatIsNoUtf8IsNoJson(String hex) {
        String quote = "22";

        assertThat(StrictJson.read(HexFormat.of().parseHex(quote + hex + quote)))
                .isEmpty();
    }

    @Test
    void theReplacementCharacterIsOneLikeAnyOther() {
        assertThat(StrictJson.read("\"a\ufffd\u00e9\"".getBytes(StandardCharsets.UTF_8)))
                .hasValueSatisfying(text -> assertThat(text.textValue()).isEqualTo("a\ufffd\u00e9"));
    }
}
