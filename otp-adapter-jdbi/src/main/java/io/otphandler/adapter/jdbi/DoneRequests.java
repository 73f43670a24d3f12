package io.otphandler.adapter.jdbi;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ids of requests that have moved a session, one behind the other. A session can be moved so only as often as it can
 * be restarted, and twice more. Immutable.
 */
final class DoneRequests {

    static final DoneRequests NONE = new DoneRequests(null);

    private static final int LENGTH = 16;

    private final byte @Nullable [] bytes;

    private DoneRequests(byte @Nullable [] bytes) {
        this.bytes = bytes;
    }

    static DoneRequests of(byte @Nullable [] bytes) {
        return bytes == null ? NONE : new DoneRequests(bytes);
    }

    /** As they are kept; null: none. */
    byte @Nullable [] bytes() {
        return bytes;
    }

    boolean contains(UUID request) {
        if (bytes == null) {
            return false;
        }
        ByteBuffer ids = ByteBuffer.wrap(bytes);
        while (ids.remaining() >= LENGTH) {
            if (request.equals(new UUID(ids.getLong(), ids.getLong()))) {
                return true;
            }
        }
        return false;
    }

    DoneRequests with(UUID request) {
        int length = bytes == null ? 0 : bytes.length;
        byte[] more = bytes == null ? new byte[LENGTH] : Arrays.copyOf(bytes, length + LENGTH);
        ByteBuffer.wrap(more, length, LENGTH)
                .putLong(request.getMostSignificantBits())
                .putLong(request.getLeastSignificantBits());
        return new DoneRequests(more);
    }
}
