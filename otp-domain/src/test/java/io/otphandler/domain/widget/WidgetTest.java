package io.otphandler.domain.widget;

import static io.otphandler.domain.Fixtures.EMAIL;
import static io.otphandler.domain.Fixtures.PHONE;
import static io.otphandler.domain.Fixtures.email;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.template;
import static io.otphandler.domain.Fixtures.voice;
import static io.otphandler.domain.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.otphandler.domain.channel.ChannelType;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WidgetTest {

    @Test
    void theLegsOfASessionAreTheSuitableChannelsInTheirOrder() {
        Widget widget = widget(
                        email(), sms().templates(template("ru", "+375"), template("en")), voice().disabled(), voice())
                .build();

        assertThat(widget.legsFor(PHONE, null, gateway -> true)).containsExactly(widget.leg(1, 1), widget.leg(3, 0));
        assertThat(widget.legsFor(EMAIL, null, gateway -> true)).containsExactly(widget.leg(0, 0));
        assertThat(widget.legsFor(PHONE, null, gateway -> false)).isEmpty();
    }

    @Test
    void theLanguageIsAskedOfEveryChannel() {
        Widget widget = widget(
                        sms().templates(template("ru"), template("en")),
                        voice().templates(template("en"), template("ru")))
                .build();

        assertThat(widget.legsFor(PHONE, "en", gateway -> true)).containsExactly(widget.leg(0, 1), widget.leg(1, 0));
    }

    @Test
    void aLegHoldsItsChannelAndTemplate() {
        Leg leg = widget(email(), sms().templates(template("ru"), template("en")))
                .build()
                .leg(1, 1);

        assertThat(leg.channel().type()).isEqualTo(ChannelType.SMS);
        assertThat(leg.template().locale()).isEqualTo("en");
        assertThat(leg.channelIndex()).isEqualTo(1);
        assertThat(leg.templateIndex()).isEqualTo(1);
    }

    @Test
    void onlyAnActiveWidgetThatIsNotBlockedIsUsable() {
        assertThat(widget().build().isUsable()).isTrue();
        assertThat(widget().inactive().build().isUsable()).isFalse();
        assertThat(widget().blocked().build().isUsable()).isFalse();
    }

    @Test
    void blockingChangesNothingElse() {
        Widget widget = widget(sms()).testRecipient(PHONE, "123456").build();

        assertThat(widget.withBlocked(true).isBlocked()).isTrue();
        assertThat(widget.withBlocked(true).withBlocked(false)).isEqualTo(widget);
    }

    @Test
    void anotherRevisionChangesNothingElse() {
        Widget widget = widget(sms()).testRecipient(PHONE, "123456").build();

        assertThat(widget.withRevision(7).revision()).isEqualTo(7);
        assertThat(widget.withRevision(7).withRevision(1)).isEqualTo(widget);
    }

    @Test
    void whatAWidgetHoldsCannotBeChanged() {
        Widget widget = widget(sms()).testRecipient(PHONE, "123456").build();

        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> widget.channels().clear());
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> widget.testRecipients().clear());
    }

    @Test
    void aWidgetPrintedShowsNeitherTestRecipientsNorTheirCodes() {
        assertThat(widget().testRecipient(PHONE, "472913").build().toString())
                .doesNotContain(PHONE.value())
                .doesNotContain("472913");
    }

    @Test
    void anAccountIsNamedByOneToAHundredAndTwentyEightCharacters() {
        assertThat(new AccountId("a".repeat(128))).hasToString("a".repeat(128));
        assertThatIllegalArgumentException().isThrownBy(() -> new AccountId("a".repeat(129)));
        assertThatIllegalArgumentException().isThrownBy(() -> new AccountId(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> new AccountId(""));
    }

    @Test
    void aWidgetIsNamedByItsUuid() {
        UUID uuid = UUID.fromString("123634df-ddfe-4dda-b31d-f3b4e75fc5dc");

        assertThat(new WidgetId(uuid)).hasToString("123634df-ddfe-4dda-b31d-f3b4e75fc5dc");
    }
}
