package io.otphandler.adapter.gateways.kind;

import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Message;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.recipient.EmailAddress;
import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.session.SessionId;
import io.otphandler.domain.widget.AccountId;
import java.time.Duration;
import java.util.UUID;

/** Messages for tests of gateways. */
public final class Messages {

    public static final String PHONE = "+79123456789";
    public static final String ADDRESS = "ann@shop.example";
    public static final String CODE = "482913";

    private Messages() {}

    /** A text to {@link #PHONE} with {@link #CODE} in it, from ACME, good for five minutes; each is another message. */
    public static Message sms(String text) {
        return of(ChannelType.SMS, new PhoneNumber(PHONE), null, text);
    }

    public static Message of(ChannelType channel, String text) {
        return of(channel, new PhoneNumber(PHONE), null, text);
    }

    public static Message email(String subject, String text) {
        return of(ChannelType.EMAIL, new EmailAddress(ADDRESS), subject, text);
    }

    public static Message of(ChannelType channel, Recipient recipient, String subject, String text) {
        return new Message(
                new DispatchId(new SessionId(UUID.randomUUID()), 1),
                new AccountId("acme"),
                channel,
                CodeType.CODE,
                recipient,
                "ACME",
                subject,
                text,
                new Code(CODE),
                "en",
                Duration.ofSeconds(300));
    }
}
