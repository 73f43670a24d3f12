package io.otphandler.domain.channel;

import static io.otphandler.domain.Fixtures.EMAIL;
import static io.otphandler.domain.Fixtures.PHONE;
import static io.otphandler.domain.Fixtures.email;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.otphandler.domain.recipient.EmailAddress;
import io.otphandler.domain.recipient.PhoneNumber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Which channel suits whom, and what it says to them. */
class ChannelTest {

    private static final Predicate<String> EVERY_GATEWAY = name -> true;

    @Test
    void aChannelSuitsARecipientOfItsKind() {
        assertThat(sms().build().templateFor(PHONE, null, EVERY_GATEWAY)).hasValue(0);
        assertThat(email().build().templateFor(EMAIL, null, EVERY_GATEWAY)).hasValue(0);
        assertThat(sms().build().templateFor(EMAIL, null, EVERY_GATEWAY)).isEmpty();
        assertThat(email().build().templateFor(PHONE, null, EVERY_GATEWAY)).isEmpty();
    }

    @Test
    void aDisabledChannelSuitsNobody() {
        assertThat(sms().disabled().build().templateFor(PHONE, null, EVERY_GATEWAY))
                .isEmpty();
    }

    @Test
    void oneConfiguredGatewayIsEnough() {
        Channel channel = sms().gateways("a", "b").build();

        assertThat(channel.templateFor(PHONE, null, "b"::equals)).hasValue(0);
        assertThat(channel.templateFor(PHONE, null, "c"::equals)).isEmpty();
    }

    @Test
    void aChannelWithoutAMatchingTemplateDoesNotSuit() {
        assertThat(sms().templates(template("ru", "+375", "+380")).build().templateFor(PHONE, "ru", EVERY_GATEWAY))
                .isEmpty();
        assertThat(sms().templates().build().templateFor(PHONE, null, EVERY_GATEWAY))
                .isEmpty();
    }

    @Test
    void theFirstMatchingTemplateIsTaken() {
        assertThat(templateFor(null, template("ru", "+375"), template("en", "+1", "+79"), template("kk")))
                .hasValue(1);
    }

    @Test
    void aTemplateWithoutRecipientsMatchesEverybody() {
        assertThat(templateFor(null, template("ru"), template("ru", "+7912"))).hasValue(0);
    }

    @Test
    void aPrefixMatchesOnlyFromTheBeginning() {
        assertThat(template("ru", "+7912").matches(new PhoneNumber("+79121234567")))
                .isTrue();
        assertThat(template("ru", "+7912").matches(new PhoneNumber("+47912123456")))
                .isFalse();
        assertThat(template("ru", "ann@").matches(new EmailAddress("Ann@shop.example")))
                .isTrue();
    }

    @Test
    void theBestOfTheUsersLanguagesThatATemplateSpeaksIsTaken() {
        assertThat(templateFor("de-AT,kk-KZ,en", template("ru"), template("en"), template("kk")))
                .hasValue(2);
        assertThat(templateFor("de,fr", template("ru"), template("en"))).hasValue(0);
        assertThat(templateFor("de,en", template("ru"), template("en", "+1"))).hasValue(0);
    }

    @Test
    void theUsersLanguageIsPreferredAmongTheMatchingTemplates() {
        assertThat(templateFor("kk", template("ru"), template("kk"), template("kk")))
                .hasValue(1);
        assertThat(templateFor("ru", template("ru"), template("kk"))).hasValue(0);
    }

    @Test
    void theUsersLanguageExcludesNoTemplate() {
        assertThat(templateFor("de", template("kk", "+375"), template("ru"), template("en")))
                .hasValue(1);
    }

    @Test
    void aTemplateInTheUsersLanguageForOthersIsNotTaken() {
        assertThat(templateFor("kk", template("ru"), template("kk", "+375"))).hasValue(0);
    }

    @Test
    void languagesCompareWithoutRegionAndCase() {
        assertThat(templateFor("RU-by", template("en"), template("ru"))).hasValue(1);
        assertThat(templateFor("ru", template("en"), template("ru-RU"))).hasValue(1);
        assertThat(templateFor("e", template("ru"), template("en"))).hasValue(0);
    }

    @Test
    void theListsOfAChannelCannotBeChanged() {
        List<String> gateways = new ArrayList<>(List.of("a"));
        List<Template> templates = new ArrayList<>(List.of(template("ru")));
        List<String> recipients = new ArrayList<>(List.of("+7"));
        Channel channel =
                new Channel(ChannelType.SMS, "SMS", CodeType.CODE, true, gateways, ChannelSettings.DEFAULT, templates);
        Template template = new Template(recipients, "ru", null, null, null);

        gateways.clear();
        templates.clear();
        recipients.clear();

        assertThat(channel.gateways()).containsExactly("a");
        assertThat(channel.templates()).hasSize(1);
        assertThat(template.recipients()).containsExactly("+7");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> channel.gateways().clear());
    }

    @Test
    void theDefaultsAreThoseOfTheSpecification() {
        ChannelSettings settings = ChannelSettings.DEFAULT;

        assertThat(settings.lifetime()).isEqualTo(Duration.ofSeconds(300));
        assertThat(settings.numberOfTries()).isEqualTo(3);
        assertThat(settings.numberOfRestart()).isEqualTo(2);
        assertThat(settings.restartCooldown()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.fallbackAfter()).isNull();
        assertThat(settings.code().length()).isEqualTo(6);
        assertThat(settings.code().beautify()).isFalse();
    }

    private static OptionalInt templateFor(String languageTag, Template... templates) {
        return sms().templates(templates).build().templateFor(PHONE, languageTag, EVERY_GATEWAY);
    }
}
