package io.otphandler.bootstrap;

import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.channel.Template;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The demo's widgets, all over the sandbox. */
final class DemoWidgets {

    static final WidgetId ID = new WidgetId(UUID.fromString("00000000-0000-4000-8000-000000000001"));
    static final AccountId ACCOUNT = new AccountId("demo");

    private static final WidgetId CODELESS = new WidgetId(UUID.fromString("00000000-0000-4000-8000-000000000002"));
    private static final WidgetId EXPIRY = new WidgetId(UUID.fromString("00000000-0000-4000-8000-000000000003"));
    /** Not the demo's own, whose only widget is the one that newcomers are told of. */
    private static final AccountId SCENARIOS = new AccountId("demo-scenarios");

    /** Short, so that a visitor sees it pass and can then ask for another message. */
    private static final ChannelSettings SHORT = new ChannelSettings(
            Duration.ofSeconds(8), 3, 1, Duration.ofSeconds(2), null, ChannelSettings.DEFAULT.code());

    private DemoWidgets() {}

    /** The one that newcomers are told of: a channel of every type. */
    static Widget usual(String gateway) {
        return widget(
                ID,
                ACCOUNT,
                "Demo",
                Stream.of(ChannelType.values())
                        .map(type -> channel(type, gateway, ChannelSettings.DEFAULT))
                        .toList());
    }

    /** That one, and those of the demo page's scenarios. */
    static List<Widget> all(String gateway) {
        return List.of(
                usual(gateway),
                widget(
                        CODELESS,
                        SCENARIOS,
                        "Codeless",
                        List.of(
                                channel(ChannelType.SIM_PUSH, gateway, ChannelSettings.DEFAULT),
                                channel(ChannelType.SMS, gateway, ChannelSettings.DEFAULT))),
                widget(EXPIRY, SCENARIOS, "Expiry", List.of(channel(ChannelType.SMS, gateway, SHORT))));
    }

    private static Widget widget(WidgetId id, AccountId owner, String name, List<Channel> channels) {
        return new Widget(
                id,
                1,
                owner,
                name,
                true,
                false,
                Widget.DEFAULT_REGION,
                Widget.DEFAULT_SESSION_LIFETIME,
                null,
                channels,
                Map.of());
    }

    private static Channel channel(ChannelType type, String gateway, ChannelSettings settings) {
        CodeType codeType = type.defaultCodeType();
        return new Channel(
                type,
                label(type),
                codeType,
                true,
                List.of(gateway),
                settings,
                List.of(template(type, "ru"), template(type, "en")));
    }

    private static Template template(ChannelType type, String locale) {
        boolean russian = locale.equals("ru");
        String subject = type != ChannelType.EMAIL ? null : russian ? "Ваш код" : "Your code";
        String text;
        if (!type.hasText()) {
            text = null;
        } else if (type.defaultCodeType() == CodeType.CODELESS) {
            text = russian ? "Подтвердите вход" : "Confirm that it is you";
        } else {
            text = russian ? "Ваш код: {{code}}" : "Your code: {{code}}";
        }
        return new Template(List.of(), locale, "DEMO", subject, text);
    }

    private static String label(ChannelType type) {
        return switch (type) {
            case SMS -> "SMS";
            case VOICE -> "Voice call";
            case FLASHCALL -> "Flash call";
            case VIBER -> "Viber";
            case VK -> "VK";
            case WHATSAPP -> "WhatsApp";
            case TELEGRAMCODE -> "Telegram";
            case SIM_PUSH -> "SIM push";
            case EMAIL -> "E-mail";
        };
    }
}
