package io.otphandler.adapter.gateways.smtp;

import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Gateway;
import io.otphandler.application.port.Message;
import io.otphandler.domain.recipient.RecipientKind;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import java.time.Clock;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/**
 * A mail server. Connections are kept for the next messages. SMTP reports nothing of what becomes of a mail that was
 * taken. Thread-safe.
 */
final class SmtpGateway implements Gateway {

    private static final int MAX_WAITING = 5_000;

    private final String name;
    private final SmtpSettings settings;
    private final Clock clock;
    private final Session session;
    private final ThreadPoolExecutor senders;
    private final ConcurrentLinkedDeque<SMTPTransport> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    SmtpGateway(String name, SmtpSettings settings, Clock clock) {
        this.name = name;
        this.settings = settings;
        this.clock = clock;
        this.session = Session.getInstance(properties(settings));
        this.senders = new ThreadPoolExecutor(
                settings.connections(),
                settings.connections(),
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                task -> {
                    Thread thread = new Thread(task, "otp-smtp-" + name);
                    thread.setDaemon(true);
                    return thread;
                });
        senders.allowCoreThreadTimeOut(true);
    }

    private static Properties properties(SmtpSettings settings) {
        Properties properties = new Properties();
        properties.put("mail.smtp.host", settings.host());
        properties.put("mail.smtp.port", Integer.toString(settings.port()));
        properties.put(
                "mail.smtp.connectiontimeout",
                Long.toString(settings.connectTimeout().toMillis()));
        properties.put("mail.smtp.timeout", Long.toString(settings.timeout().toMillis()));
        properties.put(
                "mail.smtp.writetimeout", Long.toString(settings.timeout().toMillis()));
        properties.put("mail.smtp.auth", Boolean.toString(settings.username() != null));
        properties.put("mail.smtp.quitwait", "false");
        properties.put("mail.smtp.ssl.socketFactory", settings.trust());
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        boolean isStarttls = settings.security() == SmtpSettings.Security.STARTTLS;
        properties.put("mail.smtp.starttls.enable", Boolean.toString(isStarttls));
        properties.put("mail.smtp.starttls.required", Boolean.toString(isStarttls));
        properties.put("mail.smtp.ssl.enable", Boolean.toString(settings.security() == SmtpSettings.Security.TLS));
        return properties;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        if (message.recipient().kind() != RecipientKind.EMAIL) {
            return CompletableFuture.completedFuture(Delivery.rejected("a mail needs an e-mail address"));
        }
        CompletableFuture<Delivery> delivery = new CompletableFuture<>();
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        try {
            senders.execute(() -> {
                try {
                    delivery.complete(
                            System.nanoTime() - deadline < 0
                                    ? send(message)
                                    : Delivery.unavailable("it waited too long for its turn"));
                } catch (RuntimeException e) {
                    delivery.complete(Delivery.unknown("it failed: " + e));
                }
            });
        } catch (RejectedExecutionException e) {
            delivery.complete(Delivery.unavailable("too many mails wait"));
        }
        return delivery;
    }

    private Delivery send(Message message) {
        Mail mail;
        try {
            mail = Mail.of(message, session, settings, clock.instant());
        } catch (MessagingException e) {
            return Delivery.rejected(said(e));
        }
        SMTPTransport transport;
        try {
            transport = connected();
        } catch (AuthenticationFailedException e) {
            return Delivery.unavailable("the server refuses the user: " + said(e));
        } catch (MessagingException e) {
            return Delivery.unavailable("no connection: " + said(e));
        }
        try {
            transport.sendMessage(mail, mail.getAllRecipients());
            keep(transport);
            return Delivery.accepted();
        } catch (MessagingException e) {
            close(transport);
            return refused(e, mail);
        }
    }

    /** Codes of 500 and above are for good (RFC 5321 §4.2.1), unless they are about us and not about the recipient. */
    private static Delivery refused(MessagingException failure, Mail mail) {
        for (Exception each = failure; each != null; each = next(each)) {
            if (each instanceof SMTPAddressFailedException address) {
                return byCode(address.getReturnCode(), said(address));
            }
            if (each instanceof SMTPSenderFailedException sender) {
                return Delivery.unavailable(said(sender));
            }
            if (each instanceof SMTPSendFailedException whole && whole.getNextException() == null) {
                return whole.getReturnCode() < 0 && mail.isWritten()
                        ? Delivery.unknown(said(whole))
                        : byCode(whole.getReturnCode(), said(whole));
            }
        }
        return mail.isWritten() && !(failure instanceof SendFailedException)
                ? Delivery.unknown("the connection was lost: " + said(failure))
                : Delivery.unavailable(said(failure));
    }

    private static @Nullable Exception next(Exception each) {
        return each instanceof MessagingException messaging ? messaging.getNextException() : null;
    }

    private static Delivery byCode(int code, String said) {
        return code >= 500 ? Delivery.rejected(said) : Delivery.unavailable(said);
    }

    private static String said(Exception e) {
        return String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
    }

    /** One that is still alive, or a new one. */
    private SMTPTransport connected() throws MessagingException {
        for (SMTPTransport kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            if (kept.isConnected()) {
                return kept;
            }
            close(kept);
        }
        SMTPTransport transport = (SMTPTransport) session.getTransport("smtp");
        try {
            transport.connect(
                    settings.host(),
                    settings.port(),
                    settings.username(),
                    settings.password() == null ? null : settings.password().value());
            return transport;
        } catch (MessagingException e) {
            close(transport);
            throw e;
        }
    }

    private void keep(SMTPTransport transport) {
        idle.addFirst(transport);
        if (closed) {
            closeIdle();
        }
    }

    @Override
    public void close() {
        closed = true;
        senders.shutdown();
        closeIdle();
    }

    private void closeIdle() {
        for (SMTPTransport kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            close(kept);
        }
    }

    private static void close(SMTPTransport transport) {
        try {
            transport.close();
        } catch (MessagingException e) {
            // it is gone either way
        }
    }
}
