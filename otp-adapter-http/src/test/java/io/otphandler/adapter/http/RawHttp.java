package io.otphandler.adapter.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** HTTP as no well-behaved client would speak it. */
final class RawHttp {
    private RawHttp() {}

    /** All that comes back until the server closes. */
    static String exchange(int port, String request) {
        return exchange(port, request.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Sends one byte after the other, each as soon as nothing has come back for a while, until the server hangs up.
     *
     * @return how many were sent
     */
    static int bytesUntilHungUp(Socket socket) throws IOException {
        socket.setSoTimeout(20);
        for (int sent = 0; sent < 1_000; sent++) {
            try {
                socket.getOutputStream().write('a');
                if (socket.getInputStream().read() < 0) {
                    return sent;
                }
            } catch (SocketTimeoutException e) {
                // still there
            } catch (IOException e) {
                return sent;
            }
        }
        throw new AssertionError("The server goes on listening");
    }

    static String exchange(int port, byte[] request) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(15_000);
            try {
                socket.getOutputStream().write(request);
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // answered and closed before it had heard all
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
