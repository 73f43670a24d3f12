package io.otphandler.domain.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {

    private static final Duration FIVE_MINUTES = Duration.ofSeconds(300);

    @Test
    void everythingIsFilledInAsOftenAsItIsThere() {
        Wording wording = new Wording("482913", FIVE_MINUTES, "shop.example");

        assertThat(wording.fill("{{code}} for {{origin}}, {{ttl}} min: {{code}}"))
                .isEqualTo("482913 for shop.example, 5 min: 482913");
        assertThat(wording.fill("nothing {to} fill")).isEqualTo("nothing {to} fill");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "59, 1", "60, 1", "119, 1", "120, 2", "600, 10"})
    void timeIsInWholeMinutesRoundedDownButAtLeastOne(int seconds, String minutes) {
        assertThat(new Wording("1", Duration.ofSeconds(seconds), null).fill("{{ttl}}"))
                .isEqualTo(minutes);
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example, shop.example",
        "Shop.Example, shop.example",
        "https://shop.example, shop.example",
        "https://shop.example/, shop.example",
        "http://localhost:8080, localhost"
    })
    void anSmsEndsWithTheHostAndTheCode(String origin, String host) {
        assertThat(new Wording("482913", FIVE_MINUTES, origin).fillSms("Code {{code}}"))
                .isEqualTo("Code 482913\n@" + host + " #482913");
    }

    @Test
    void aLineThatIsThereAlreadyIsNotAddedOnceMore() {
        assertThat(new Wording("482913", FIVE_MINUTES, "shop.example")
                        .fillSms("Code {{code}}\n\n@{{origin}} #{{code}}"))
                .isEqualTo("Code 482913\n\n@shop.example #482913");
    }

    @Test
    void withoutASiteThereIsNoSuchLine() {
        assertThat(new Wording("482913", FIVE_MINUTES, null).fillSms("Code {{code}}{{origin}}"))
                .isEqualTo("Code 482913");
        assertThat(new Wording("482913", FIVE_MINUTES, "no host").fillSms("Code {{code}}"))
                .isEqualTo("Code 482913");
    }

    @Test
    void itsTextDoesNotShowTheCode() {
        assertThat(new Wording("482913", FIVE_MINUTES, "shop.example").toString())
                .doesNotContain("482913");
    }
}
