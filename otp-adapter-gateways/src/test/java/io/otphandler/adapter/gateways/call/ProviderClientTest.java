package io.otphandler.adapter.gateways.call;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Delivery.Kind;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProviderClientTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final WireMockServer provider = new WireMockServer(wireMockConfig().dynamicPort());
    private final ProviderClient client = new ProviderClient();

    @BeforeEach
    void start() {
        provider.start();
    }

    @AfterEach
    void stop() {
        provider.stop();
    }

    @Test
    void whatTheProviderAnswersIsRead() {
        provider.stubFor(any(anyUrl()).willReturn(ok("{\"id\":\"ж\"}")));

        Answer answer = client.send(request(), TIMEOUT).join();

        assertThat(answer.isSuccess()).isTrue();
        assertThat(answer.json().path("id").asText()).isEqualTo("ж");
        assertThat(new Answer(200, "no json").json().isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "301, UNAVAILABLE", "400, REJECTED", "401, UNAVAILABLE", "402, UNAVAILABLE", "404, UNAVAILABLE",
        "408, UNAVAILABLE", "422, REJECTED", "429, UNAVAILABLE", "500, UNAVAILABLE", "502, UNAVAILABLE",
        "503, UNAVAILABLE", "504, UNKNOWN"
    })
    void aStatusTellsWhatBecameOfTheMessage(int status, Kind kind) {
        provider.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody("because")));

        Delivery delivery = deliver(TIMEOUT, false);

        assertThat(delivery.kind()).isEqualTo(kind);
        assertThat(delivery.reason()).isEqualTo("HTTP " + status + ": because");
    }

    @Test
    void aLongReasonIsCutShort() {
        assertThat(new Answer(400, "x".repeat(10_000)).failure().reason()).hasSizeLessThan(400);
    }

    @Test
    void anAnswerThatDoesNotComeInTimeMayMeanThatTheMessageWasTaken() {
        provider.stubFor(any(anyUrl()).willReturn(ok().withFixedDelay(5_000)));

        assertThat(deliver(Duration.ofMillis(200), false).kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(deliver(Duration.ofMillis(200), true).kind()).isEqualTo(Kind.UNANSWERED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"EMPTY_RESPONSE", "CONNECTION_RESET_BY_PEER", "RANDOM_DATA_THEN_CLOSE"})
    void aConnectionThatBreaksAfterTheRequestMayMeanThatTheMessageWasTaken(Fault fault) {
        provider.stubFor(any(anyUrl()).willReturn(aResponse().withFault(fault)));

        assertThat(deliver(TIMEOUT, false).kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(deliver(TIMEOUT, true).kind()).isEqualTo(Kind.UNANSWERED);
    }

    @Test
    void whereNobodyListensNothingWasTaken() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        assertThat(deliver("http://127.0.0.1:" + free + "/").kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(deliver("http://nowhere.invalid/").kind()).isEqualTo(Kind.UNAVAILABLE);
        // a server that speaks something else than TLS
        assertThat(deliver("https://127.0.0.1:" + provider.port() + "/").kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aRedirectIsNotFollowed() {
        WireMockServer other = new WireMockServer(wireMockConfig().dynamicPort());
        other.start();
        try {
            provider.stubFor(any(anyUrl()).willReturn(temporaryRedirect(other.baseUrl())));

            assertThat(deliver(TIMEOUT, false).kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(other.getAllServeEvents()).isEmpty();
        } finally {
            other.stop();
        }
    }

    @Test
    void anAnswerWithoutEndIsNotListenedToForLong() {
        provider.stubFor(any(anyUrl()).willReturn(ok("x".repeat(ProviderClient.MAX_BODY + 1))));

        assertThat(deliver(TIMEOUT, false).kind()).isEqualTo(Kind.UNKNOWN);
    }

    @Test
    void anAnswerThatNobodyUnderstandsMayMeanThatTheMessageWasTaken() {
        provider.stubFor(any(anyUrl()).willReturn(ok()));

        Delivery delivery = client.deliver(request(), TIMEOUT, false, answer -> {
                    throw new IllegalStateException("odd");
                })
                .join();

        assertThat(delivery.kind()).isEqualTo(Kind.UNKNOWN);
    }

    private Delivery deliver(Duration timeout, boolean isIdempotent) {
        return client.deliver(request(), timeout, isIdempotent, ProviderClientTest::read)
                .join();
    }

    private Delivery deliver(String url) {
        return client.deliver(HttpRequest.newBuilder(URI.create(url)).build(), TIMEOUT, false, ProviderClientTest::read)
                .join();
    }

    private static Delivery read(Answer answer) {
        return answer.isSuccess() ? Delivery.accepted() : answer.failure();
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(URI.create(provider.baseUrl() + "/send"))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
    }
}
