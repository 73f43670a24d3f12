package io.otphandler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpSettingsTest {

    @ParameterizedTest
    @CsvSource({"1, 8", "2, 8", "4, 16", "16, 64", "17, 64", "256, 64"})
    void howeverManyProcessorsThereAreTheThreadsAreWithinTheirBounds(int processors, int threads) {
        assertThat(HttpSettings.threads(processors)).isEqualTo(threads);
        assertThat(threads).isLessThanOrEqualTo(HttpSettings.DEFAULT.maxThreads());
    }
}
