package io.otphandler.adapter.gateways.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.ManualTimers;
import io.otphandler.application.port.Message;
import io.otphandler.application.port.MovableClock;
import io.otphandler.application.port.Sandbox.Behaviour;
import io.otphandler.application.port.Sandbox.Received;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.AccountId;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxTest {

    private static final AccountId ACME = new AccountId("acme");
    private static final AccountId OTHER = new AccountId("other");
    private static final Recipient ANN = new PhoneNumber("+79120000001");
    private static final Recipient BOB = new PhoneNumber("+79120000002");

    private final MovableClock clock = new MovableClock();
    private final ManualTimers timers = new ManualTimers(clock);
    private final SandboxGateway gateway = new SandboxGateway("sandbox", null, clock, timers);
    private final SandboxGateway spare = new SandboxGateway("spare", null, clock, timers);
    private final Sandboxes sandboxes = new Sandboxes(List.of(gateway, spare));

    @Test
    void acceptsEverythingAndShowsWhatItWasGiven() {
        Message message = message(ACME, ANN, ChannelType.SMS, CodeType.CODE);

        assertThat(answerTo(message)).isEqualTo(Delivery.accepted());
        assertThat(sandboxes.messages(ACME, null))
                .containsExactly(
                        new Received(message.id(), ChannelType.SMS, ANN, "4711", "Code: 4711, 5 min", clock.instant()));
    }

    @Test
    void aCodelessMessageShowsNoCode() {
        answerTo(message(ACME, ANN, ChannelType.SIM_PUSH, CodeType.CODELESS));

        assertThat(onlyMessage().code()).isNull();
    }

    @Test
    void theProvidersCodeIsAnsweredAndShown() {
        behave(Delivery.Kind.ACCEPTED, 0, "987654");

        assertThat(answerTo(sms()).chosenCode()).isEqualTo("987654");
        assertThat(onlyMessage().code()).isEqualTo("987654");
        assertThat(onlyMessage().text()).isEqualTo("Code: 987654, 5 min");
    }

    @Test
    void oneWithACodeOfItsOwnAlwaysChoosesThat() {
        SandboxGateway chooser = new SandboxGateway("chooser", "123456", clock, timers);

        assertThat(now(chooser.deliver(sms()).toCompletableFuture()).chosenCode())
                .isEqualTo("123456");
        assertThat(now(chooser.deliver(message(ACME, ANN, ChannelType.SIM_PUSH, CodeType.CODELESS))
                                .toCompletableFuture())
                        .chosenCode())
                .isNull();
    }

    @ParameterizedTest
    @EnumSource(Delivery.Kind.class)
    void answersAsToldAndShowsWhatMayHaveReachedTheUser(Delivery.Kind outcome) {
        behave(outcome, 0, null);

        assertThat(answerTo(sms()).kind()).isEqualTo(outcome);
        assertThat(sandboxes.messages(ACME, ANN))
                .hasSize(outcome == Delivery.Kind.ACCEPTED || outcome == Delivery.Kind.UNKNOWN ? 1 : 0);
    }

    @Test
    void aDelayHoldsBackTheAnswerNotTheMessage() {
        behave(Delivery.Kind.ACCEPTED, 1_500, null);

        CompletableFuture<Delivery> answer = gateway.deliver(sms()).toCompletableFuture();
        timers.advance(Duration.ofMillis(1_499));
        assertThat(answer).isNotDone();
        assertThat(onlyMessage().at()).isEqualTo(clock.instant().minusMillis(1_499));
        timers.advance(Duration.ofMillis(1));
        assertThat(now(answer)).isEqualTo(Delivery.accepted());
    }

    @Test
    void aBehaviourIsForOneAccountRecipientAndChannel() {
        behave(Delivery.Kind.REJECTED, 0, null);

        assertThat(answerTo(message(OTHER, ANN, ChannelType.SMS, CodeType.CODE)))
                .isEqualTo(Delivery.accepted());
        assertThat(answerTo(message(ACME, BOB, ChannelType.SMS, CodeType.CODE))).isEqualTo(Delivery.accepted());
        assertThat(answerTo(message(ACME, ANN, ChannelType.VOICE, CodeType.CODE)))
                .isEqualTo(Delivery.accepted());
    }

    @Test
    void theLastBehaviourToldHolds() {
        behave(Delivery.Kind.REJECTED, 0, null);
        behave(Delivery.Kind.ACCEPTED, 0, null);

        assertThat(answerTo(sms())).isEqualTo(Delivery.accepted());
    }

    @Test
    void aBehaviourCanBeForOneGatewayOnly() {
        sandboxes.behave(
                ACME, ANN, ChannelType.SMS, "spare", new Behaviour(Delivery.Kind.REJECTED, Duration.ZERO, null));

        assertThat(answerTo(sms())).isEqualTo(Delivery.accepted());
        assertThat(now(spare.deliver(sms()).toCompletableFuture()).kind()).isEqualTo(Delivery.Kind.REJECTED);
        assertThat(sandboxes.gateways()).containsExactly("sandbox", "spare");
        assertThatThrownBy(() -> sandboxes.behave(
                        ACME,
                        ANN,
                        ChannelType.SMS,
                        "sms-main",
                        new Behaviour(Delivery.Kind.REJECTED, Duration.ZERO, null)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12a4", "١٢٣٤", "123456789012345678901234567890123"})
    void aCodeIsDigits(String code) {
        assertThatThrownBy(() -> behave(Delivery.Kind.ACCEPTED, 0, code)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SandboxGateway("chooser", code, clock, timers))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCodeMayBeTooShortToBeGood() {
        behave(Delivery.Kind.ACCEPTED, 0, "1");

        assertThat(answerTo(sms()).chosenCode()).isEqualTo("1");
    }

    @Test
    void theSameMessageHandedOverTwiceIsThereTwice() {
        Message message = sms();
        answerTo(message);
        answerTo(message);

        assertThat(sandboxes.messages(ACME, ANN))
                .extracting(Received::dispatch)
                .containsExactly(message.id(), message.id());
    }

    @Test
    void messagesOfAllGatewaysAreShownNewestFirst() {
        Message first = sms();
        Message second = sms();
        Message third = sms();
        answerTo(first);
        clock.advance(Duration.ofMillis(1));
        now(spare.deliver(second).toCompletableFuture());
        clock.advance(Duration.ofMillis(1));
        answerTo(third);

        assertThat(sandboxes.messages(ACME, null))
                .extracting(Received::dispatch)
                .containsExactly(third.id(), second.id(), first.id());
    }

    @Test
    void messagesAreTheAccountsOwnAndTheRecipientsWhereOneIsNamed() {
        Message toBob = message(ACME, BOB, ChannelType.SMS, CodeType.CODE);
        answerTo(sms());
        answerTo(toBob);

        assertThat(sandboxes.messages(OTHER, null)).isEmpty();
        assertThat(sandboxes.messages(ACME, null)).hasSize(2);
        assertThat(sandboxes.messages(ACME, BOB)).extracting(Received::dispatch).containsExactly(toBob.id());
    }

    @Test
    void onlyTheLastThousandAreKept() {
        Message first = sms();
        answerTo(first);
        for (int i = 0; i < SandboxGateway.MAX_MESSAGES; i++) {
            answerTo(sms());
        }

        assertThat(sandboxes.messages(ACME, null))
                .hasSize(SandboxGateway.MAX_MESSAGES)
                .extracting(Received::dispatch)
                .doesNotContain(first.id());
    }

    @Test
    void theBehaviourToldLongestAgoIsForgottenFirst() {
        behave(Delivery.Kind.REJECTED, 0, null);
        for (int i = 0; i < SandboxGateway.MAX_BEHAVIOURS - 1; i++) {
            Recipient other = new PhoneNumber("+7913" + (1_000_000 + i));
            sandboxes.behave(
                    ACME, other, ChannelType.SMS, null, new Behaviour(Delivery.Kind.REJECTED, Duration.ZERO, null));
        }
        assertThat(answerTo(sms()).kind()).isEqualTo(Delivery.Kind.REJECTED);
        sandboxes.behave(ACME, BOB, ChannelType.SMS, null, new Behaviour(Delivery.Kind.REJECTED, Duration.ZERO, null));

        assertThat(answerTo(sms()).kind()).isEqualTo(Delivery.Kind.ACCEPTED);
    }

    private Received onlyMessage() {
        assertThat(sandboxes.messages(ACME, null)).hasSize(1);
        return sandboxes.messages(ACME, null).get(0);
    }

    private void behave(Delivery.Kind outcome, long delayMs, String code) {
        sandboxes.behave(ACME, ANN, ChannelType.SMS, null, new Behaviour(outcome, Duration.ofMillis(delayMs), code));
    }

    @CanIgnoreReturnValue
    private Delivery answerTo(Message message) {
        return now(gateway.deliver(message).toCompletableFuture());
    }

    @CanIgnoreReturnValue
    private static Delivery now(CompletableFuture<Delivery> answer) {
        assertThat(answer).isDone();
        return answer.join();
    }

    private static Message sms() {
        return message(ACME, ANN, ChannelType.SMS, CodeType.CODE);
    }

    private static Message message(AccountId account, Recipient recipient, ChannelType channel, CodeType codeType) {
        return new Message(
                new DispatchId(new SessionId(UUID.randomUUID()), 1),
                account,
                channel,
                codeType,
                recipient,
                null,
                null,
                "Code: 4711, 5 min",
                new Code("4711"),
                "ru",
                Duration.ofMinutes(5));
    }
}
