package io.otphandler.adapter.jdbi;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Rows as bytes, for the {@link Journal}: each is its kind, and its values, each behind a letter that says what it is.
 * They make up a block: its length and its checksum, then the rows. Used by one thread.
 */
final class Records implements Binder {

    /** All of a session. */
    static final byte NEW_SESSION = 1;
    /** What has changed of a session. */
    static final byte CHANGED_SESSION = 2;
    /** A counter. */
    static final byte COUNTER = 3;
    /** What the blocks behind it are. */
    static final byte HEADER = 4;

    private static final byte END = 0;
    /** Length and checksum. */
    private static final int FRONT = 2 * Integer.BYTES;

    private byte[] bytes = new byte[8_192];
    private int end = FRONT;

    void clear() {
        end = FRONT;
    }

    boolean isEmpty() {
        return end == FRONT;
    }

    void begin(byte kind) {
        one(kind);
    }

    void end() {
        one(END);
    }

    @Override
    public void uuid(@Nullable UUID value) {
        if (value == null) {
            one('N');
        } else {
            one('U');
            eight(value.getMostSignificantBits());
            eight(value.getLeastSignificantBits());
        }
    }

    @Override
    public void number(@Nullable Integer value) {
        if (value == null) {
            one('N');
        } else {
            one('I');
            four(value);
        }
    }

    @Override
    public void flag(@Nullable Boolean value) {
        one(value == null ? 'N' : value ? 'T' : 'F');
    }

    @Override
    public void instant(@Nullable Instant value) {
        if (value == null) {
            one('N');
        } else {
            instant(value.toEpochMilli());
        }
    }

    void instant(long millis) {
        one('L');
        eight(millis);
    }

    @Override
    public void text(@Nullable String value) {
        if (value == null) {
            one('N');
        } else {
            one('S');
            run(value.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void bytes(byte @Nullable [] value) {
        if (value == null) {
            one('N');
        } else {
            one('B');
            run(value);
        }
    }

    void numbers(long[] values) {
        one('A');
        four(values.length);
        for (long value : values) {
            eight(value);
        }
    }

    /** The bytes up to {@link #length}, to be written before anything else is done here. */
    byte[] block() {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, FRONT, end - FRONT);
        ByteBuffer.wrap(bytes).putInt(end - FRONT).putInt((int) checksum.getValue());
        return bytes;
    }

    int length() {
        return end;
    }

    private void one(int value) {
        room(1);
        bytes[end++] = (byte) value;
    }

    private void four(int value) {
        room(Integer.BYTES);
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[end++] = (byte) (value >>> shift);
        }
    }

    private void eight(long value) {
        four((int) (value >>> Integer.SIZE));
        four((int) value);
    }

    private void run(byte[] value) {
        four(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, end, value.length);
        end += value.length;
    }

    private void room(int more) {
        if (bytes.length - end < more) {
            bytes = Arrays.copyOf(bytes, Math.max(end + more, 2 * bytes.length));
        }
    }

    /**
     * A row that was read.
     *
     * @param values UUID, Integer, Long, Boolean, String, byte[], long[] or null
     */
    record Row(byte kind, List<@Nullable Object> values) {}

    /**
     * The rows of the next block.
     *
     * @return null: there is no whole one any more
     * @throws IllegalArgumentException if the block is whole, but is not understood
     */
    static @Nullable List<Row> next(ByteBuffer file) {
        if (file.remaining() < FRONT) {
            return null;
        }
        file.mark();
        int length = file.getInt();
        int expected = file.getInt();
        if (length <= 0 || length > file.remaining()) {
            file.reset();
            return null;
        }
        ByteBuffer block = file.slice().limit(length);
        CRC32C checksum = new CRC32C();
        checksum.update(block.duplicate());
        if ((int) checksum.getValue() != expected) {
            file.reset();
            return null;
        }
        file.position(file.position() + length);
        try {
            List<Row> rows = new ArrayList<>();
            while (block.hasRemaining()) {
                rows.add(row(block));
            }
            return rows;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("A row ends before its last value", e);
        }
    }

    private static Row row(ByteBuffer from) {
        byte kind = from.get();
        List<@Nullable Object> values = new ArrayList<>();
        while (true) {
            byte letter = from.get();
            switch (letter) {
                case END -> {
                    return new Row(kind, values);
                }
                case 'N' -> values.add(null);
                case 'U' -> values.add(new UUID(from.getLong(), from.getLong()));
                case 'I' -> values.add(from.getInt());
                case 'L' -> values.add(from.getLong());
                case 'T' -> values.add(true);
                case 'F' -> values.add(false);
                case 'S' -> values.add(new String(run(from), StandardCharsets.UTF_8));
                case 'B' -> values.add(run(from));
                case 'A' -> {
                    long[] numbers = new long[from.getInt()];
                    for (int i = 0; i < numbers.length; i++) {
                        numbers[i] = from.getLong();
                    }
                    values.add(numbers);
                }
                default -> throw new IllegalArgumentException("A value is of a kind that is not known: " + letter);
            }
        }
    }

    private static byte[] run(ByteBuffer from) {
        byte[] run = new byte[from.getInt()];
        from.get(run);
        return run;
    }
}
