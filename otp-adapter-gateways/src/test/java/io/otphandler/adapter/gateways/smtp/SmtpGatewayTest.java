package io.otphandler.adapter.gateways.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.otphandler.adapter.gateways.kind.Certificate;
import io.otphandler.adapter.gateways.kind.Messages;
import io.otphandler.adapter.gateways.kind.Opened;
import io.otphandler.application.port.Delivery;
import io.otphandler.application.port.Delivery.Kind;
import io.otphandler.application.port.Message;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gateway against mail servers in this process. */
class SmtpGatewayTest {

    private static final SmtpKind KIND = new SmtpKind();

    @TempDir
    private static Path folder;

    private static Certificate certificate;
    private final List<Opened> gateways = new ArrayList<>();

    @BeforeAll
    static void certificate() throws Exception {
        certificate = Certificate.of(folder, "127.0.0.1");
    }

    @AfterEach
    void close() {
        gateways.forEach(opened -> opened.gateway.close());
    }

    // ---- mails

    @Test
    void aMailArrivesInBothFormsOverTls() throws Exception {
        System.setProperty("greenmail.tls.keystore.file", certificate.store().toString());
        System.setProperty("greenmail.tls.keystore.password", Certificate.PASSWORD);
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
        server.setUser("acme", "hush");
        server.start();
        try {
            Opened opened = opened(server.getSmtps().getPort(), "tls", "'username': 'acme', 'password': 'hush'");
            Message message =
                    Messages.email("Ваш код: 482913\r\nBcc: evil@example.com", "Код 482913 <b>& 🚲\nДо встречи");

            assertThat(opened.deliver(message)).isEqualTo(Delivery.accepted());

            MimeMessage mail = server.getReceivedMessages()[0];
            assertThat(mail.getSubject()).isEqualTo("Ваш код: 482913 Bcc: evil@example.com");
            assertThat(mail.getHeader("Bcc")).isNull();
            assertThat(mail.getAllRecipients()).hasSize(1);
            assertThat(mail.getFrom()[0].toString()).isEqualTo("ACME <otp@shop.example>");
            assertThat(mail.getReplyTo()[0].toString()).isEqualTo("help@shop.example");
            assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
            assertThat(mail.getMessageID()).isEqualTo("<" + message.id() + "@shop.example>");
            assertThat(mail.getSentDate()).isEqualTo(Date.from(opened.clock.instant()));
            MimeMultipart parts = (MimeMultipart) mail.getContent();
            assertThat(parts.getContentType()).startsWith("multipart/alternative");
            assertThat(parts.getBodyPart(0).getContent().toString().replace("\r\n", "\n"))
                    .isEqualTo(message.text());
            assertThat(parts.getBodyPart(1).getContentType()).startsWith("text/html");
            assertThat(parts.getBodyPart(1).getContent().toString())
                    .contains("&lt;b&gt;&amp; 🚲<br>", ">482913</strong>", "До встречи", "lang=\"en\"");
        } finally {
            server.stop();
        }
    }

