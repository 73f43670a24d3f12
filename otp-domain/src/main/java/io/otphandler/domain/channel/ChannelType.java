package io.otphandler.domain.channel;

import io.otphandler.domain.recipient.RecipientKind;
import java.util.Optional;
import java.util.stream.Stream;

/** The ways to reach someone that the API knows, under the names that it gives them. */
public enum ChannelType {
    SMS("sms", RecipientKind.PHONE),
    VOICE("voice", RecipientKind.PHONE),
    FLASHCALL("flashcall", RecipientKind.PHONE),
    VIBER("viber", RecipientKind.PHONE),
    VK("vk", RecipientKind.PHONE),
    WHATSAPP("whatsapp", RecipientKind.PHONE),
    TELEGRAMCODE("telegramcode", RecipientKind.PHONE),
    SIM_PUSH("sim_push", RecipientKind.PHONE),
    EMAIL("email", RecipientKind.EMAIL);

    private final String wireName;
    private final RecipientKind reaches;

    ChannelType(String wireName, RecipientKind reaches) {
        this.wireName = wireName;
        this.reaches = reaches;
    }

    /** The name in the API, such as {@code sim_push}. */
    public String wireName() {
        return wireName;
    }

    public RecipientKind reaches() {
        return reaches;
    }

    /** {@code codeless} for a push that is only confirmed, {@code code} for all that carry one. */
    public CodeType defaultCodeType() {
        return this == SIM_PUSH ? CodeType.CODELESS : CodeType.CODE;
    }

    /** Whether the message has words: a flash call has none, its code is the caller's number. */
    public boolean hasText() {
        return this != FLASHCALL;
    }

    public static Optional<ChannelType> named(String wireName) {
        return Stream.of(values())
                .filter(type -> type.wireName.equals(wireName))
                .findFirst();
    }
}
