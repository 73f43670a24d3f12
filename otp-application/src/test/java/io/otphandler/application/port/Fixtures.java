package io.otphandler.application.port;

import io.otphandler.application.session.Caller;
import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.channel.Template;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.code.CodePolicy;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.Answer;
import io.otphandler.domain.session.Refusal;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Widgets, callers and recipients to test with. */
public final class Fixtures {

    public static final AccountId ACME = new AccountId("acme");
    public static final AccountId OTHER = new AccountId("other");
    public static final Caller CALLER = new Caller(ACME, null);
    public static final Recipient ANN = new PhoneNumber("+79120000001");

    private Fixtures() {}

    /** Called Login, of {@link #ACME}, in Russia. */
    public static Widget widget(Channel... channels) {
        return new Widget(
                new WidgetId(UUID.randomUUID()),
                0,
                ACME,
                "Login",
                true,
                false,
                Widget.DEFAULT_REGION,
                Widget.DEFAULT_SESSION_LIFETIME,
                null,
                List.of(channels),
                Map.of());
    }

    public static Widget withTestRecipient(Widget widget, Recipient recipient, String code) {
        return new Widget(
                widget.id(),
                widget.revision(),
                widget.owner(),
                widget.name(),
                widget.isActive(),
                widget.isBlocked(),
                widget.defaultRegion(),
                widget.sessionLifetime(),
                widget.origin(),
                widget.channels(),
                Map.of(recipient, new Code(code)));
    }

    /** The same widget, called so, of that account. */
    public static Widget renamed(Widget widget, AccountId owner, String name) {
        return new Widget(
                widget.id(),
                widget.revision(),
                owner,
                name,
                widget.isActive(),
                widget.isBlocked(),
                widget.defaultRegion(),
                widget.sessionLifetime(),
                widget.origin(),
                widget.channels(),
                widget.testRecipients());
    }

    /** The same widget, of that site. */
    public static Widget withOrigin(Widget widget, String origin) {
        return new Widget(
                widget.id(),
                widget.revision(),
                widget.owner(),
                widget.name(),
                widget.isActive(),
                widget.isBlocked(),
                widget.defaultRegion(),
                widget.sessionLifetime(),
                origin,
                widget.channels(),
                widget.testRecipients());
    }

    /** As a widget has it that says nothing else: 300 s, 3 tries, 2 restarts after 30 s, no fallback. */
    public static Channel channel(ChannelType type, String... gateways) {
        return channel(type, ChannelSettings.DEFAULT, gateways);
    }

    /** The same, but the next channel starts by itself after that time. */
    public static Channel channelFallingBack(ChannelType type, Duration after, String... gateways) {
        return channel(
                type,
                new ChannelSettings(
                        Duration.ofSeconds(300), 3, 2, Duration.ofSeconds(30), after, new CodePolicy(6, false)),
                gateways);
    }

    public static Channel channel(ChannelType type, ChannelSettings settings, String... gateways) {
        return new Channel(
                type,
                type.wireName(),
                type.defaultCodeType(),
                true,
                List.of(gateways),
                settings,
                List.of(new Template(
                        List.of(),
                        "ru",
                        "ACME",
                        null,
                        type.defaultCodeType() == CodeType.CODE ? "Code {{code}}, {{ttl}} min" : "Confirm")));
    }

    /** What was granted. */
    public static <T> T granted(Answer<T> answer) {
        return answer.fold(value -> value, refusal -> {
            throw new AssertionError("Refused: " + refusal);
        });
    }

    /** Why it was refused. */
    public static <T> Refusal refused(Answer<T> answer) {
        return answer.fold(
                value -> {
                    throw new AssertionError("Granted: " + value);
                },
                refusal -> refusal);
    }

    public static <T> Refusal.Reason reason(Answer<T> answer) {
        return refused(answer).reason();
    }
}
