package io.otphandler.adapter.jdbi;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Knows of most keys that are not in a table that they are not: a Bloom filter of keys that are random by themselves. What
 * was added is always found; of what was not, about one in 400 is, as long as no more were added than it is made for.
 * Thread-safe.
 */
final class KeyFilter {

    /** With four of sixteen bits for each key: (1 − e^(−4/16))⁴ = 0.0024. */
    private static final int BITS_PER_KEY = 16;

    private static final int HASHES = 4;
    /** 2⁶⁴ by the golden ratio: spreads what is alike over all bits (Knuth, TAOCP 3, 6.4). */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final AtomicLongArray words;
    private final long mask;
    private final long keys;
    private final AtomicLong added = new AtomicLong();

    /** @param keys how many it is made for, 1 to 2³⁰; two bytes for each, or up to twice as many */
    KeyFilter(long keys) {
        long bits = Math.max(Long.SIZE, Long.highestOneBit(keys * BITS_PER_KEY - 1) << 1);
        this.words = new AtomicLongArray((int) (bits / Long.SIZE));
        this.mask = bits - 1;
        this.keys = keys;
    }

    void add(UUID key) {
        long hash = first(key);
        long step = second(key);
        for (int i = 0; i < HASHES; i++) {
            long bit = 1L << hash;
            int word = word(hash);
            if ((words.get(word) & bit) == 0) {
                words.accumulateAndGet(word, bit, (before, one) -> before | one);
            }
            hash += step;
        }
        added.incrementAndGet();
    }

    boolean mayContain(UUID key) {
        long hash = first(key);
        long step = second(key);
        for (int i = 0; i < HASHES; i++) {
            if ((words.get(word(hash)) & 1L << hash) == 0) {
                return false;
            }
            hash += step;
        }
        return true;
    }

    /** Whether as many were added as it is made for. */
    boolean isFull() {
        return added() >= keys;
    }

    long added() {
        return added.get();
    }

    /** How many it is made for. */
    long keys() {
        return keys;
    }

    private int word(long hash) {
        return (int) ((hash & mask) >>> 6);
    }

    private static long first(UUID key) {
        return spread(key.getMostSignificantBits());
    }

    /** Odd, so that the bits of a key are different ones. */
    private static long second(UUID key) {
        return spread(key.getLeastSignificantBits()) | 1;
    }

    private static long spread(long bits) {
        long product = bits * GOLDEN;
        return product ^ (product >>> Integer.SIZE);
    }
}
