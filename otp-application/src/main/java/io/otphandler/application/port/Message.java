package io.otphandler.application.port;

import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.recipient.Recipient;
import io.otphandler.domain.widget.AccountId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is to deliver. Its {@code toString} shows neither code nor text nor the whole recipient.
 *
 * @param id stays the same when the message is handed over again
 * @param sender null: the gateway's own
 * @param text with everything filled in; null where the channel has no words
 * @param code ours; also of a codeless channel, whose provider may change over to a code
 * @param locale the language of the text, a BCP 47 tag
 * @param timeToLive after which delivering it helps nobody
 */
public record Message(
        DispatchId id,
        AccountId account,
        ChannelType channel,
        CodeType codeType,
        Recipient recipient,
        @Nullable String sender,
        @Nullable String subject,
        @Nullable String text,
        Code code,
        String locale,
        Duration timeToLive) {

    @Override
    public String toString() {
        return "Message[" + id + ", " + channel + ", " + recipient + "]";
    }
}
