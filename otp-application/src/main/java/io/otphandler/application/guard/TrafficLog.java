package io.otphandler.application.guard;

import io.otphandler.domain.guard.Traffic;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Messages and confirmations of the last hour in slots of five minutes, of the last day in slots of an hour, and the
 * newest messages in slots of half a minute. A window is so short by up to one slot. Used by one thread at a time.
 */
final class TrafficLog {

    /** Who has been sent a code longer ago than that has typed it, if at all: half of all people need 20 seconds. */
    static final Duration RIPE = Duration.ofMinutes(2);

    private static final int VERSION = 1;

    private final Slots newest = new Slots(RIPE.dividedBy(4), 4);
    private final Slots hourMessages = new Slots(Duration.ofMinutes(5), 12);
    private final Slots hourConfirmed = new Slots(Duration.ofMinutes(5), 12);
    private final Slots dayMessages = new Slots(Duration.ofHours(1), 24);
    private final Slots dayConfirmed = new Slots(Duration.ofHours(1), 24);

    void message(Instant at) {
        long millis = at.toEpochMilli();
        newest.add(millis, 1);
        hourMessages.add(millis, 1);
        dayMessages.add(millis, 1);
    }

    /** One that was counted then is not to be. */
    void withdraw(Instant at) {
        long millis = at.toEpochMilli();
        newest.add(millis, -1);
        hourMessages.add(millis, -1);
        dayMessages.add(millis, -1);
    }

    void confirmation(Instant at) {
        hourConfirmed.add(at.toEpochMilli(), 1);
        dayConfirmed.add(at.toEpochMilli(), 1);
    }

    /** Takes out all that another has, of which this was a part. */
    void subtract(TrafficLog part) {
        newest.subtract(part.newest);
        hourMessages.subtract(part.hourMessages);
        hourConfirmed.subtract(part.hourConfirmed);
        dayMessages.subtract(part.dayMessages);
        dayConfirmed.subtract(part.dayConfirmed);
    }

    Traffic at(Instant now) {
        long millis = now.toEpochMilli();
        long messages = hourMessages.sum(millis);
        return new Traffic(
                messages,
                Math.max(0, messages - newest.sum(millis)),
                hourConfirmed.sum(millis),
                dayMessages.sum(millis),
                dayConfirmed.sum(millis));
    }

    /** To be kept. */
    String written() {
        ByteBuffer buffer = ByteBuffer.allocate(1
                + newest.size()
                + hourMessages.size()
                + hourConfirmed.size()
                + dayMessages.size()
                + dayConfirmed.size());
        buffer.put((byte) VERSION);
        for (Slots slots : all()) {
            slots.write(buffer);
        }
        return Base64.getEncoder().encodeToString(buffer.array());
    }

    /** As {@link #written} gave it; empty: another version wrote it. */
    static Optional<TrafficLog> of(String written) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(Base64.getDecoder().decode(written));
            if (buffer.get() != VERSION) {
                return Optional.empty();
            }
            TrafficLog log = new TrafficLog();
            for (Slots slots : log.all()) {
                slots.read(buffer);
            }
            return Optional.of(log);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Slots[] all() {
        return new Slots[] {newest, hourMessages, hourConfirmed, dayMessages, dayConfirmed};
    }

    /** Counts by time; what is older than the slots is dropped. */
    private static final class Slots {
        private final long width;
        private final int[] counts;
        /** The newest slot's number. */
        private long head;
        /** Of all slots. */
        private long total;

        Slots(Duration width, int count) {
            this.width = width.toMillis();
            this.counts = new int[count];
        }

        void add(long millis, int change) {
            long slot = millis / width;
            rollTo(slot);
            if (slot > head - counts.length) {
                set(slot, counts[index(slot)] + change);
            }
        }

        private void set(long slot, int count) {
            int i = index(slot);
            int kept = Math.max(0, count);
            total += kept - counts[i];
            counts[i] = kept;
        }

        private void rollTo(long slot) {
            if (slot <= head) {
                return;
            }
            if (slot - head >= counts.length) {
                Arrays.fill(counts, 0);
                total = 0;
            } else {
                for (long passed = head + 1; passed <= slot; passed++) {
                    set(passed, 0);
                }
            }
            head = slot;
        }

        void subtract(Slots part) {
            rollTo(part.head);
            for (long slot = head - counts.length + 1; slot <= head; slot++) {
                if (slot > part.head - part.counts.length && slot <= part.head) {
                    set(slot, counts[index(slot)] - part.counts[part.index(slot)]);
                }
            }
        }

        /** Without what is over by then, or, where clocks differ, has not begun. */
        long sum(long millis) {
            long passed = millis / width - head;
            if (passed >= counts.length) {
                return 0;
            }
            long sum = total;
            for (long over = 1; over <= passed; over++) {
                // the one that would be there in its place
                sum -= counts[index(head + over)];
            }
            return sum;
        }

        private int index(long slot) {
            return (int) Math.floorMod(slot, (long) counts.length);
        }

        int size() {
            return Long.BYTES + Short.BYTES * counts.length;
        }

        /** More than fit are as many as are needed to judge. */
        void write(ByteBuffer to) {
            to.putLong(head);
            for (int count : counts) {
                to.putShort((short) Math.min(count, Short.MAX_VALUE));
            }
        }

        void read(ByteBuffer from) {
            head = from.getLong();
            for (int i = 0; i < counts.length; i++) {
                counts[i] = from.getShort();
                total += counts[i];
            }
        }
    }
}
