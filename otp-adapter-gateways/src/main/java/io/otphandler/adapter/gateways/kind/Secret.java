package io.otphandler.adapter.gateways.kind;

import java.nio.charset.StandardCharsets;

/** A password, token or key that no log shows. Immutable. */
public final class Secret {

    private final String value;

    public Secret(String value) {
        this.value = value;
    }

    public String value() {
        return value;
    }

    /** In UTF-8. */
    public byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "***";
    }
}
