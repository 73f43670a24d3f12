package io.otphandler.benchmarks;

import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.channel.Template;
import io.otphandler.domain.code.TypedCode;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.session.Outcome;
import io.otphandler.domain.session.Session;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.session.SessionNotes;
import io.otphandler.domain.session.SessionTerms;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * One session over a text message with a voice call to fall back to, in each state that a usual flow comes through.
 * Immutable.
 *
 * @param terms what it starts with
 * @param waiting its first message is not handed over yet
 * @param sent the message is out, its code not typed
 * @param confirmed the right code was typed
 */
public record Example(SessionTerms terms, Session waiting, Session sent, Session confirmed) {

    public static final Instant START = Instant.parse("2026-11-01T12:00:00Z");

    /** When the code is typed. */
    public static final Instant LATER = START.plusSeconds(20);

    /** When another message may be asked for. */
    public static final Instant COOLED_DOWN = START.plusSeconds(120);

    public static final TypedCode RIGHT = issued -> true;
    public static final TypedCode WRONG = issued -> false;

    public static Example make() {
        Widget widget = new Widget(
                new WidgetId(new UUID(1, 1)),
                1,
                new AccountId("acme"),
                "Login",
                true,
                false,
                Widget.DEFAULT_REGION,
                Widget.DEFAULT_SESSION_LIFETIME,
                null,
                Stream.of(ChannelType.SMS, ChannelType.VOICE)
                        .map(Example::channel)
                        .toList(),
                Map.of());
        PhoneNumber recipient = new PhoneNumber("+79121234567");
        SessionTerms terms = new SessionTerms(
                new SessionId(new UUID(2, 2)),
                widget,
                recipient,
                widget.legsFor(recipient, "ru", gateway -> true),
                null,
                START,
                START.plus(Widget.DEFAULT_SESSION_LIFETIME),
                new SessionNotes("ru", null, null));
        Session waiting = Session.start(terms).next();
        Session sent =
                waiting.dispatched(1, Outcome.ACCEPTED, START.plusSeconds(1)).next();
        Session confirmed = sent.checkCode(RIGHT, LATER).next();
        return new Example(terms, waiting, sent, confirmed);
    }

    private static Channel channel(ChannelType type) {
        return new Channel(
                type,
                type.wireName(),
                CodeType.CODE,
                true,
                List.of("gateway"),
                ChannelSettings.DEFAULT,
                List.of(new Template(List.of(), "ru", "SENDER", null, "Ваш код: {{code}}")));
    }
}
