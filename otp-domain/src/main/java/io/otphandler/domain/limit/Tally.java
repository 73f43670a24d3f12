package io.otphandler.domain.limit;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What was counted against a rule: the instants in milliseconds since 1970, the newest first, or, where they are paced,
 * the one at which there would be as much room as ever. Immutable.
 */
public final class Tally {

    public static final Tally NONE = new Tally(new long[0]);

    private final long[] hits;

    private Tally(long[] hits) {
        this.hits = hits;
    }

    /** As {@link #hits} gave it. */
    public static Tally of(long... hits) {
        return hits.length == 0 ? NONE : new Tally(hits.clone());
    }

    /** To be kept. */
    public long[] hits() {
        return hits.clone();
    }

    /**
     * When there is room for one more; empty: now. Never later than a whole period from now, even where somebody whose
     * clock is ahead has counted.
     */
    public Optional<Instant> roomAt(Rule rule, Instant now) {
        long at = Long.MIN_VALUE;
        if (rule.isPaced() && hits.length > 0) {
            at = hits[0] - rule.spacing().toMillis() * (rule.most() - 1);
        } else if (hits.length >= rule.most()) {
            at = hits[rule.most() - 1] + rule.period().toMillis();
        }
        if (at <= now.toEpochMilli()) {
            return Optional.empty();
        }
        return Optional.of(Instant.ofEpochMilli(
                Math.min(at, now.toEpochMilli() + rule.period().toMillis())));
    }

    /** For how many more there is room. */
    public int room(Rule rule, Instant now) {
        long millis = now.toEpochMilli();
        if (!rule.isPaced()) {
            long counted = LongStream.of(hits)
                    .filter(hit -> hit + rule.period().toMillis() > millis)
                    .count();
            return (int) Math.max(0, rule.most() - counted);
        }
        if (hits.length == 0 || hits[0] <= millis) {
            return rule.most();
        }
        long spacing = rule.spacing().toMillis();
        long since = millis - (hits[0] - spacing * (rule.most() - 1));
        return since < 0 ? 0 : (int) Math.min(rule.most(), since / spacing + 1);
    }

    /** With one more, whether or not there is room. */
    public Tally with(Rule rule, Instant at) {
        long millis = at.toEpochMilli();
        if (rule.isPaced()) {
            Duration spacing = rule.spacing();
            return Tally.of((hits.length == 0 ? millis : Math.max(hits[0], millis)) + spacing.toMillis());
        }
        return new Tally(LongStream.concat(LongStream.of(millis), LongStream.of(hits))
                .limit(rule.most())
                .toArray());
    }

    /** Without one that was counted at that instant; as it is where none is remembered. */
    public Tally without(Rule rule, Instant at) {
        if (rule.isPaced()) {
            return hits.length == 0 ? this : Tally.of(hits[0] - rule.spacing().toMillis());
        }
        for (int i = 0; i < hits.length; i++) {
            if (hits[i] == at.toEpochMilli()) {
                return new Tally(LongStream.concat(Arrays.stream(hits, 0, i), Arrays.stream(hits, i + 1, hits.length))
                        .toArray());
            }
        }
        return this;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Tally tally && Arrays.equals(hits, tally.hits);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hits);
    }

    @Override
    public String toString() {
        return "Tally" + Arrays.toString(hits);
    }
}
