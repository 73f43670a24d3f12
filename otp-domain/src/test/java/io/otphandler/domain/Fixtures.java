package io.otphandler.domain;

import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.channel.Template;
import io.otphandler.domain.code.ChosenCode;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.code.CodeHash;
import io.otphandler.domain.code.CodePolicy;
import io.otphandler.domain.code.TypedCode;
import io.otphandler.domain.recipient.EmailAddress;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Channels, widgets and sessions for tests: sound as they come, each thing about them changed by one word. */
public final class Fixtures {

    public static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
    public static final PhoneNumber PHONE = new PhoneNumber("+79121234567");
    public static final EmailAddress EMAIL = new EmailAddress("ann@shop.example");
    public static final SessionId SESSION = new SessionId(UUID.fromString("00000000-0000-4000-8000-0000000000aa"));

    private Fixtures() {}

    /** That many seconds after {@link #START}. */
    public static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }

    public static ChannelBuilder channel(ChannelType type) {
        return new ChannelBuilder(type);
    }

    public static ChannelBuilder sms() {
        return channel(ChannelType.SMS);
    }

    public static ChannelBuilder voice() {
        return channel(ChannelType.VOICE);
    }

    public static ChannelBuilder viber() {
        return channel(ChannelType.VIBER);
    }

    public static ChannelBuilder email() {
        return channel(ChannelType.EMAIL);
    }

    /** A codeless channel. */
    public static ChannelBuilder push() {
        return channel(ChannelType.SIM_PUSH);
    }

    public static WidgetBuilder widget(ChannelBuilder... channels) {
        return new WidgetBuilder(channels);
    }

    public static Template template(String locale, String... recipients) {
        return new Template(List.of(recipients), locale, null, null, "Your code: {{code}}");
    }

    /** The terms of a session of {@link #PHONE} that starts at {@link #START}. */
    public static SessionTerms terms(ChannelBuilder... channels) {
        return terms(widget(channels).build(), null);
    }

    public static SessionTerms terms(Widget widget, ChosenCode fixedCode) {
        return new SessionTerms(
                SESSION,
                widget,
                PHONE,
                widget.legsFor(PHONE, null, gateway -> true),
                fixedCode,
                START,
                START.plus(widget.sessionLifetime()),
                SessionNotes.NONE);
    }

    /** What stands here for a keyed hash. */
    public static CodeHash hash(String digits) {
        return CodeHash.of(Arrays.copyOf(digits.getBytes(StandardCharsets.US_ASCII), 32));
    }

    /** A code that a provider chose, or the widget for a test recipient. */
    public static ChosenCode chosen(String digits) {
        return new ChosenCode(hash(digits), digits.length());
    }

    /** The user types our own code, as the message of that dispatch carried it. */
    public static TypedCode ourCodeOf(int dispatch) {
        return issued -> issued.chosen() == null
                && issued.dispatch() == dispatch
                && issued.session().equals(SESSION.value());
    }

    /** The user types these digits, which somebody else chose. */
    public static TypedCode typed(String digits) {
        return issued -> issued.chosen() != null && issued.chosen().hash().equals(hash(digits));
    }

    /** The user types what is no code at all. */
    public static TypedCode aWrongCode() {
        return issued -> false;
    }

    public static final class ChannelBuilder {
        private final ChannelType type;
        private String label;
        private CodeType codeType;
        private boolean enabled = true;
        private List<String> gateways;
        private Duration lifetime = Duration.ofSeconds(300);
        private int tries = 3;
        private int restarts = 2;
        private Duration cooldown = Duration.ofSeconds(30);
        private Duration fallbackAfter;
        private CodePolicy code = new CodePolicy(6, false);
        private List<Template> templates = List.of(template("en"));

        private ChannelBuilder(ChannelType type) {
            this.type = type;
            this.label = type.wireName();
            this.codeType = type.defaultCodeType();
            this.gateways = List.of(type.wireName() + "-gateway");
        }

        public ChannelBuilder label(String other) {
            label = other;
            return this;
        }

        public ChannelBuilder codeless() {
            codeType = CodeType.CODELESS;
            return this;
        }

        public ChannelBuilder disabled() {
            enabled = false;
            return this;
        }

        public ChannelBuilder gateways(String... names) {
            gateways = List.of(names);
            return this;
        }

        public ChannelBuilder lifetime(int seconds) {
            lifetime = Duration.ofSeconds(seconds);
            return this;
        }

        public ChannelBuilder tries(int number) {
            tries = number;
            return this;
        }

        public ChannelBuilder restarts(int number) {
            restarts = number;
            return this;
        }

        public ChannelBuilder cooldown(int seconds) {
            cooldown = Duration.ofSeconds(seconds);
            return this;
        }

        public ChannelBuilder fallbackAfter(int seconds) {
            fallbackAfter = Duration.ofSeconds(seconds);
            return this;
        }

        public ChannelBuilder code(int length, boolean beautify) {
            code = new CodePolicy(length, beautify);
            return this;
        }

        public ChannelBuilder templates(Template... those) {
            templates = List.of(those);
            return this;
        }

        public ChannelBuilder text(String text) {
            return templates(new Template(List.of(), "en", null, null, text));
        }

        public Channel build() {
            return new Channel(
                    type,
                    label,
                    codeType,
                    enabled,
                    gateways,
                    new ChannelSettings(lifetime, tries, restarts, cooldown, fallbackAfter, code),
                    templates);
        }
    }

    public static final class WidgetBuilder {
        private final List<Channel> channels;
        private String name = "Login";
        private boolean isActive = true;
        private boolean isBlocked;
        private String region = Widget.DEFAULT_REGION;
        private Duration sessionLifetime = Widget.DEFAULT_SESSION_LIFETIME;
        private String origin;
        private final Map<Recipient, Code> testRecipients = new LinkedHashMap<>();

        private WidgetBuilder(ChannelBuilder... channels) {
            this.channels = Arrays.stream(channels).map(ChannelBuilder::build).toList();
        }

        public WidgetBuilder name(String other) {
            name = other;
            return this;
        }

        public WidgetBuilder inactive() {
            isActive = false;
            return this;
        }

        public WidgetBuilder blocked() {
            isBlocked = true;
            return this;
        }

        public WidgetBuilder region(String other) {
            region = other;
            return this;
        }

        public WidgetBuilder sessionLifetime(int seconds) {
            sessionLifetime = Duration.ofSeconds(seconds);
            return this;
        }

        public WidgetBuilder origin(String other) {
            origin = other;
            return this;
        }

        public WidgetBuilder testRecipient(Recipient recipient, String code) {
            testRecipients.put(recipient, new Code(code));
            return this;
        }

        public Widget build() {
            return new Widget(
                    new WidgetId(UUID.fromString("00000000-0000-4000-8000-000000000001")),
                    1,
                    new AccountId("demo"),
                    name,
                    isActive,
                    isBlocked,
                    region,
                    sessionLifetime,
                    origin,
                    channels,
                    testRecipients);
        }
    }
}
