package io.otphandler.adapter.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.adapter.gateways.kind.Messages;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.ScriptedGateway;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GuardedGatewayTest {

    private final MovableClock clock = new MovableClock();
    private final ScriptedGateway provider = new ScriptedGateway("main");
    private final GuardedGateway gateway = new GuardedGateway(provider, clock, Duration.ofMillis(50));

    @Test
    void aProviderThatFailsCostsNothingAnyMoreAfterAFewAttempts() {
        fail(GuardedGateway.MIN_ATTEMPTS);

        assertThat(gateway.health()).isNotEqualTo(Gateway.Health.UP);
        assertThat(provider.messages()).hasSize(GuardedGateway.MIN_ATTEMPTS);
    }

    @Test
    void whileItIsKnownToBeDownMessagesAreTurnedAwayAtOnce() {
        GuardedGateway patient = new GuardedGateway(provider, clock, Duration.ofMinutes(1));
        for (int i = 0; i < GuardedGateway.MIN_ATTEMPTS; i++) {
            provider.then(Delivery.unavailable("down"));
            deliver(patient);
        }

        assertThat(patient.isReachable()).isFalse();
        assertThat(deliver(patient).kind()).isEqualTo(Delivery.Kind.UNAVAILABLE);
        assertThat(provider.messages()).hasSize(GuardedGateway.MIN_ATTEMPTS);
    }

    @Test
    void afterAWhileAFewMessagesFindOutThatItIsBack() {
        fail(GuardedGateway.MIN_ATTEMPTS);
        await().until(gateway::health, Gateway.Health.PROBING::equals);
        assertThat(gateway.isReachable()).isTrue();

        for (int i = 0; i < 3; i++) {
            assertThat(deliver(gateway).kind()).isEqualTo(Delivery.Kind.ACCEPTED);
        }

        assertThat(gateway.health()).isEqualTo(Gateway.Health.UP);
    }

    @Test
    void whoRejectsMessagesIsThere() {
        for (int i = 0; i < 20; i++) {
            provider.then(Delivery.rejected("no such number"));
            deliver(gateway);
        }

        assertThat(gateway.health()).isEqualTo(Gateway.Health.UP);
        assertThat(provider.messages()).hasSize(20);
    }

    @Test
    void answersThatDoNotComeCountAsFailures() {
        for (int i = 0; i < GuardedGateway.MIN_ATTEMPTS; i++) {
            provider.then(Delivery.unknown("no answer in time"));
            deliver(gateway);
        }

        assertThat(gateway.health()).isNotEqualTo(Gateway.Health.UP);
    }

    @Test
    void aGatewayThatBreaksItsContractMayHaveSentTheMessage() {
        provider.then(message -> CompletableFuture.failedFuture(new IllegalStateException("broken")));
        assertThat(deliver(gateway).kind()).isEqualTo(Delivery.Kind.UNKNOWN);

        provider.then(message -> {
            throw new IllegalStateException("broken");
        });
        assertThat(deliver(gateway).kind()).isEqualTo(Delivery.Kind.UNKNOWN);
    }

    @Test
    void whatTheProviderSaysIsPassedOnWithoutCodeAndRecipient() {
        provider.then(Delivery.rejected("cannot send 482913 to +79123456789"));

        assertThat(deliver(gateway).reason()).isEqualTo("cannot send *** to +7912***6789");
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            provider.then(Delivery.unavailable("down"));
            deliver(gateway);
        }
    }

    @CanIgnoreReturnValue
    private static Delivery deliver(Gateway gateway) {
        return gateway.deliver(Messages.sms("Code 482913"))
                .toCompletableFuture()
                .join();
    }
}
