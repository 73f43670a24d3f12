package io.otphandler.domain.widget;

import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.channel.SmsText;
import io.otphandler.domain.channel.Template;
import io.otphandler.domain.channel.Wording;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.code.CodePolicy;
import io.otphandler.domain.recipient.Numbering;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a widget must keep to be saved: small policies, all asked, all their violations told together. */
public final class WidgetPolicies {

    /** NIST SP 800-63B §5.1.3.2: an out-of-band secret is valid for at most ten minutes. */
    public static final Duration MAX_LIFETIME = Duration.ofSeconds(600);

    public static final Duration MAX_SESSION_LIFETIME = Duration.ofSeconds(3600);
    public static final Duration MAX_RESTART_COOLDOWN = Duration.ofSeconds(3600);
    public static final int MAX_TRIES = 100;
    public static final int MAX_RESTARTS = 10;
    public static final int MAX_CHANNELS = 32;
    public static final int MAX_NAME_LENGTH = 200;
    /** Each segment costs as much as a message, and long ones arrive late or in pieces. */
    public static final int MAX_SMS_SEGMENTS = 2;

    /** The most that blind guessing may open of a widget's sessions: one in this many. */
    public static final int GUESS_BOUND = 1_000;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(.*?)}}", Pattern.DOTALL);
    private static final Set<String> PLACEHOLDERS = Set.of("code", "ttl", "origin");
    private static final Pattern REGION = Pattern.compile("[A-Z]{2}");
    private static final Pattern RECIPIENT_PREFIX = Pattern.compile("\\+[0-9]{0,15}|[^+\\s].*");
    private static final Pattern LANGUAGE_TAG = Pattern.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*");

    private static final List<BiConsumer<Widget, Report>> POLICIES = List.of(
            WidgetPolicies::isNamed,
            WidgetPolicies::hasARegionAndALifetime,
            WidgetPolicies::takesSomebody,
            WidgetPolicies::channelsAreWithinBounds,
            WidgetPolicies::codesAreLongEnough,
            WidgetPolicies::templatesSayWhatTheyMust,
            WidgetPolicies::textMessagesAreShort,
            WidgetPolicies::testCodesAreCodes,
            WidgetPolicies::guessingIsHopeless);

    private WidgetPolicies() {}

    /** All that is wrong with the widget; empty when it may be saved. */
    public static List<Violation> violations(Widget widget) {
        Report report = new Report(new ArrayList<>());
        POLICIES.forEach(policy -> policy.accept(widget, report));
        return List.copyOf(report.violations);
    }

    private static void isNamed(Widget widget, Report report) {
        report.unless(
                !widget.name().isBlank() && widget.name().length() <= MAX_NAME_LENGTH,
                "name",
                "expected 1 to " + MAX_NAME_LENGTH + " characters");
    }

    private static void hasARegionAndALifetime(Widget widget, Report report) {
        report.unless(
                REGION.matcher(widget.defaultRegion()).matches(),
                "defaultRegion",
                "expected two capital letters (ISO 3166-1), such as RU");
        report.unless(
                widget.origin() == null || Wording.isOrigin(widget.origin()),
                "origin",
                "expected a host, such as shop.example");
        report.seconds("sessionLifetime", widget.sessionLifetime(), 1, MAX_SESSION_LIFETIME);
        report.unless(
                widget.channels().size() <= MAX_CHANNELS, "channels", "expected at most " + MAX_CHANNELS + " channels");
    }

    private static void takesSomebody(Widget widget, Report report) {
        Audience audience = widget.audience();
        regions("allowedRegions", audience.allowedRegions(), report);
        regions("blockedRegions", audience.blockedRegions(), report);
        report.unless(
                audience.allowedRegions().stream().noneMatch(audience.blockedRegions()::contains),
                "blockedRegions",
                "expected none of allowedRegions");
        report.unless(!audience.numberTypes().isEmpty(), "allowedNumberTypes", "expected at least one kind of number");
    }

    private static void regions(String field, Set<String> regions, Report report) {
        int i = 0;
        for (String region : regions) {
            report.unless(
                    Numbering.isRegion(region),
                    field + "[" + i++ + "]",
                    "expected two capital letters (ISO 3166-1), such as RU, or 001 for numbers of no country");
        }
    }

    private static void channelsAreWithinBounds(Widget widget, Report report) {
        eachChannel(widget, (field, channel) -> {
            ChannelSettings settings = channel.settings();
            report.unless(
                    !channel.label().isBlank() && channel.label().length() <= MAX_NAME_LENGTH,
                    field + ".label",
                    "expected 1 to " + MAX_NAME_LENGTH + " characters");
            report.unless(!channel.gateways().isEmpty(), field + ".gateways", "expected at least one gateway's name");
            report.unless(!channel.templates().isEmpty(), field + ".templates", "expected at least one template");
            report.seconds(field + ".lifetime", settings.lifetime(), 1, MAX_LIFETIME);
            report.number(field + ".numberOfTries", settings.numberOfTries(), 1, MAX_TRIES);
            report.number(field + ".numberOfRestart", settings.numberOfRestart(), 0, MAX_RESTARTS);
            report.seconds(field + ".restartCooldown", settings.restartCooldown(), 0, MAX_RESTART_COOLDOWN);
            Duration fallbackAfter = settings.fallbackAfter();
            if (fallbackAfter != null) {
                report.seconds(field + ".fallbackAfter", fallbackAfter, 1, MAX_LIFETIME);
                report.unless(
                        fallbackAfter.compareTo(settings.lifetime()) < 0,
                        field + ".fallbackAfter",
                        "expected less than lifetime (" + settings.lifetime().toSeconds() + "), was "
                                + fallbackAfter.toSeconds());
            }
        });
    }

    private static void codesAreLongEnough(Widget widget, Report report) {
        eachChannel(widget, (field, channel) -> {
            CodePolicy code = channel.settings().code();
            report.number(field + ".code.length", code.length(), CodePolicy.MIN_LENGTH, CodePolicy.MAX_LENGTH);
            report.unless(
                    !code.beautify() || code.length() >= CodePolicy.MIN_BEAUTIFUL_LENGTH,
                    field + ".code.beautify",
                    "expected false for codes shorter than " + CodePolicy.MIN_BEAUTIFUL_LENGTH + " digits");
        });
    }

    private static void templatesSayWhatTheyMust(Widget widget, Report report) {
        eachChannel(widget, (field, channel) -> {
            for (int i = 0; i < channel.templates().size(); i++) {
                Template template = channel.templates().get(i);
                String at = field + ".templates[" + i + "]";
                for (int j = 0; j < template.recipients().size(); j++) {
                    report.unless(
                            RECIPIENT_PREFIX
                                    .matcher(template.recipients().get(j))
                                    .matches(),
                            at + ".recipients[" + j + "]",
                            "expected a prefix of an E.164 number, such as +7");
                }
                report.unless(
                        LANGUAGE_TAG.matcher(template.locale()).matches(),
                        at + ".locale",
                        "expected a language tag, such as ru");
                placeholders(at + ".subject", template.subject(), report);
                placeholders(at + ".text", template.text(), report);
                report.unless(
                        channel.codeType() == CodeType.CODELESS
                                || !channel.type().hasText()
                                || (template.text() != null && template.text().contains("{{code}}")),
                        at + ".text",
                        "expected {{code}} in the text of a channel whose codeType is code");
            }
        });
    }

    /** With the longest that can be filled in: the channel's code, its lifetime and the line that binds the code. */
    private static void textMessagesAreShort(Widget widget, Report report) {
        eachChannel(widget, (field, channel) -> {
            if (channel.type() != ChannelType.SMS) {
                return;
            }
            CodePolicy code = channel.settings().code();
            Wording longest = new Wording(
                    "0".repeat(Math.min(Math.max(code.length(), 0), CodePolicy.MAX_LENGTH)),
                    channel.settings().lifetime(),
                    widget.origin());
            for (int i = 0; i < channel.templates().size(); i++) {
                String text = channel.templates().get(i).text();
                if (text != null) {
                    SmsText sms = SmsText.of(
                            channel.codeType() == CodeType.CODE ? longest.fillSms(text) : longest.fill(text));
                    int excess = sms.excess(MAX_SMS_SEGMENTS);
                    report.unless(
                            excess == 0,
                            field + ".templates[" + i + "].text",
                            "expected a text that fits into " + MAX_SMS_SEGMENTS
                                    + " SMS with everything filled in, was "
                                    + excess + (excess == 1 ? " character" : " characters") + " too long"
                                    + (sms.isGsm() ? "" : " (it has characters that only fit in UCS-2, 67 to an SMS)"));
                }
            }
        });
    }

    private static void placeholders(String field, @Nullable String text, Report report) {
        Matcher matcher = PLACEHOLDER.matcher(text == null ? "" : text);
        while (matcher.find()) {
            report.unless(
                    PLACEHOLDERS.contains(matcher.group(1)),
                    field,
                    "expected only {{code}}, {{ttl}} and {{origin}}, found " + matcher.group());
        }
    }

    private static void testCodesAreCodes(Widget widget, Report report) {
        widget.testRecipients()
                .forEach((recipient, code) -> report.unless(
                        code.length() <= CodePolicy.MAX_LENGTH,
                        "testRecipients." + recipient.value(),
                        "expected " + Code.MIN_DIGITS + " to " + CodePolicy.MAX_LENGTH + " digits"));
    }

    /**
     * The chance that someone who knows nothing opens one session: over its code channels, tries ÷ codes that there
     * are, once more for the code left alive by a channel that falls back to this one.
     */
    private static void guessingIsHopeless(Widget widget, Report report) {
        double chance = 0;
        double leftAlive = 0;
        for (Channel channel : widget.channels()) {
            ChannelSettings settings = channel.settings();
            if (!channel.enabled()
                    || channel.codeType() != CodeType.CODE
                    || !settings.code().isAllowed()) {
                continue;
            }
            double one = 1.0 / settings.code().count();
            chance += settings.numberOfTries() * (one + leftAlive);
            if (settings.fallbackAfter() != null) {
                leftAlive = Math.max(leftAlive, one);
            }
        }
        // a sum of fractions that is exactly the bound may come out a hair above it
        report.unless(
                chance <= (1 + 1e-9) / GUESS_BOUND,
                "channels",
                "expected a chance of at most 1 in " + GUESS_BOUND + " to guess a session open, was 1 in "
                        + (long) Math.floor(1 / chance) + ": use longer codes or fewer tries");
    }

    private static void eachChannel(Widget widget, BiConsumer<String, Channel> check) {
        for (int i = 0; i < widget.channels().size(); i++) {
            check.accept("channels[" + i + "]", widget.channels().get(i));
        }
    }

    /** Collects violations. */
    private record Report(List<Violation> violations) {

        void unless(boolean kept, String field, String message) {
            if (!kept) {
                violations.add(new Violation(field, message));
            }
        }

        void number(String field, long value, long min, long max) {
            unless(value >= min && value <= max, field, "expected " + min + " to " + max + ", was " + value);
        }

        void seconds(String field, Duration value, long min, Duration max) {
            long seconds = value.toSeconds();
            unless(
                    seconds >= min && seconds <= max.toSeconds(),
                    field,
                    "expected " + min + " to " + max.toSeconds() + " seconds, was " + seconds);
        }
    }
}
