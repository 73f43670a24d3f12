package io.otphandler.domain.widget;

import static io.otphandler.domain.Fixtures.PHONE;
import static io.otphandler.domain.Fixtures.channel;
import static io.otphandler.domain.Fixtures.email;
import static io.otphandler.domain.Fixtures.push;
import static io.otphandler.domain.Fixtures.sms;
import static io.otphandler.domain.Fixtures.template;
import static io.otphandler.domain.Fixtures.voice;
import static io.otphandler.domain.Fixtures.widget;
import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.Fixtures.ChannelBuilder;
import io.otphandler.domain.Fixtures.WidgetBuilder;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.Template;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WidgetPoliciesTest {

    @Test
    void aSoundWidgetMayBeSaved() {
        assertThat(fieldsOf(widget(sms(), voice(), email(), push()))).isEmpty();
        assertThat(fieldsOf(widget())).isEmpty();
    }

    /** A number with its bounds: at them all is well, beyond them the field is named. */
    @ParameterizedTest
    @CsvSource({
        "lifetime, 1, 600",
        "numberOfTries, 1, 100",
        "numberOfRestart, 0, 10",
        "restartCooldown, 0, 3600",
        "fallbackAfter, 1, 599",
        "code.length, 4, 10"
    })
    void theNumbersOfAChannelAreGoodUpToTheirBoundsAndNotBeyond(String field, int min, int max) {
        assertThat(fieldsOf(widget(withNumber(field, min)))).isEmpty();
        assertThat(fieldsOf(widget(withNumber(field, max)))).isEmpty();
        assertThat(fieldsOf(widget(withNumber(field, min - 1)))).containsExactly("channels[0]." + field);
        assertThat(fieldsOf(widget(withNumber(field, max + 1)))).containsExactly("channels[0]." + field);
    }

    @Test
    void aFallbackComesWithinTenMinutesAndBeforeTheLifetimeEnds() {
        assertThat(violationsOf(widget(sms().lifetime(600).fallbackAfter(601))))
                .containsExactly(
                        new Violation("channels[0].fallbackAfter", "expected 1 to 600 seconds, was 601"),
                        new Violation("channels[0].fallbackAfter", "expected less than lifetime (600), was 601"));
        assertThat(violationsOf(widget(sms().lifetime(60).fallbackAfter(60))))
                .containsExactly(
                        new Violation("channels[0].fallbackAfter", "expected less than lifetime (60), was 60"));
        assertThat(violationsOf(widget(sms().lifetime(60).fallbackAfter(59)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "3600, true", "3601, false"})
    void aSessionLivesAnHourAtMost(int seconds, boolean good) {
        assertThat(fieldsOf(widget(sms()).sessionLifetime(seconds)))
                .isEqualTo(good ? List.of() : List.of("sessionLifetime"));
    }

    @Test
    void aViolationTellsWhatWasExpectedAndWhatWasFound() {
        assertThat(violationsOf(widget(sms(), sms().tries(101).code(8, false))))
                .containsExactly(new Violation("channels[1].numberOfTries", "expected 1 to 100, was 101"));
        assertThat(violationsOf(widget(sms().lifetime(0))))
                .containsExactly(new Violation("channels[0].lifetime", "expected 1 to 600 seconds, was 0"));
    }

    @Test
    void aWidgetHasANameOfAtMostTwoHundredCharacters() {
        assertThat(fieldsOf(widget().name("n".repeat(200)))).isEmpty();
        assertThat(fieldsOf(widget().name("n".repeat(201)))).containsExactly("name");
        assertThat(fieldsOf(widget().name(" "))).containsExactly("name");
    }

    @Test
    void aChannelHasALabelOfAtMostTwoHundredCharacters() {
        assertThat(fieldsOf(widget(sms().label("n".repeat(200))))).isEmpty();
        assertThat(fieldsOf(widget(sms().label("n".repeat(201))))).containsExactly("channels[0].label");
        assertThat(fieldsOf(widget(sms().label("")))).containsExactly("channels[0].label");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ru", "RUS", "R1", "R"})
    void aRegionIsTwoCapitalLetters(String region) {
        assertThat(fieldsOf(widget().region(region))).containsExactly("defaultRegion");
    }

    @Test
    void aWidgetHasAtMostThirtyTwoChannels() {
        assertThat(fieldsOf(widget(channels(32)))).isEmpty();
        assertThat(fieldsOf(widget(channels(33)))).containsExactly("channels");
    }

    @Test
    void aChannelHasAGateway() {
        assertThat(fieldsOf(widget(sms().gateways()))).containsExactly("channels[0].gateways");
    }

    @Test
    void aChannelHasATemplate() {
        assertThat(fieldsOf(widget(sms().templates()))).containsExactly("channels[0].templates");
    }

    @Test
    void beautifiedCodesHaveAtLeastSixDigits() {
        assertThat(fieldsOf(widget(sms().code(5, true)))).containsExactly("channels[0].code.beautify");
        assertThat(fieldsOf(widget(sms().code(6, true)))).isEmpty();
        assertThat(fieldsOf(widget(sms().code(3, true))))
                .containsExactly("channels[0].code.length", "channels[0].code.beautify");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "+7", "+7912", "+123456789012345", "ann@", "7"})
    void aTemplateIsForRecipientsThatBeginSo(String prefix) {
        assertThat(fieldsOf(widget(sms().templates(template("ru", prefix))))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " +7", "+7 912", "+1234567890123456", "+7a", "++7"})
    void aTemplateIsNotForRecipientsThatCannotBe(String prefix) {
        assertThat(fieldsOf(widget(sms().templates(template("ru", "+7", prefix)))))
                .containsExactly("channels[0].templates[0].recipients[1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ru", "en-GB", "sr-Latn-RS", "kk"})
    void aTemplateHasALanguage(String locale) {
        assertThat(fieldsOf(widget(sms().templates(template(locale))))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "r", "ru_RU", "ru-", "9x", "abcdefghi"})
    void whatIsNoLanguageTagIsRefused(String locale) {
        assertThat(fieldsOf(widget(sms(), sms().templates(template("ru"), template(locale)))))
                .containsExactly("channels[1].templates[1].locale");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{code}}", "{{code}} {{ttl}} {{origin}} {{code}}", "{{code}} { } {x} }}"})
    void theKnownPlaceholdersMayBeUsed(String text) {
        assertThat(fieldsOf(widget(sms().text(text)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{Code}}", "{{ ttl }}", "{{}}", "{{name}}", "{{a\nb}}"})
    void anUnknownPlaceholderIsRefused(String placeholder) {
        assertThat(violationsOf(widget(sms().text("{{code}} " + placeholder))))
                .containsExactly(new Violation(
                        "channels[0].templates[0].text",
                        "expected only {{code}}, {{ttl}} and {{origin}}, found " + placeholder));
    }

    @Test
    void aSubjectHasTheSamePlaceholders() {
        Template template = new Template(List.of(), "en", null, "{{origin}} {{user}}", "{{code}}");

        assertThat(fieldsOf(widget(email().templates(template)))).containsExactly("channels[0].templates[0].subject");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.example", "https://shop.example", "http://localhost:8080", "xn--e1afmkfd.example"})
    void anOriginIsAHost(String origin) {
        assertThat(fieldsOf(widget(sms()).origin(origin))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop example", "https://shop.example/login", "ftp://shop.example", "a\n@b #1", "-.-"})
    void whatIsNoHostIsNoOrigin(String origin) {
        assertThat(fieldsOf(widget(sms()).origin(origin))).containsExactly("origin");
    }

    @Test
    void aTextMessageFitsIntoTwoSegmentsWithEverythingFilledIn() {
        // 306 septets are two segments; the code takes 6
        assertThat(violationsOf(widget(sms().text("{{code}}" + "x".repeat(300)))))
                .isEmpty();
        assertThat(violationsOf(widget(sms().text("{{code}}" + "x".repeat(301)))))
                .containsExactly(new Violation(
                        "channels[0].templates[0].text",
                        "expected a text that fits into 2 SMS with everything filled in, was 1 character too long"));
        // 134 UTF-16 units are
        assertThat(violationsOf(widget(sms().text("{{code}}" + "ж".repeat(128)))))
                .isEmpty();
        assertThat(violationsOf(widget(sms().text("{{code}}" + "ж".repeat(130)))))
                .containsExactly(new Violation(
                        "channels[0].templates[0].text",
                        "expected a text that fits into 2 SMS with everything filled in, was 2 characters too"
                                + " long (it has characters that only fit in UCS-2, 67 to an SMS)"));
    }

    @Test
    void theLineThatBindsTheCodeCountsAndOtherChannelsHaveNoSuchBound() {
        String text = "{{code}}" + "x".repeat(300);

        assertThat(fieldsOf(widget(sms().text(text)).origin("shop.example")))
                .containsExactly("channels[0].templates[0].text");
        assertThat(fieldsOf(widget(voice().text(text)).origin("shop.example"))).isEmpty();
    }

    @Test
    void everyUnknownPlaceholderIsTold() {
        assertThat(violationsOf(widget(sms().text("{{code}} {{a}} {{b}}")))).hasSize(2);
    }

    @Test
    void theTextOfACodeChannelHoldsTheCode() {
        assertThat(fieldsOf(widget(sms().text("Hello")))).containsExactly("channels[0].templates[0].text");
        assertThat(fieldsOf(widget(sms().text(null)))).containsExactly("channels[0].templates[0].text");
        assertThat(fieldsOf(widget(sms().text("{code}")))).containsExactly("channels[0].templates[0].text");
    }

    @Test
    void theTextOfACodelessChannelNeedNotHoldACode() {
        assertThat(fieldsOf(widget(push().text("Is it you?")))).isEmpty();
        assertThat(fieldsOf(widget(sms().codeless().text(null)))).isEmpty();
    }

    @Test
    void aFlashCallHasNoText() {
        assertThat(fieldsOf(widget(channel(ChannelType.FLASHCALL).text(null)))).isEmpty();
    }

    @Test
    void aTestCodeIsAsLongAsOurCodesCanBe() {
        assertThat(fieldsOf(widget().testRecipient(PHONE, "1234"))).isEmpty();
        assertThat(fieldsOf(widget().testRecipient(PHONE, "1234567890"))).isEmpty();
        assertThat(fieldsOf(widget().testRecipient(PHONE, "12345678901")))
                .containsExactly("testRecipients.+79121234567");
    }

    @ParameterizedTest
    @MethodSource
    void blindGuessingOpensOneSessionInAThousandAtMost(String why, boolean good, WidgetBuilder widget) {
        assertThat(fieldsOf(widget)).as(why).isEqualTo(good ? List.of() : List.of("channels"));
    }

    static List<Object[]> blindGuessingOpensOneSessionInAThousandAtMost() {
        return List.of(
                guess("exactly the bound", true, four(10)),
                guess("one try more", false, four(11)),
                guess("two channels that sum up to the bound", true, four(5), four(5)),
                guess("two channels that sum up to more", false, four(5), four(6)),
                guess(
                        "ten tenths of the bound",
                        true,
                        IntStream.range(0, 10).mapToObj(i -> four(1)).toArray(ChannelBuilder[]::new)),
                guess(
                        "channels of different length",
                        true,
                        four(9),
                        sms().code(6, false).tries(100)),
                guess(
                        "channels of different length, one try more",
                        false,
                        four(10),
                        sms().code(6, false).tries(1)),
                guess(
                        "beautified codes are fewer: 67600",
                        true,
                        sms().code(6, true).tries(67)),
                guess(
                        "beautified codes are fewer: 67600, one try more",
                        false,
                        sms().code(6, true).tries(68)),
                guess("the last channel falls back to nothing", true, four(10).fallbackAfter(20)),
                guess("after a fallback two codes are alive", true, four(4).fallbackAfter(20), four(3)),
                guess("after a fallback two codes are alive, one try more", false, four(4).fallbackAfter(20), four(4)),
                guess(
                        "the code left may be the shorter",
                        false,
                        four(1).fallbackAfter(20),
                        sms().code(10, false).tries(10)),
                guess(
                        "the shortest code left counts",
                        false,
                        four(1).fallbackAfter(20),
                        push(),
                        eight(1).fallbackAfter(20),
                        eight(9)),
                guess(
                        "it is one code that is left, not all",
                        true,
                        four(1).fallbackAfter(20),
                        four(2).fallbackAfter(20),
                        four(2)),
                guess(
                        "a codeless channel cannot be guessed",
                        true,
                        four(10),
                        push().code(4, false).tries(100)),
                guess(
                        "a codeless channel leaves no code",
                        true,
                        push().code(4, false).fallbackAfter(20),
                        four(10)),
                guess("a disabled channel does not count", true, four(10), four(10).disabled()),
                guess(
                        "a disabled channel leaves no code",
                        true,
                        four(10).fallbackAfter(20).disabled(),
                        four(10)));
    }

    @Test
    void theChanceToGuessIsTold() {
        assertThat(violationsOf(widget(four(20))))
                .containsExactly(new Violation(
                        "channels",
                        "expected a chance of at most 1 in 1000 to guess a session open, was 1 in 500: "
                                + "use longer codes or fewer tries"));
    }

    @Test
    void aCodeThatMayNotBeIsToldWithoutAGuessAboutGuessing() {
        assertThat(fieldsOf(widget(sms().code(2, false).tries(100)))).containsExactly("channels[0].code.length");
    }

    @Test
    void allThatIsWrongIsToldTogether() {
        assertThat(fieldsOf(widget(
                                sms(),
                                sms().lifetime(0)
                                        .tries(0)
                                        .restarts(11)
                                        .cooldown(-1)
                                        .label(" ")
                                        .gateways(),
                                four(50).text("Hello {{you}}").templates(template("x", "y z"), template("ru")))
                        .name("")
                        .region("")
                        .sessionLifetime(0)))
                .containsExactly(
                        "name",
                        "defaultRegion",
                        "sessionLifetime",
                        "channels[1].label",
                        "channels[1].gateways",
                        "channels[1].lifetime",
                        "channels[1].numberOfTries",
                        "channels[1].numberOfRestart",
                        "channels[1].restartCooldown",
                        "channels[2].templates[0].locale",
                        "channels");
    }

    @Test
    void aDisabledChannelKeepsTheOtherPoliciesToo() {
        assertThat(fieldsOf(widget(sms().disabled().lifetime(601)))).containsExactly("channels[0].lifetime");
    }

    private static ChannelBuilder withNumber(String field, int number) {
        // a long code, so that many tries are none too many
        ChannelBuilder channel = sms().code(8, false).lifetime(600);
        return switch (field) {
            case "lifetime" -> channel.lifetime(number);
            case "numberOfTries" -> channel.tries(number);
            case "numberOfRestart" -> channel.restarts(number);
            case "restartCooldown" -> channel.cooldown(number);
            case "fallbackAfter" -> channel.fallbackAfter(number);
            case "code.length" -> channel.code(number, false);
            default -> throw new IllegalArgumentException(field);
        };
    }

    private static ChannelBuilder[] channels(int number) {
        return IntStream.range(0, number).mapToObj(i -> sms()).toArray(ChannelBuilder[]::new);
    }

    private static ChannelBuilder four(int tries) {
        return sms().code(4, false).tries(tries);
    }

    private static ChannelBuilder eight(int tries) {
        return sms().code(8, false).tries(tries);
    }

    private static Object[] guess(String why, boolean good, ChannelBuilder... channels) {
        return new Object[] {why, good, widget(channels)};
    }

    private static List<Violation> violationsOf(WidgetBuilder widget) {
        return WidgetPolicies.violations(widget.build());
    }

    private static List<String> fieldsOf(WidgetBuilder widget) {
        return violationsOf(widget).stream().map(Violation::field).toList();
    }
}
