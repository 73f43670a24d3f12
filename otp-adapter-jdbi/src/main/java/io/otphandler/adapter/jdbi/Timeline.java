package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Sessions.TimedEvent;
import io.otphandler.domain.session.SessionEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The events of a session as bytes that are only ever appended to: for each one its kind, the milliseconds since the
 * session's start, the dispatch, and the detail in UTF-8 behind its length. Numbers take seven bits a byte.
 */
final class Timeline {

    /** From this many bytes on nothing is appended any more. */
    static final int BOUND = 8_000;

    private static final Map<Integer, SessionEvent.Kind> KINDS = Stream.of(SessionEvent.Kind.values())
            .collect(Collectors.toUnmodifiableMap(Timeline::number, Function.identity()));

    private final long start;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Timeline(Instant start) {
        this.start = start.toEpochMilli();
    }

    void append(Instant at, List<SessionEvent> events) {
        for (SessionEvent event : events) {
            if (bytes.size() >= BOUND) {
                return;
            }
            bytes.write(number(event.kind()));
            long since = at.toEpochMilli() - start;
            // a clock that was set back: zigzag, so that small numbers stay small
            write((since << 1) ^ (since >> 63));
            write(event.dispatch());
            byte[] detail = event.detail().getBytes(StandardCharsets.UTF_8);
            write(detail.length);
            bytes.writeBytes(detail);
        }
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    static List<TimedEvent> read(long start, byte[] bytes) {
        List<TimedEvent> events = new ArrayList<>();
        Reader reader = new Reader(bytes);
        while (reader.position < bytes.length) {
            SessionEvent.Kind kind = KINDS.get(bytes[reader.position++] & 0xff);
            long zigzag = reader.number();
            long since = (zigzag >>> 1) ^ -(zigzag & 1);
            int dispatch = (int) reader.number();
            String detail = reader.text();
            if (kind != null) { // one that a newer version wrote is passed over
                events.add(
                        new TimedEvent(Instant.ofEpochMilli(start + since), new SessionEvent(kind, dispatch, detail)));
            }
        }
        return events;
    }

    private void write(long number) {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    /** Never to be changed: they are kept. */
    private static int number(SessionEvent.Kind kind) {
        return switch (kind) {
            case DISPATCH_REQUESTED -> 1;
            case ACCEPTED -> 2;
            case REJECTED -> 3;
            case UNAVAILABLE -> 4;
            case UNKNOWN -> 5;
            case RECEIPT -> 6;
            case CODE_TYPE_CHANGED -> 7;
            case CHANNEL_FAILED -> 8;
            case WRONG_CODE -> 9;
            case CONFIRMED -> 10;
            case COMPLETED -> 11;
            case CANCELLED -> 12;
            case ATTEMPTS_EXPIRED -> 13;
            case EXHAUSTED -> 14;
        };
    }

    private static final class Reader {
        private final byte[] bytes;
        private int position;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        long number() {
            long number = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = bytes[position++];
                number |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return number;
                }
            }
        }

        String text() {
            int length = (int) number();
            String text = new String(bytes, position, length, StandardCharsets.UTF_8);
            position += length;
            return text;
        }
    }
}
