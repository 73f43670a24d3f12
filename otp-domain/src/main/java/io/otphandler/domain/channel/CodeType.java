package io.otphandler.domain.channel;

import java.util.Optional;
import java.util.stream.Stream;

/** Whether the user types a code back, or confirms on their own device. */
public enum CodeType {
    CODE("code"),
    CODELESS("codeless");

    private final String wireName;

    CodeType(String wireName) {
        this.wireName = wireName;
    }

    /** The name in the API. */
    public String wireName() {
        return wireName;
    }

    public CodeType other() {
        return this == CODE ? CODELESS : CODE;
    }

    public static Optional<CodeType> named(String wireName) {
        return Stream.of(values())
                .filter(type -> type.wireName.equals(wireName))
                .findFirst();
    }
}
