package io.otphandler.adapter.jdbi;

import io.otphandler.application.port.Counter;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Counters that are safe and not in their table yet. They wait for long, and tens of thousands at once: so they lie in
 * arrays, some 50 bytes for one, which a collector passes by, where five objects for each would be copied by every
 * collection. Thread-safe.
 */
final class UnwrittenCounters {

    private static final int FEWEST = 1_024;

    /** Of one counter: the two halves of its key, a word of what else there is to it, and its only hit. */
    private static final int LONGS = 4;

    private static final int WORD = 2;
    private static final int HIT = 3;

    // a word: when it ends, by its kind's number, by two bits; 0: nobody stands there
    private static final long THERE = 1;
    private static final long NEW = 2;
    private static final int KIND_AT = 2;
    private static final int END_AT = 10;
    private static final int KIND = 0xff;

    private long[] all = new long[FEWEST * LONGS];
    /** What was counted where that is more or less than one hit; null: it is one. */
    private long[] @Nullable [] others = new long[FEWEST] @Nullable [];

    private int count;

    /**
     * A counter.
     *
     * @param isNew whether it is not in the table at all
     * @param endsAt milliseconds since 1970, after which it may be deleted
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Tallied(long[] hits, long endsAt, boolean isNew) {}

    /** Is told of counters. */
    @FunctionalInterface
    interface Visitor {
        void visit(Counter counter, Tallied tallied) throws SQLException;
    }

    /** Null: it is not among them. */
    synchronized @Nullable Tallied get(Counter counter) {
        int place = place(counter);
        return isEmpty(place) ? null : tallied(place);
    }

    synchronized boolean has(Counter counter) {
        return !isEmpty(place(counter));
    }

    private boolean isEmpty(int place) {
        return all[place * LONGS + WORD] == 0;
    }

    /** @throws IllegalArgumentException if it ends before 1970 */
    synchronized void put(Counter counter, Tallied tallied) {
        if (tallied.endsAt() < 0) {
            throw new IllegalArgumentException(counter + " ends before 1970, at " + tallied.endsAt());
        }
        int place = place(counter);
        if (isEmpty(place)) {
            if (2 * (count + 1) > others.length) {
                grow();
                place = place(counter);
            }
            count++;
        }
        int at = place * LONGS;
        all[at] = counter.key().getMostSignificantBits();
        all[at + 1] = counter.key().getLeastSignificantBits();
        all[at + WORD] = tallied.endsAt() << END_AT
                | (long) counter.kind().number() << KIND_AT
                | (tallied.isNew() ? NEW : 0)
                | THERE;
        boolean isOne = tallied.hits().length == 1;
        all[at + HIT] = isOne ? tallied.hits()[0] : 0;
        others[place] = isOne ? null : tallied.hits();
    }

    synchronized int count() {
        return count;
    }

    /** Whether there is one that has ended by then, in milliseconds since 1970. */
    synchronized boolean hasEnded(long by) {
        for (int at = WORD; at < all.length; at += LONGS) {
            if (all[at] != 0 && all[at] >>> END_AT < by) {
                return true;
            }
        }
        return false;
    }

    /**
     * All of them, nearly in the order of the table's keys, so that each of its pages is looked for once. Nobody may put
     * any meanwhile.
     */
    void forEachInOrder(Visitor visitor) throws SQLException {
        for (long ordered : inOrder()) {
            int place = (int) (ordered & (others.length - 1));
            visitor.visit(counter(place), tallied(place));
        }
    }

    /** Places, each below so much of its key as there is room for. */
    private synchronized long[] inOrder() {
        long[] ordered = new long[count];
        int next = 0;
        for (int place = 0; place < others.length; place++) {
            if (!isEmpty(place)) {
                // the database has no signs
                long key = all[place * LONGS] + Long.MIN_VALUE;
                ordered[next] = (key & -(long) others.length) | place;
                next++;
            }
        }
        Arrays.sort(ordered);
        return ordered;
    }

    private Counter counter(int place) {
        int at = place * LONGS;
        return new Counter(
                new UUID(all[at], all[at + 1]),
                CounterRow.kind(kind(all[at + WORD])).orElseThrow());
    }

    private Tallied tallied(int place) {
        long[] hits = others[place];
        long word = all[place * LONGS + WORD];
        return new Tallied(
                hits == null ? new long[] {all[place * LONGS + HIT]} : hits, word >>> END_AT, (word & NEW) != 0);
    }

    private static int kind(long word) {
        return (int) (word >>> KIND_AT) & KIND;
    }

    private int place(Counter counter) {
        return place(
                counter.key().getMostSignificantBits(),
                counter.key().getLeastSignificantBits(),
                counter.kind().number());
    }

    /** Where it stands, or has to be put. */
    private int place(long high, long low, int kind) {
        int mask = others.length - 1;
        // keys are made by a hash, and a key's counters stand beside each other
        int place = (int) low & mask;
        while (true) {
            int at = place * LONGS;
            long word = all[at + WORD];
            if (word == 0 || (all[at + 1] == low && all[at] == high && kind(word) == kind)) {
                return place;
            }
            place = place + 1 & mask;
        }
    }

    private void grow() {
        long[] oldAll = all;
        long[] @Nullable [] oldOthers = others;
        all = new long[2 * oldAll.length];
        others = new long[2 * oldOthers.length] @Nullable [];
        for (int old = 0; old < oldOthers.length; old++) {
            int from = old * LONGS;
            if (oldAll[from + WORD] != 0) {
                int place = place(oldAll[from], oldAll[from + 1], kind(oldAll[from + WORD]));
                System.arraycopy(oldAll, from, all, place * LONGS, LONGS);
                others[place] = oldOthers[old];
            }
        }
    }
}
