package io.otphandler.bootstrap;

import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.channel.Template;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The widget that is there when nothing is configured: a channel of every type, all over the sandbox. */
final class DemoWidget {

    static final WidgetId ID = new WidgetId(UUID.fromString("00000000-0000-4000-8000-000000000001"));
    static final AccountId ACCOUNT = new AccountId("demo");

    private DemoWidget() {}

    static Widget create(String gateway) {
        return new Widget(
                ID,
                1,
                ACCOUNT,
                "Demo",
                true,
                false,
                Widget.DEFAULT_REGION,
                Widget.DEFAULT_SESSION_LIFETIME,
                null,
                Stream.of(ChannelType.values())
                        .map(type -> channel(type, gateway))
                        .toList(),
                Map.of());
    }

    private static Channel channel(ChannelType type, String gateway) {
        CodeType codeType = type.defaultCodeType();
        return new Channel(
                type,
                label(type),
                codeType,
                true,
                List.of(gateway),
                ChannelSettings.DEFAULT,
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
