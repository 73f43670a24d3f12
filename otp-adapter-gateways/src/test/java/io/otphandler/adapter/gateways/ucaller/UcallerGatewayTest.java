package io.otphandler.adapter.gateways.ucaller;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.adapter.gateways.kind.Messages;
import io.otphandler.adapter.gateways.kind.Opened;
import io.otphandler.adapter.gateways.kind.Provider;
import io.otphandler.application.port.CallbackReading;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Delivery.Kind;
import io.otphandler.application.port.Message;
import io.otphandler.domain.channel.ChannelType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UcallerGatewayTest {

    private static final UcallerKind KIND = new UcallerKind();

    private final Provider provider = new Provider();

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void theCodeThatTheProviderChoseIsTakenOver() {
        provider.answer(
                200, "{\"status\":true,\"ucaller_id\":103000,\"phone\":79123456789,\"code\":\"7777\",\"exists\":true}");
        Message message = Messages.of(ChannelType.FLASHCALL, null);

        assertThat(opened().deliver(message)).isEqualTo(new Delivery(Kind.ACCEPTED, "7777", List.of("103000"), ""));

        assertThat(provider.last().getUrl()).isEqualTo("/v1.0/initCall?phone=79123456789&unique=" + message.id());
        assertThat(provider.last().getHeader("Authorization")).isEqualTo("Bearer hush.12203");
    }

    @ParameterizedTest
    @CsvSource({
        "200, 4, REJECTED",
        "200, 5, REJECTED",
        "200, 0, UNAVAILABLE",
        "200, 3, UNAVAILABLE",
        "401, 401, UNAVAILABLE"
    })
    void anErrorMeansWhatItsCodeSays(int status, int code, Kind kind) {
        provider.answer(status, "{\"status\":false,\"error\":\"because\",\"code\":" + code + "}");

        assertThat(opened().deliver(Messages.of(ChannelType.FLASHCALL, null)).kind())
                .isEqualTo(kind);
    }

    @Test
    void aLostAnswerCanBeAskedForAgain() {
        provider.hangUp();
        assertThat(opened().deliver(Messages.of(ChannelType.FLASHCALL, null)).kind())
                .isEqualTo(Kind.UNANSWERED);

        provider.answer(200, "?");
        assertThat(opened().deliver(Messages.of(ChannelType.FLASHCALL, null)).kind())
                .isEqualTo(Kind.UNANSWERED);
    }

    @Test
    void anAddressCannotBeCalledAndNothingIsReported() {
        Opened opened = opened();

        assertThat(opened.deliver(Messages.email("x", "x")).kind()).isEqualTo(Kind.REJECTED);
        assertThat(opened.gateway
                        .read(opened.callback("POST", "", Map.of(), "{}"))
                        .kind())
                .isEqualTo(CallbackReading.Kind.NOT_EXPECTED);
    }

    @Test
    void everyFaultOfTheSettingsIsTold() {
        assertThat(Opened.faults(KIND, "{'url': 'x', 'serviceId': 'x', 'odd': 1}"))
                .extracting(fault -> fault.replaceAll(":.*", ""))
                .containsExactlyInAnyOrder("url", "serviceId", "keyFile", "odd");
    }

    private Opened opened() {
        return Opened.of(KIND, "{'url': '" + provider.url() + "/v1.0', 'serviceId': '12203', 'key': 'hush'}");
    }
}
