package io.otphandler.application.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv6Test {

    @ParameterizedTest
    @CsvSource({
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::/64",
        "2001:DB8:1:2::, 2001:db8:1:2::/64",
        "2001:0db8:0001:0002:ffff::6%eth0, 2001:db8:1:2::/64",
        "2001:db8::, 2001:db8:0:0::/64",
        "2001:db8::1:2:3:4:5, 2001:db8:0:1::/64",
        "::1, 0:0:0:0::/64",
        "::, 0:0:0:0::/64",
        "1:2:3:4:5:6:7::, 1:2:3:4::/64",
        "64:ff9b::192.0.2.1, 64:ff9b:0:0::/64",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::FFFF:c000:201, 192.0.2.1",
        "0:0:0:0:0:ffff:255.255.255.255, 255.255.255.255"
    })
    void theNetworkIsTheSameHoweverAnAddressIsWritten(String address, String network) {
        assertThat(Ipv6.networkOf(address)).contains(network);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1",
                "",
                ":",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::9",
                "1::2::3",
                "12345::",
                "::-1",
                "::g",
                "::1.2.3",
                "::1.2.3.256",
                "::1.2.3.-4"
            })
    void whatIsNoneHasNoNetwork(String text) {
        assertThat(Ipv6.networkOf(text)).isEmpty();
    }
}
