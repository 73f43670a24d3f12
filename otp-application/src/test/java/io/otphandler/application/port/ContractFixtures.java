package io.otphandler.application.port;

import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.channel.Template;
import io.otphandler.domain.code.ChosenCode;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.code.CodeHash;
import io.otphandler.domain.code.CodePolicy;
import io.otphandler.domain.recipient.EmailAddress;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.Decision;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Widgets and sessions to test stores with. */
public final class ContractFixtures {

    public static final AccountId ACCOUNT = new AccountId("acme");
    public static final Recipient PHONE = new PhoneNumber("+79123456789");
    public static final Recipient EMAIL = new EmailAddress("ann+b@пример.example");
    public static final SessionNotes NOTES = new SessionNotes("sr-Latn-RS", "заказ № 42 🚲", "2001:db8::1");

    /** As any number may be one. */
    private static final int CODE_KEY = Integer.MIN_VALUE + 7;

    private ContractFixtures() {}

    /** With an SMS channel that falls back to voice, a push, and e-mail; everything optional is there. */
    public static Widget widget() {
        return widget(UUID.randomUUID(), "Вход");
    }

    public static Widget widget(UUID id, String name) {
        ChannelSettings sms = new ChannelSettings(
                Duration.ofSeconds(120), 3, 2, Duration.ofSeconds(30), Duration.ofSeconds(20), new CodePolicy(6, true));
        return new Widget(
                new WidgetId(id),
                0,
                ACCOUNT,
                name,
                true,
                false,
                "KZ",
                Duration.ofSeconds(600),
                "shop.example",
                List.of(
                        channel(ChannelType.SMS, CodeType.CODE, sms),
                        channel(ChannelType.VOICE, CodeType.CODE, ChannelSettings.DEFAULT),
                        channel(ChannelType.SIM_PUSH, CodeType.CODELESS, ChannelSettings.DEFAULT),
                        channel(ChannelType.EMAIL, CodeType.CODE, ChannelSettings.DEFAULT)),
                Map.of(PHONE, new Code("123456"), EMAIL, new Code("4321")));
    }

    private static Channel channel(ChannelType type, CodeType codeType, ChannelSettings settings) {
        return new Channel(
                type,
                type.wireName(),
                codeType,
                true,
                List.of("main", "spare"),
                settings,
                List.of(
                        new Template(List.of("+1", "+44"), "en", "ACME", "Sign in", "Your code: {{code}}"),
                        new Template(List.of(), "ru", null, null, "Ваш код: {{code}} 🔑")));
    }

    /** A session that has just been started over all channels that suit the recipient. */
    public static Decision<SessionId> started(Widget widget, Recipient recipient, Instant now) {
        return Session.start(terms(widget, recipient, now, null));
    }

    public static Decision<SessionId> started(Widget widget, Instant now) {
        return started(widget, PHONE, now);
    }

    /** A session of a test recipient, whose code is fixed. */
    public static Decision<SessionId> startedForTest(Widget widget, Instant now) {
        return Session.start(terms(widget, PHONE, now, chosen(7)));
    }

    private static SessionTerms terms(Widget widget, Recipient recipient, Instant now, ChosenCode fixed) {
        return new SessionTerms(
                new SessionId(UUID.randomUUID()),
                widget,
                recipient,
                widget.legsFor(recipient, null, gateway -> true),
                fixed,
                now,
                now.plus(widget.sessionLifetime()),
                NOTES,
                CODE_KEY);
    }

    /** A code that somebody else chose. */
    public static ChosenCode chosen(int seed) {
        byte[] hash = new byte[32];
        Arrays.fill(hash, (byte) seed);
        return new ChosenCode(CodeHash.of(hash), 4 + seed % 8);
    }
}
