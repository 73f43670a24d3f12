package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.otphandler.adapter.jdbi.UnwrittenCounters.Tallied;
import io.otphandler.application.port.Counter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UnwrittenCountersTest {

    private static final long HOUR = 3_600_000;

    private final UnwrittenCounters counters = new UnwrittenCounters();

    @Test
    void whatWasPutLastIsThere() {
        Counter counter = new Counter(UUID.randomUUID(), Counter.Kind.SENDS);
        assertThat(counters.get(counter)).isNull();

        counters.put(counter, new Tallied(new long[] {17}, HOUR, true));
        counters.put(counter, new Tallied(new long[] {18, 17}, 2 * HOUR, true));

        assertThat(counters.count()).isEqualTo(1);
        assertIs(counters.get(counter), new Tallied(new long[] {18, 17}, 2 * HOUR, true));
        assertThat(counters.get(new Counter(counter.key(), Counter.Kind.MESSAGES)))
                .isNull();
    }

    @Test
    void asManyAsThereAreOfEveryKindAndNumberOfHits() throws SQLException {
        Random random = new Random(1);
        Map<Counter, Tallied> expected = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            Counter.Kind kind = Counter.Kind.values()[random.nextInt(Counter.Kind.values().length)];
            // few keys, so that some have counters of several kinds, and some are put again
            UUID key = new UUID(random.nextLong(), random.nextInt(15_000));
            Tallied tallied = new Tallied(
                    random.longs(random.nextInt(4), 0, Long.MAX_VALUE).toArray(),
                    random.nextLong(1L << 42),
                    random.nextBoolean());
            for (Counter counter : List.of(new Counter(key, kind), new Counter(key, Counter.Kind.SENDS))) {
                counters.put(counter, tallied);
                expected.put(counter, tallied);
            }
        }

        assertThat(counters.count()).isEqualTo(expected.size());
        expected.forEach((counter, tallied) -> assertIs(counters.get(counter), tallied));
        Map<Counter, Tallied> visited = new HashMap<>();
        List<UUID> order = new ArrayList<>();
        counters.forEachInOrder((counter, tallied) -> {
            assertThat(visited.put(counter, tallied)).isNull();
            order.add(counter.key());
        });
        assertThat(visited.keySet()).isEqualTo(expected.keySet());
        visited.forEach((counter, tallied) -> assertIs(tallied, expected.get(counter)));
        assertThat(order)
                .isSortedAccordingTo(
                        Comparator.comparingLong(key -> (key.getMostSignificantBits() ^ Long.MIN_VALUE) >> 18));
    }

    @Test
    void theyHaveEndedWhenTheFirstHas() {
        assertThat(counters.hasEnded(Long.MAX_VALUE)).isFalse();
        counters.put(new Counter(UUID.randomUUID(), Counter.Kind.SENDS), new Tallied(new long[] {1}, 2 * HOUR, true));
        counters.put(new Counter(UUID.randomUUID(), Counter.Kind.SENDS), new Tallied(new long[0], HOUR, true));

        assertThat(counters.hasEnded(HOUR)).isFalse();
        assertThat(counters.hasEnded(HOUR + 1)).isTrue();
    }

    @Test
    void whatEndsBeforeAllTimeIsRefused() {
        Counter counter = new Counter(UUID.randomUUID(), Counter.Kind.SENDS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> counters.put(counter, new Tallied(new long[0], -1, true)));
        assertThat(counters.count()).isZero();
    }

    private static void assertIs(Tallied tallied, Tallied expected) {
        assertThat(tallied.hits()).isEqualTo(expected.hits());
        assertThat(tallied.endsAt()).isEqualTo(expected.endsAt());
        assertThat(tallied.isNew()).isEqualTo(expected.isNew());
    }
}
