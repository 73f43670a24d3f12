package io.otphandler.bootstrap.bench;

import static io.otphandler.bootstrap.bench.RequestBuffer.ascii;

import java.io.IOException;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One client of the service over one connection: calls, checks that the answer is the right one, and measures. Not
 * thread-safe.
 */
final class Visitor implements AutoCloseable {

    private static final byte[] REQUEST_ID = ascii("\"requestId\":\"");
    private static final byte[] SUCCESS = ascii("\"success\":true");
    private static final byte[] NO_SUCCESS = ascii("\"success\":false");
    private static final byte[] SENT = ascii("\"status\":\"sent\"");
    private static final byte[] INVALID_CODE = ascii("InvalidCodeException");
    private static final byte[] CODE = ascii("\"code\":\"");
    private static final int ID_LENGTH = 36;
    private static final Pattern TYPE = Pattern.compile("\"type\":\"([A-Za-z]{1,64})\"");
    private static final Pattern SANDBOX_CODE = Pattern.compile("\"code\":\"([0-9]{1,32})\"");

    private final HttpConnection connection;
    private final Requests requests;
    private final Measures measures;
    private final RequestBuffer buffer = new RequestBuffer();

    Visitor(Target target, UUID widget, Measures measures) {
        this.connection = new HttpConnection(target);
        this.requests = new Requests(target, widget);
        this.measures = measures;
    }

    Measures measures() {
        return measures;
    }

    boolean noop() {
        requests.noop(buffer);
        return call(Step.NOOP, 200, SUCCESS);
    }

    /** The session's id; null: an error, which is counted. */
    @Nullable
    String send(String recipient) {
        requests.send(buffer, recipient);
        return call(Step.SEND, 201, REQUEST_ID) ? connection.bodyAfter(REQUEST_ID, ID_LENGTH) : null;
    }

    boolean awaitChannel(String requestId) {
        requests.awaitChannel(buffer, requestId);
        return call(Step.CHANNEL_POLL, 200, SENT);
    }

    boolean readChannel(String requestId) {
        requests.getChannel(buffer, requestId);
        return call(Step.READ_CHANNEL, 200, SENT);
    }

    boolean readStatus(String requestId, String recipient, boolean confirmed) {
        requests.getStatus(buffer, requestId, recipient);
        return call(Step.READ_STATUS, 200, confirmed ? SUCCESS : NO_SUCCESS);
    }

    boolean checkCode(String requestId, String code) {
        requests.checkCode(buffer, requestId, code);
        return call(Step.CHECK_CODE, 201, SUCCESS);
    }

    boolean checkWrongCode(String requestId) {
        requests.checkCode(buffer, requestId, "000000000");
        return call(Step.WRONG_CODE, 400, INVALID_CODE);
    }

    boolean complete(String requestId, String recipient) {
        requests.complete(buffer, requestId, recipient);
        return call(Step.COMPLETE, 201, SUCCESS);
    }

    /** The code that the sandbox shows; null: an error, which is counted. */
    @Nullable
    String readCode(String recipient) {
        requests.sandboxMessages(buffer, recipient);
        if (!call(Step.READ_CODE, 200, CODE)) {
            return null;
        }
        Matcher code = SANDBOX_CODE.matcher(connection.body());
        return code.find() ? code.group(1) : null;
    }

    /** What went wrong last, in the answer's own words. */
    String lastAnswer() {
        return connection.body();
    }

    private boolean call(Step step, int expected, byte[] within) {
        long start = System.nanoTime();
        try {
            int status = connection.exchange(buffer);
            long nanos = System.nanoTime() - start;
            if (status == expected && connection.bodyContains(within)) {
                measures.record(step, nanos);
                return true;
            }
            Matcher type = TYPE.matcher(connection.body());
            measures.error(step, status + " " + (type.find() ? type.group(1) : "with another answer than expected"));
        } catch (IOException e) {
            measures.error(step, e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        return false;
    }

    @Override
    public void close() {
        connection.close();
    }
}
