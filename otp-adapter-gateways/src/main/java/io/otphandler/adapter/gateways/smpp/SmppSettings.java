package io.otphandler.adapter.gateways.smpp;

import io.otphandler.adapter.gateways.kind.Secret;
import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * How an SMSC is reached and what it understands.
 *
 * @param tls null: in the clear
 * @param sender of messages that name none; empty: none, the SMSC's own
 * @param sourceTon the sender's type of number; null: by its looks
 * @param sourceNpi the sender's numbering plan; null: by its looks
 * @param window messages at most that wait for the SMSC's answer
 * @param maxPerSecond 0: as many as the SMSC takes
 * @param enquireLink after so much silence the link is checked
 * @param timeout for an answer
 */
record SmppSettings(
        String host,
        int port,
        @Nullable SSLSocketFactory tls,
        String systemId,
        Secret password,
        String systemType,
        String sender,
        @Nullable Integer sourceTon,
        @Nullable Integer sourceNpi,
        int window,
        int maxPerSecond,
        Duration enquireLink,
        Duration connectTimeout,
        Duration timeout,
        LongMessages longMessages,
        MessageIds messageIds) {

    /** How a text goes out that does not fit into one message. */
    enum LongMessages {
        /** In segments, joined by a header in each. */
        UDH,
        /** Whole, in the parameter message_payload; the SMSC cuts it. */
        PAYLOAD
    }
}
