package io.otphandler.adapter.gateways.smtp;

import io.otphandler.adapter.gateways.kind.Secret;
import jakarta.mail.internet.InternetAddress;
import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a mail server is reached.
 *
 * @param username null: without one
 * @param connections at most at the same time
 * @param timeout for each answer
 */
record SmtpSettings(
        String host,
        int port,
        Security security,
        SSLSocketFactory trust,
        @Nullable String username,
        @Nullable Secret password,
        InternetAddress from,
        @Nullable InternetAddress replyTo,
        int connections,
        Duration connectTimeout,
        Duration timeout) {

    /** What protects the way to the server. */
    enum Security {
        /** TLS from the command STARTTLS on; a server that does not know it gets nothing. */
        STARTTLS,
        /** TLS from the first byte on. */
        TLS,
        NONE
    }
}
