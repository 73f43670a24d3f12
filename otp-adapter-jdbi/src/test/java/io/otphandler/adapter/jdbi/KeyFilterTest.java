package io.otphandler.adapter.jdbi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filter of keys forgets: nothing; and what it takes for known: little. */
final class KeyFilterTest {

    private final Random random = new Random(7);

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 50_000})
    void whatWasAddedIsFoundAndHardlyAnythingElse(int keys) {
        KeyFilter filter = new KeyFilter(keys);
        List<UUID> added = Stream.generate(this::key).limit(keys).toList();
        assertThat(filter.isFull()).isFalse();
        added.forEach(filter::add);

        assertThat(added).allMatch(filter::mayContain);
        assertThat(Stream.generate(this::key)
                        .limit(100_000)
                        .filter(filter::mayContain)
                        .count())
                .isLessThan(1_000);
        assertThat(filter.isFull()).isTrue();
    }

    @Test
    void ofAnEmptyOneNothingIsFound() {
        assertThat(new KeyFilter(10).mayContain(key())).isFalse();
    }

    private UUID key() {
        return new UUID(random.nextLong(), random.nextLong());
    }
}
