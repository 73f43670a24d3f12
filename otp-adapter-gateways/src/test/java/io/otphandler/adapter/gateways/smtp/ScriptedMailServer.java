package io.otphandler.adapter.gateways.smtp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A mail server that answers each command as it is told; without orders it takes everything. */
final class ScriptedMailServer implements AutoCloseable {

    /** Closes the connection in place of an answer. */
    static final String HANG_UP = "hang up";
    /** Never answers. */
    static final String SILENCE = "silence";

    final List<String> commands = new CopyOnWriteArrayList<>();
    final List<String> mails = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ServerSocket server = new ServerSocket(0);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final @Nullable SSLContext starttls;

    /** @param starttls null: the command is not known */
    ScriptedMailServer(@Nullable SSLContext starttls) throws IOException {
        this.starttls = starttls;
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** @param command such as {@code RCPT}; {@code .} is the end of a mail, {@code 220} the greeting */
    void answer(String command, String answer) {
        answers.put(command, answer);
    }

    void hangUp() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                connections.incrementAndGet();
                sockets.add(socket);
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket plain) {
        try {
            Socket socket = plain;
            BufferedReader in = reader(socket);
            if (!say(socket, answers.getOrDefault("220", "220 here"))) {
                return;
            }
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                commands.add(line);
                String command = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
                boolean secured = socket instanceof SSLSocket;
                String usual = switch (command) {
                    case "EHLO" ->
                        "250-here\r\n" + (starttls != null && !secured ? "250-STARTTLS\r\n" : "")
                                + "250 AUTH PLAIN LOGIN";
                    case "AUTH" -> "235 ok";
                    case "STARTTLS" -> starttls == null ? "502 unknown" : "220 go on";
                    case "DATA" -> "354 go on";
                    case "QUIT" -> "221 bye";
                    default -> "250 ok";
                };
                if (!say(socket, answers.getOrDefault(command, usual))) {
                    return;
                }
                if (command.equals("STARTTLS") && starttls != null) {
                    SSLSocket upgraded =
                            (SSLSocket) starttls.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
                    upgraded.setUseClientMode(false);
                    socket = upgraded;
                    in = reader(socket);
                } else if (command.equals("DATA") && !answers.containsKey("DATA")) {
                    StringBuilder mail = new StringBuilder();
                    for (String each = in.readLine(); each != null && !each.equals("."); each = in.readLine()) {
                        mail.append(each).append('\n');
                    }
                    mails.add(mail.toString());
                    if (!say(socket, answers.getOrDefault(".", "250 taken"))) {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            // the client is gone
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static boolean say(Socket socket, String answer) throws IOException {
        if (answer.equals(HANG_UP)) {
            socket.close();
            return false;
        }
        if (answer.equals(SILENCE)) {
            return false;
        }
        OutputStream out = socket.getOutputStream();
        out.write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        return true;
    }

    @Override
    public void close() throws IOException {
        server.close();
        hangUp();
        threads.shutdownNow();
    }
}
