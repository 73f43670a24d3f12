package io.otphandler.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TimeOrderedIdsTest {

    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    @Test
    void areRandomUuids() {
        UUID id = at(NOON);

        assertThat(id.version()).isEqualTo(4);
        assertThat(id.variant()).isEqualTo(2);
    }

    @Test
    void thoseOfASecondBeginAlikeAndLaterOnesComeBehind() {
        UUID first = at(NOON);
        UUID together = at(NOON.plusMillis(999));
        UUID later = at(NOON.plusMillis(1_000));

        assertThat(second(together)).isEqualTo(second(first));
        assertThat(second(later)).isEqualTo(second(first) + 1);
    }

    @Test
    void beginAnewAfterAHundredAndNinetyFourDays() {
        assertThat(second(at(NOON.plusSeconds(1 << 24)))).isEqualTo(second(at(NOON)));
        assertThat(Duration.ofSeconds(1 << 24).toDays()).isEqualTo(194);
    }

    @Test
    void allOtherBitsAreRandom() {
        TimeOrderedIds ids = new TimeOrderedIds(Clock.fixed(NOON, ZoneOffset.UTC));
        Set<UUID> all = new HashSet<>();
        long alwaysOneHigh = -1;
        long everOneHigh = 0;
        long alwaysOneLow = -1;
        long everOneLow = 0;
        for (int i = 0; i < 200; i++) {
            UUID id = ids.get();
            all.add(id);
            alwaysOneHigh &= id.getMostSignificantBits();
            everOneHigh |= id.getMostSignificantBits();
            alwaysOneLow &= id.getLeastSignificantBits();
            everOneLow |= id.getLeastSignificantBits();
        }

        long varying = Long.bitCount(everOneHigh & ~alwaysOneHigh) + Long.bitCount(everOneLow & ~alwaysOneLow);
        assertThat(all).hasSize(200);
        assertThat(varying).isEqualTo(98);
    }

    private static UUID at(Instant instant) {
        return new TimeOrderedIds(Clock.fixed(instant, ZoneOffset.UTC)).get();
    }

    private static long second(UUID id) {
        return id.getMostSignificantBits() >>> 40;
    }
}
