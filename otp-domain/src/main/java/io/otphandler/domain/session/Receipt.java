package io.otphandler.domain.session;

import io.otphandler.domain.code.ChosenCode;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway reports of a message later.
 *
 * @param chosen the code that the provider sent instead, with {@link Status#CODE_TYPE_CHANGED}; null: none
 */
public record Receipt(Status status, @Nullable ChosenCode chosen) {

    public enum Status {
        DELIVERED("delivered"),
        READ("read"),
        UNDELIVERED("undelivered"),
        EXPIRED("expired"),
        /** The user said yes on their device. */
        CONFIRMED("confirmed"),
        /** The user said no. */
        DECLINED("declined"),
        /** A push became a code, or a code a push. */
        CODE_TYPE_CHANGED("codeTypeChanged");

        private final String wireName;

        Status(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }

        public static Optional<Status> named(String wireName) {
            return Stream.of(values())
                    .filter(status -> status.wireName.equals(wireName))
                    .findFirst();
        }
    }

    public static Receipt of(Status status) {
        return new Receipt(status, null);
    }
}
