package io.otphandler.adapter.gateways.smtp;

import io.otphandler.application.port.Message;
import io.otphandler.domain.recipient.Recipient;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UnsupportedEncodingException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message as an e-mail, in plain text and in HTML. Knows whether it has been written to a server. Not thread-safe. */
final class Mail extends MimeMessage {

    private static final String UTF_8 = StandardCharsets.UTF_8.name();

    private final String id;
    private boolean written;

    private Mail(Session session, String id) {
        super(session);
        this.id = id;
    }

    /** @throws MessagingException when there can be no such mail: the recipient's address, for one, is none */
    static Mail of(Message message, Session session, SmtpSettings settings, Instant now) throws MessagingException {
        String domain = settings.from().getAddress().replaceFirst(".*@", "");
        Mail mail = new Mail(session, "<" + message.id() + "@" + domain + ">");
        mail.setFrom(from(message.sender(), settings.from()));
        if (settings.replyTo() != null) {
            mail.setReplyTo(new InternetAddress[] {settings.replyTo()});
        }
        mail.setRecipient(RecipientType.TO, address(message.recipient()));
        String text = Objects.requireNonNullElse(message.text(), "");
        mail.setSubject(line(Objects.requireNonNullElse(message.subject(), subject(message.locale()))), UTF_8);
        mail.setSentDate(Date.from(now));
        // RFC 3834 §5: nobody's holiday notice is to answer it
        mail.setHeader("Auto-Submitted", "auto-generated");
        mail.setHeader("Content-Language", line(message.locale()));
        MimeBodyPart plain = new MimeBodyPart();
        plain.setText(text, UTF_8);
        MimeBodyPart html = new MimeBodyPart();
        html.setText(html(text, message.code().digits(), message.locale()), UTF_8, "html");
        mail.setContent(new MimeMultipart("alternative", plain, html));
        mail.saveChanges();
        return mail;
    }

    private static InternetAddress from(@Nullable String sender, InternetAddress own) throws MessagingException {
        if (sender == null) {
            return own;
        }
        try {
            return sender.indexOf('@') > 0
                    ? new InternetAddress(sender, true)
                    : new InternetAddress(own.getAddress(), line(sender), UTF_8);
        } catch (UnsupportedEncodingException e) {
            throw new MessagingException("UTF-8 is there", e);
        }
    }

    private static InternetAddress address(Recipient recipient) throws MessagingException {
        String address = recipient.value();
        int at = address.lastIndexOf('@');
        try {
            return new InternetAddress(address.substring(0, at + 1) + IDN.toASCII(address.substring(at + 1)), true);
        } catch (IllegalArgumentException e) {
            throw new MessagingException("No such domain can be", e);
        }
    }

    private static String subject(String locale) {
        return locale.startsWith("ru") ? "Код подтверждения" : "Your confirmation code";
    }

    /** What stands in a header is one line. */
    private static String line(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private static String html(String text, String code, String locale) {
        String body = escaped(text)
                .replace(
                        code,
                        "<strong style=\"font-size:1.5em;letter-spacing:.15em;white-space:nowrap\">" + code
                                + "</strong>")
                .replace("\r\n", "\n")
                .replace("\n", "<br>\n");
        return "<!DOCTYPE html>\n<html lang=\"" + escaped(line(locale)) + "\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width\"></head>\n"
                + "<body style=\"font-family:sans-serif;line-height:1.5;max-width:36em;margin:1em auto;padding:0 1em\">\n<p>"
                + body + "</p>\n</body></html>\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** The same when it is handed over again. */
    @Override
    protected void updateMessageID() throws MessagingException {
        setHeader("Message-ID", id);
    }

    @Override
    public void writeTo(OutputStream out, String[] ignored) throws IOException, MessagingException {
        written = true;
        super.writeTo(out, ignored);
    }

    /** Whether the server may have all of it. */
    boolean isWritten() {
        return written;
    }
}
