package io.otphandler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackTest {

    private static boolean judge(String remote, String host) {
        return Loopback.isFromHere(remote, "HTTP/1.1", Map.of("host", List.of(host)));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, localhost:8080",
        "127.0.0.1, LOCALHOST",
        "127.0.0.1, 127.0.0.1:8080",
        "127.0.0.2, 127.0.0.2",
        "::1, [::1]:8080",
        "0:0:0:0:0:0:0:1, localhost",
        "[::1], [::1]"
    })
    void whatThisMachineAsksOfItselfIsFromHere(String remote, String host) {
        assertThat(judge(remote, host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "192.168.0.7", "172.17.0.1", "203.0.113.5", "2001:db8::1", "128.0.0.1"})
    void whatComesFromElsewhereIsNot(String remote) {
        assertThat(judge(remote, "localhost:8080")).isFalse();
        assertThat(judge(remote, "127.0.0.1:8080")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "otp.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "127.evil.example",
                "evil.example:8080",
                "localhost:8080.evil.example",
                "localhost@evil.example",
                "0.0.0.0",
                "[::2]",
                "::1",
                "128.0.0.1",
                ""
            })
    void aNameThatOnlyPointsHereIsNot(String host) {
        assertThat(judge("127.0.0.1", host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"})
    void whatAProxyOnThisMachinePassesOnIsNot(String header) {
        Map<String, List<String>> headers = new HashMap<>(Map.of("host", List.of("localhost")));
        headers.put(header, List.of("127.0.0.1"));

        assertThat(Loopback.isFromHere("127.0.0.1", "HTTP/1.1", headers)).isFalse();
    }

    @Test
    void aProxyThatHidesItselfIsToldByItsOldVersion() {
        Map<String, List<String>> headers = Map.of("host", List.of("127.0.0.1:8080"));

        assertThat(Loopback.isFromHere("127.0.0.1", "HTTP/1.0", headers)).isFalse();
    }

    @Test
    void whoNamesNoHostOrTwoIsNot() {
        assertThat(Loopback.isFromHere("127.0.0.1", "HTTP/1.1", Map.of())).isFalse();
        assertThat(Loopback.isFromHere("127.0.0.1", "HTTP/1.1", Map.of("host", List.of("localhost", "evil.example"))))
                .isFalse();
    }
}
