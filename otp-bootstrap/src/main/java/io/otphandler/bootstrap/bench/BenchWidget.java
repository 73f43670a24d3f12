package io.otphandler.bootstrap.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.UUID;

/** The widget that is asked for codes: text messages over one gateway, in the admin API's shape. */
public final class BenchWidget {

    public static final UUID ID = UUID.fromString("00000000-0000-4000-8000-0000000be7c4");

    private BenchWidget() {}

    public static ObjectNode json(String gateway) {
        ObjectNode widget = JsonNodeFactory.instance.objectNode().put("name", "Bench");
        ObjectNode channel = widget.putArray("channels").addObject().put("type", "sms");
        channel.putArray("gateways").add(gateway);
        channel.putArray("templates").addObject().put("sender", "BENCH").put("text", "Your code: {{code}}");
        return widget;
    }

    /**
     * Has a service create or replace it, by its admin API.
     *
     * @throws Bench.ImpossibleException when it refuses
     */
    public static void save(Target target, String gateway) {
        RequestBuffer request = new RequestBuffer();
        String body = json(gateway).toString();
        request.append("PUT /admin/widgets/" + ID + " HTTP/1.1\r\nHost: "
                + target.site().getRawAuthority()
                + "\r\nAuthorization: Bearer " + target.token()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        try (HttpConnection connection = new HttpConnection(target)) {
            int status = connection.exchange(request);
            if (status != 200 && status != 201) {
                throw new Bench.ImpossibleException("A widget cannot be made at " + target + ": " + status + " "
                        + connection.body() + "\nName one with --widget, or give a token with otp:admin");
            }
        } catch (IOException e) {
            throw new Bench.ImpossibleException(target + " cannot be reached: " + e.getMessage());
        }
    }
}
