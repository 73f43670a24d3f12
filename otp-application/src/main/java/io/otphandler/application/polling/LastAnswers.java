package io.otphandler.application.polling;

import io.otphandler.domain.session.SessionId;
import java.util.UUID;

/**
 * With which text a session was answered last, of many sessions in little room: 24 bytes each, in one array, which costs
 * a collector nothing however long they stay. Of the text its hash alone is kept, of 64 bits. Where many sessions meet in
 * one place the one that was remembered longest ago is forgotten. Thread-safe.
 */
final class LastAnswers {

    /** How many meet in one place. */
    private static final int WAYS = 4;

    /** Of one session: the two halves of its number, and the mark; where that is 0, nobody stands. */
    private static final int LONGS = 3;

    private static final int PLACE = WAYS * LONGS;

    /** An odd number without a pattern in its bits: 2^64 by the golden ratio. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final long[] all;
    private final int shift;

    /** @param sessions a power of two, 8 or more: how many can be remembered at the same time */
    LastAnswers(int sessions) {
        if (sessions < 2 * WAYS || Integer.bitCount(sessions) != 1) {
            throw new IllegalArgumentException("A power of two of 8 or more is expected, not " + sessions);
        }
        all = new long[sessions * LONGS];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(sessions / WAYS);
    }

    /** The {@link #mark} of what the session was answered with last; 0: none that is remembered. */
    synchronized long of(SessionId id) {
        int at = find(id.value());
        return at < 0 ? 0 : all[at + 2];
    }

    /** What is remembered of an answer: not 0, and the same for the same answer. */
    static long mark(String answer) {
        long hash = 1;
        for (int i = 0; i < answer.length(); i++) {
            hash = Long.rotateLeft((hash ^ answer.charAt(i)) * SPREAD, 29);
        }
        return hash == 0 ? 1 : hash;
    }

    synchronized void put(SessionId id, String answer) {
        UUID key = id.value();
        int place = place(key);
        int at = find(key);
        // whoever stood before it moves up by one, so that the first is always the newest
        int end = at < 0 ? place + PLACE - LONGS : at;
        System.arraycopy(all, place, all, place + LONGS, end - place);
        all[place] = key.getMostSignificantBits();
        all[place + 1] = key.getLeastSignificantBits();
        all[place + 2] = mark(answer);
    }

    synchronized void remove(SessionId id) {
        int at = find(id.value());
        if (at >= 0) {
            all[at + 2] = 0;
        }
    }

    /** Where it is; negative: nowhere. */
    private int find(UUID key) {
        int place = place(key);
        for (int at = place; at < place + PLACE; at += LONGS) {
            if (all[at + 2] != 0
                    && all[at] == key.getMostSignificantBits()
                    && all[at + 1] == key.getLeastSignificantBits()) {
                return at;
            }
        }
        return -1;
    }

    private int place(UUID key) {
        long mixed = (key.getMostSignificantBits() ^ key.getLeastSignificantBits()) * SPREAD;
        return (int) (mixed >>> shift) * PLACE;
    }
}
