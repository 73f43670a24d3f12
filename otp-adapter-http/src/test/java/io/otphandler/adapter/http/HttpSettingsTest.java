package io.otphandler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpSettingsTest {

    @ParameterizedTest
    @CsvSource({"1, 8, 1", "2, 8, 2", "4, 16, 4", "16, 64, 16", "17, 64, 16", "256, 64, 16"})
    void howeverManyProcessorsThereAreTheThreadsAreWithinTheirBounds(int processors, int threads, int selectors) {
        assertThat(HttpSettings.threads(processors)).isEqualTo(threads);
        assertThat(HttpSettings.selectors(processors)).isEqualTo(selectors);
        assertThat(threads).isLessThanOrEqualTo(HttpSettings.DEFAULT.maxThreads());
    }
}
