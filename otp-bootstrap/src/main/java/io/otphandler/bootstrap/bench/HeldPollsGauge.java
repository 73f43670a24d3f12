package io.otphandler.bootstrap.bench;

import java.io.IOException;

/** How many polls a service says to hold, in its metrics. */
final class HeldPollsGauge {

    private static final String GAUGE = "\notp_held_polls ";

    private HeldPollsGauge() {}

    /** Negative: it does not say. */
    static long read(HttpConnection connection, Target target) {
        RequestBuffer request = new RequestBuffer();
        request.append("GET /metrics HTTP/1.1\r\nHost: " + target.site().getRawAuthority() + "\r\n\r\n");
        try {
            if (connection.exchange(request) != 200) {
                return -1;
            }
            String text = connection.body();
            int at = text.indexOf(GAUGE);
            if (at < 0) {
                return -1;
            }
            int from = at + GAUGE.length();
            int end = text.indexOf('\n', from);
            return (long) Double.parseDouble(text.substring(from, end < 0 ? text.length() : end));
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }
}
