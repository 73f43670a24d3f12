package io.otphandler.bootstrap.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection of HTTP/1.1 that knows just enough of it, so that the generator takes as little of the
 * machine as it can: one write, usually one read, and no object a call. Connects when it is first used, and again after
 * an error. For one thread, but {@link #close} may come from another, which ends a wait.
 */
final class HttpConnection implements AutoCloseable {

    private static final int CONNECT_MILLIS = 10_000;
    private static final int MAX_RESPONSE = 4 << 20;
    private static final byte[] CONTENT_LENGTH = RequestBuffer.ascii("content-length:");
    private static final byte[] CONNECTION_CLOSE = RequestBuffer.ascii("connection: close");
    private static final byte[] CHUNKED = RequestBuffer.ascii("transfer-encoding:");

    private final Target target;
    private volatile @Nullable Socket socket;
    private volatile boolean closed;
    private @Nullable InputStream in;
    private @Nullable OutputStream out;

    private byte[] bytes = new byte[8192];
    private int bodyStart;
    private int end;

    HttpConnection(Target target) {
        this.target = target;
    }

    /**
     * Sends a request and waits for its whole answer.
     *
     * @return the status
     * @throws IOException after which the next request begins on a new connection
     */
    int exchange(RequestBuffer request) throws IOException {
        try {
            connect();
            Objects.requireNonNull(out).write(request.bytes(), 0, request.length());
            return response();
        } catch (IOException | RuntimeException e) {
            disconnect();
            throw e;
        }
    }

    /** The last answer's body. */
    String body() {
        return new String(bytes, bodyStart, end - bodyStart, StandardCharsets.UTF_8);
    }

    boolean bodyContains(byte[] text) {
        return find(bytes, bodyStart, end, text) >= 0;
    }

    /** The text that follows in the last answer's body; null: it does not. */
    @Nullable
    String bodyAfter(byte[] text, int length) {
        int at = find(bytes, bodyStart, end, text);
        return at < 0 || at + text.length + length > end
                ? null
                : new String(bytes, at + text.length, length, StandardCharsets.ISO_8859_1);
    }

    private void connect() throws IOException {
        if (socket != null) {
            return;
        }
        if (closed) {
            throw new IOException("closed");
        }
        Socket opened = new Socket();
        socket = opened;
        opened.setTcpNoDelay(true);
        opened.connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS);
        if (target.isSecure()) {
            SSLSocket secure = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault())
                    .createSocket(opened, target.host(), target.port(), true);
            var parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            socket = secure;
            opened = secure;
        }
        in = opened.getInputStream();
        out = opened.getOutputStream();
    }

    private int response() throws IOException {
        end = 0;
        int scanned = 0;
        int headEnd;
        while (true) {
            fill();
            headEnd = headEnd(bytes, scanned, end);
            if (headEnd >= 0) {
                break;
            }
            scanned = Math.max(0, end - 3);
        }
        if (headEnd < 16 || bytes[0] != 'H') {
            throw new IOException("no answer of HTTP");
        }
        int status = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + (bytes[11] - '0');
        int length = contentLength(bytes, headEnd);
        if (length < 0 && status != 204) {
            throw new IOException(
                    header(bytes, headEnd, CHUNKED) >= 0
                            ? "an answer in chunks, which this client does not read"
                            : "an answer without a length");
        }
        bodyStart = headEnd;
        int wanted = headEnd + Math.max(0, length);
        if (wanted > MAX_RESPONSE) {
            throw new IOException("an answer that is too long");
        }
        while (end < wanted) {
            fill();
        }
        if (header(bytes, headEnd, CONNECTION_CLOSE) >= 0) {
            disconnect();
        }
        return status;
    }

    private void fill() throws IOException {
        if (end == bytes.length) {
            if (end >= MAX_RESPONSE) {
                throw new IOException("an answer that is too long");
            }
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        int read = Objects.requireNonNull(in).read(bytes, end, bytes.length - end);
        if (read < 0) {
            throw new EOFException("the connection was closed");
        }
        end += read;
    }

    /** Where the body begins; negative: the head is not complete. */
    static int headEnd(byte[] bytes, int from, int end) {
        for (int i = from; i + 3 < end; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    /** The body's length; negative: the head does not tell. */
    static int contentLength(byte[] bytes, int headEnd) {
        int at = header(bytes, headEnd, CONTENT_LENGTH);
        if (at < 0) {
            return -1;
        }
        int length = 0;
        boolean any = false;
        for (int i = at + CONTENT_LENGTH.length; i < headEnd && bytes[i] != '\r'; i++) {
            if (bytes[i] >= '0' && bytes[i] <= '9' && length < MAX_RESPONSE) {
                length = length * 10 + (bytes[i] - '0');
                any = true;
            }
        }
        return any ? length : -1;
    }

    /** Where a line begins so, in whatever case; negative: none does. */
    private static int header(byte[] bytes, int headEnd, byte[] lowerCase) {
        for (int line = 0; line + lowerCase.length < headEnd; line++) {
            if ((line == 0 || bytes[line - 1] == '\n') && startsWith(bytes, line, lowerCase)) {
                return line;
            }
        }
        return -1;
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] lowerCase) {
        for (int i = 0; i < lowerCase.length; i++) {
            byte b = bytes[at + i];
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    static int find(byte[] bytes, int from, int end, byte[] text) {
        for (int i = from; i + text.length <= end; i++) {
            if (Arrays.equals(bytes, i, i + text.length, text, 0, text.length)) {
                return i;
            }
        }
        return -1;
    }

    private void disconnect() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // it is gone, which is all that is wanted
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
