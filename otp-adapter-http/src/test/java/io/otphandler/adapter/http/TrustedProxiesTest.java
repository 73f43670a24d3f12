package io.otphandler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

    private final TrustedProxies proxies =
            new TrustedProxies(List.of("10.0.0.0/8", "192.0.2.7", "2001:db8::/33", "127.0.0.0/31"));

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // nobody that is trusted says it
                "198.51.100.1; 203.0.113.5; 198.51.100.1",
                "192.0.2.8; 203.0.113.5; 192.0.2.8",
                "127.0.0.2; 203.0.113.5; 127.0.0.2",
                // what a trusted one says, and not what the client says before
                "10.1.2.3; 203.0.113.5; 203.0.113.5",
                "127.0.0.1; 203.0.113.5; 203.0.113.5",
                "192.0.2.7; 1.1.1.1, 203.0.113.5; 203.0.113.5",
                "10.1.2.3; 1.1.1.1, 203.0.113.5 ,10.9.9.9, 192.0.2.7; 203.0.113.5",
                "[2001:db8:7fff::1]; 2001:db8:8000::1; 2001:db8:8000::1",
                // all of them are trusted
                "10.1.2.3; 10.4.5.6; 10.4.5.6",
                // other ways to write an address
                "10.1.2.3; [2001:db8:8000::1]:4711; 2001:db8:8000::1",
                "10.1.2.3; 203.0.113.5:4711; 203.0.113.5",
                "::ffff:10.1.2.3; 203.0.113.5; 203.0.113.5",
                "fe80::1%eth0; 203.0.113.5; fe80::1",
                // what is no address ends the search where it was
                "10.1.2.3; unknown; 10.1.2.3",
                "10.1.2.3; 1.1.1.1, example.com, 10.4.5.6; 10.4.5.6",
                "10.1.2.3; ''; 10.1.2.3",
                "10.1.2.3; ; 10.1.2.3"
            })
    void theClientIsTheLastThatNoTrustedProxyIs(String connection, String forwardedFor, String client) {
        assertThat(proxies.clientOf(connection, forwardedFor)).isEqualTo(client);
    }

    @Test
    void withoutTrustedProxiesTheHeaderSaysNothing() {
        assertThat(new TrustedProxies(List.of()).clientOf("127.0.0.1", "203.0.113.5"))
                .isEqualTo("127.0.0.1");
        assertThat(new TrustedProxies(List.of("0.0.0.0/0")).clientOf("127.0.0.1", "203.0.113.5"))
                .isEqualTo("203.0.113.5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "*", "10.0.0.0/33", "2001:db8::/129", "10.0.0.0/", "10.0.0/8", "proxy.example", "1.2.3"})
    void whatIsNoNetworkIsRefused(String text) {
        assertThat(HttpSettings.isNetwork(text)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpSettings.DEFAULT.withTrustedProxies(List.of(text)))
                .withMessageContaining("http.trustedProxies");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "10.0.0.1", "0.0.0.0/0", "::1", "2001:db8::/128", "::/0"})
    void addressesAndNetworksAreTaken(String text) {
        assertThat(HttpSettings.isNetwork(text)).isTrue();
    }
}
