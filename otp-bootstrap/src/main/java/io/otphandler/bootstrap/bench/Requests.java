package io.otphandler.bootstrap.bench;

import static io.otphandler.bootstrap.bench.RequestBuffer.ascii;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The API's requests as bytes, the parts that never change made once. Immutable. */
final class Requests {

    private final byte[] getBase;
    private final byte[] getPoll;
    private final byte[] postBase;
    /** What follows the path of a request without a body. */
    private final byte[] headers;

    private final byte[] emptyPost;
    private final byte[] send;
    private final byte[] jsonOfLength;
    private final byte[] noop;
    private final byte[] sandbox;

    Requests(Target target, UUID widget) {
        String base = target.basePath();
        String fixed = " HTTP/1.1\r\nHost: " + target.site().getRawAuthority() + "\r\nAuthorization: Bearer "
                + target.token() + "\r\n";
        getBase = ascii("GET " + base + "/");
        getPoll = ascii("GET " + base + "/longPolling/");
        postBase = ascii("POST " + base + "/");
        headers = ascii(fixed + "\r\n");
        emptyPost = ascii(fixed + "Content-Length: 0\r\n\r\n");
        jsonOfLength = ascii(fixed + "Content-Type: application/json\r\nContent-Length: ");
        send = ascii("{\"widgetId\":\"" + widget + "\",\"recipient\":\"");
        noop = ascii("GET /noop");
        sandbox = ascii("GET /sandbox/messages?recipient=");
    }

    void noop(RequestBuffer to) {
        to.clear().append(noop).append(headers);
    }

    void send(RequestBuffer to, String recipient) {
        to.clear().append(postBase).append(jsonOfLength);
        to.append(Integer.toString(send.length + recipient.length() + 2)).append("\r\n\r\n");
        to.append(send).append(recipient).append("\"}");
    }

    void awaitChannel(RequestBuffer to, String requestId) {
        to.clear().append(getPoll).append(requestId).append("/channel").append(headers);
    }

    void awaitStatus(RequestBuffer to, String requestId, String recipient) {
        to.clear().append(getPoll).append(requestId).append("/status?recipient=");
        to.append(encoded(recipient)).append(headers);
    }

    void getChannel(RequestBuffer to, String requestId) {
        to.clear().append(getBase).append(requestId).append("/channel").append(headers);
    }

    void getStatus(RequestBuffer to, String requestId, String recipient) {
        to.clear().append(getBase).append(requestId).append("/status?recipient=");
        to.append(encoded(recipient)).append(headers);
    }

    void checkCode(RequestBuffer to, String requestId, String code) {
        to.clear().append(postBase).append(requestId).append("/checkCode").append(jsonOfLength);
        to.append(Integer.toString(code.length() + 11))
                .append("\r\n\r\n{\"code\":\"")
                .append(code)
                .append("\"}");
    }

    void complete(RequestBuffer to, String requestId, String recipient) {
        to.clear().append(postBase).append(requestId).append("/checkStatusAndComplete?recipient=");
        to.append(encoded(recipient)).append(emptyPost);
    }

    void sandboxMessages(RequestBuffer to, String recipient) {
        to.clear().append(sandbox).append(encoded(recipient)).append(headers);
    }

    private static String encoded(String recipient) {
        return recipient.startsWith("+")
                ? "%2B" + recipient.substring(1)
                : URLEncoder.encode(recipient, StandardCharsets.UTF_8);
    }
}