    @Test
    void aMailWithoutASubjectHasOneInItsLanguage() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer(null)) {
            opened(server.port(), "none", "").deliver(Messages.email(null, "482913"));

            assertThat(server.mails.get(0)).contains("Subject: Your confirmation code");
        }
    }

    // ---- the way there

    @Test
    void aServerWithoutStarttlsGetsNothing() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer(null)) {
            Delivery delivery = opened(server.port(), "starttls", "'username': 'acme', 'password': 'hush'")
                    .deliver(Messages.email("x", "482913"));

            assertThat(delivery.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(server.commands).noneMatch(command -> command.startsWith("AUTH") || command.startsWith("MAIL"));
            assertThat(server.mails).isEmpty();
        }
    }

    @Test
    void afterStarttlsItIsSentToWhomTheCertificateIsFor() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer(certificate.server())) {
            assertThat(opened(server.port(), "starttls", "'username': 'acme', 'password': 'hush'")
                            .deliver(Messages.email("x", "482913")))
                    .isEqualTo(Delivery.accepted());
            assertThat(server.commands).containsSubsequence("STARTTLS", "DATA");
        }
        Certificate others = Certificate.of(folder, "mail.example");
        try (ScriptedMailServer server = new ScriptedMailServer(others.server())) {
            Opened opened = opened("'port': " + server.port() + ", 'trustFile': '" + others.pem() + "'");

            assertThat(opened.deliver(Messages.email("x", "482913")).kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(server.mails).isEmpty();
        }
    }

    @Test
    void aConnectionIsUsedAgainUnlessItDiedMeanwhile() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer(null)) {
            Opened opened = opened(server.port(), "none", "'connections': 1");
            opened.deliver(Messages.email("x", "482913"));
            opened.deliver(Messages.email("x", "482913"));
            assertThat(server.connections.get()).isEqualTo(1);

            server.hangUp();

            assertThat(opened.deliver(Messages.email("x", "482913"))).isEqualTo(Delivery.accepted());
            assertThat(server.connections.get()).isEqualTo(2);
            assertThat(server.mails).hasSize(3);
        }
    }

    // ---- outcomes

    @ParameterizedTest
    @CsvSource({
        "RCPT, 550 no such user, REJECTED",
        "RCPT, 450 greylisted, UNAVAILABLE",
        "RCPT, hang up, UNAVAILABLE",
        "MAIL, 550 you may not, UNAVAILABLE",
        "MAIL, 421 too busy, UNAVAILABLE",
        "DATA, 554 no, REJECTED",
        "DATA, 451 later, UNAVAILABLE",
        "DATA, hang up, UNAVAILABLE",
        "., 554 looks like spam, REJECTED",
        "., 452 full, UNAVAILABLE",
        "., hang up, UNKNOWN",
        "., silence, UNKNOWN",
        "RCPT, silence, UNAVAILABLE",
        "220, 554 go away, UNAVAILABLE",
        "220, hang up, UNAVAILABLE",
        "220, silence, UNAVAILABLE",
        "AUTH, 535 wrong password, UNAVAILABLE"
    })
    void whatTheServerAnswersTellsWhatBecameOfTheMail(String command, String answer, Kind kind) throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer(null)) {
            server.answer(command, answer);

            assertThat(opened(server.port(), "none", "'timeout': 1, 'username': 'acme', 'password': 'hush'")
                            .deliver(Messages.email("x", "482913"))
                            .kind())
                    .isEqualTo(kind);
        }
    }

    @Test
    void whereNobodyListensNothingWasTaken() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        assertThat(opened(free, "none", "")
                        .deliver(Messages.email("x", "482913"))
                        .kind())
                .isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aNumberGetsNoMail() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer(null)) {
            assertThat(opened(server.port(), "none", "")
                            .deliver(Messages.sms("x"))
                            .kind())
                    .isEqualTo(Kind.REJECTED);
        }
    }

    @Test
    void whenItIsClosedNoThreadOrConnectionOfItIsLeft() throws Exception {
        try (ScriptedMailServer server = new ScriptedMailServer(null)) {
            Opened opened = opened(server.port(), "none", "");
            opened.deliver(Messages.email("x", "482913"));

            opened.gateway.close();

            await().until(() -> server.commands.contains("QUIT"));
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("otp-smtp-main")));
            assertThat(opened.deliver(Messages.email("x", "482913")).kind()).isEqualTo(Kind.UNAVAILABLE);
        }
    }

    // ---- settings

    @Test
    void everyFaultOfTheSettingsIsTold() {
        assertThat(Opened.faults(
                        KIND,
                        "{'host': 'mail.example', 'security': 'none', 'username': 'x', 'from': 'nobody',"
                                + " 'replyTo': 'a, b', 'connections': 0, 'odd': 1}"))
                .extracting(fault -> fault.replaceAll(":.*", ""))
                .containsExactlyInAnyOrder("security", "username", "from", "replyTo", "connections", "odd");
        assertThat(Opened.faults(
                        KIND,
                        "{'host': 'mail.example', 'security': 'none', 'allowPlaintext': true,"
                                + " 'from': 'a@b.example'}"))
                .isEmpty();
    }

    // ---- steps

    private Opened opened(int port, String security, String more) {
        return opened("'port': " + port + ", 'security': '" + security + "', 'trustFile': '" + certificate.pem() + "'"
                + (more.isEmpty() ? "" : ", " + more));
    }

    private Opened opened(String settings) {
        Opened opened = Opened.of(
                KIND,
                "{'host': '127.0.0.1', 'from': 'ACME <otp@shop.example>', 'replyTo': 'help@shop.example', " + settings
                        + "}");
        gateways.add(opened);
        return opened;
    }
}
