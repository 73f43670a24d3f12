package io.otphandler.application.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.Rulings;
import io.otphandler.domain.guard.Traffic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrafficLogTest {

    private static final Instant NOON = Instant.parse("2024-05-06T12:00:00Z");

    private final TrafficLog log = new TrafficLog();

    @Test
    void aMessageIsRipeAfterAWhileThenOfTheDayAndThenForgotten() {
        log.message(NOON);

        assertThat(log.at(NOON)).isEqualTo(new Traffic(1, 0, 0, 1, 0));
        assertThat(log.at(NOON.plusSeconds(89))).isEqualTo(new Traffic(1, 0, 0, 1, 0));
        assertThat(log.at(NOON.plusSeconds(120))).isEqualTo(new Traffic(1, 1, 0, 1, 0));
        assertThat(log.at(NOON.plus(Duration.ofMinutes(54)))).isEqualTo(new Traffic(1, 1, 0, 1, 0));
        assertThat(log.at(NOON.plus(Duration.ofMinutes(60)))).isEqualTo(new Traffic(0, 0, 0, 1, 0));
        assertThat(log.at(NOON.plus(Duration.ofHours(23)))).isEqualTo(new Traffic(0, 0, 0, 1, 0));
        assertThat(log.at(NOON.plus(Duration.ofHours(24)))).isEqualTo(Traffic.NONE);
    }

    @Test
    void confirmationsAreCountedWhenTheyCome() {
        log.message(NOON);
        log.confirmation(NOON.plus(Duration.ofMinutes(20)));

        assertThat(log.at(NOON.plus(Duration.ofMinutes(70)))).isEqualTo(new Traffic(0, 0, 1, 1, 1));
    }

    @Test
    void whatIsWithdrawnWasNeverCounted() {
        log.message(NOON);
        log.message(NOON.plusSeconds(10));
        log.withdraw(NOON);
        log.withdraw(NOON.minus(Duration.ofDays(2)));

        assertThat(log.at(NOON.plusSeconds(200))).isEqualTo(new Traffic(1, 1, 0, 1, 0));
    }

    @Test
    void aPartIsTakenOut() {
        TrafficLog part = new TrafficLog();
        for (int i = 0; i < 10; i++) {
            log.message(NOON.plusSeconds(600L * i));
            if (i % 2 == 0) {
                part.message(NOON.plusSeconds(600L * i));
            }
        }
        log.confirmation(NOON);
        part.confirmation(NOON.plusSeconds(5_400));

        log.subtract(part);

        assertThat(log.at(NOON.plusSeconds(5_400))).isEqualTo(new Traffic(3, 2, 0, 5, 1));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        log.message(NOON);
        log.message(NOON.plusSeconds(4_000));
        log.confirmation(NOON.plusSeconds(4_010));

        TrafficLog read = TrafficLog.of(log.written()).orElseThrow();

        assertThat(log.written()).hasSizeLessThanOrEqualTo(Rulings.Tale.MAX_LENGTH);
        for (int minutes = 60; minutes < 1_600; minutes += 7) {
            Instant then = NOON.plus(Duration.ofMinutes(minutes));
            assertThat(read.at(then)).isEqualTo(log.at(then));
        }
        assertThat(TrafficLog.of("AgAA")).isEmpty();
        assertThat(TrafficLog.of("AQAA")).isEmpty();
        assertThat(TrafficLog.of("")).isEmpty();
        assertThat(TrafficLog.of("?")).isEmpty();
    }

    @Test
    void itCountsAsAListOfAllMessagesDoesButForTheEdgesOfItsSlots() {
        Random random = new Random(42);
        Deque<Instant> all = new ArrayDeque<>();
        Instant now = NOON;
        for (int i = 0; i < 5_000; i++) {
            now = now.plusMillis(random.nextInt(120_000));
            log.message(now);
            all.add(now);
            Traffic traffic = log.at(now);
            assertThat(traffic.hourMessages())
                    .isBetween(since(all, now.minus(Duration.ofMinutes(55))), since(all, now.minusSeconds(3_600)));
            assertThat(traffic.hourMessages() - traffic.hourRipe())
                    .isBetween(since(all, now.minusSeconds(90)), since(all, now.minusSeconds(120)));
            assertThat(traffic.dayMessages())
                    .isBetween(
                            since(all, now.minus(Duration.ofHours(23))), since(all, now.minus(Duration.ofHours(24))));
        }
    }

    private static long since(Deque<Instant> all, Instant start) {
        long count = 0;
        for (var newestFirst = all.descendingIterator(); newestFirst.hasNext(); count++) {
            if (!newestFirst.next().isAfter(start)) {
                break;
            }
        }
        return count;
    }
}
