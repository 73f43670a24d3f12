package io.otphandler.application.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.application.port.InMemoryRulings;
import io.otphandler.domain.recipient.NumberType;
import io.otphandler.domain.recipient.Numbering;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Days of a site with visitors of twenty countries, by day and by night, who confirm more or less often, sooner or later,
 * and ask once more; and an attack on one range in the midst of them. Time is the simulation's own.
 */
class PumpingSimulationTest {

    private static final Instant START = Instant.parse("2024-05-06T00:00:00Z");
    private static final Duration LENGTH = Duration.ofDays(2);
    /** In the afternoon of the second day, where the attacked country is at its busiest. */
    private static final Instant ATTACK = START.plus(Duration.ofHours(33));

    private static final Duration WATCHED = Duration.ofHours(1);

    private static final WidgetId WIDGET = new WidgetId(new UUID(1, 1));

    /** Visitors an hour at the best time, share who confirm a message, hours ahead of UTC, and the operators' first digits. */
    private record Country(
            String region, double perHour, double confirms, int ahead, int digits, String... operators) {}

    private static final List<Country> COUNTRIES = List.of(
            new Country("RU", 900, 0.78, 3, 10, "91", "90", "92", "95", "96", "98"),
            new Country("KZ", 120, 0.72, 5, 10, "70", "77", "74"),
            new Country("BY", 60, 0.80, 3, 9, "29", "33", "44"),
            new Country("UZ", 80, 0.60, 5, 9, "90", "93", "97"),
            new Country("AM", 25, 0.66, 4, 8, "91", "77"),
            new Country("GE", 25, 0.70, 4, 9, "55", "57", "59"),
            new Country("TR", 70, 0.62, 3, 10, "53", "54", "50"),
            new Country("DE", 60, 0.85, 1, 10, "15", "16", "17"),
            new Country("FR", 30, 0.84, 1, 9, "6", "7"),
            new Country("GB", 40, 0.86, 0, 10, "74", "75", "77"),
            new Country("US", 90, 0.80, -6, 10, "21", "31", "41", "70"),
            new Country("BR", 35, 0.58, -3, 11, "11", "21"),
            new Country("IN", 70, 0.52, 5, 10, "98", "99", "70", "62"),
            new Country("BD", 30, 0.45, 6, 10, "17", "18", "19", "13"),
            new Country("PK", 15, 0.45, 5, 10, "30", "33"),
            new Country("ID", 20, 0.50, 7, 10, "81", "85"),
            new Country("NG", 6, 0.45, 1, 10, "80", "81"),
            new Country("EG", 8, 0.55, 2, 10, "10", "11", "12"),
            new Country("CN", 12, 0.60, 8, 11, "13", "15", "18"),
            new Country("TJ", 4, 0.50, 5, 9, "90", "92"));

    /** What came of it. */
    private static final class Outcome {
        private long honest;
        private long honestRefused;
        private long attacks;
        private long attacksSent;
        private long attacksSentBeforeABlock = -1;
        private final List<PrefixGuard.Event> events = new ArrayList<>();

        @Override
        public String toString() {
            return honest + " honest sends, " + honestRefused + " of them refused; " + attacks + " of the attack, "
                    + attacksSent + " of them sent, " + attacksSentBeforeABlock + " before a block; " + events;
        }
    }

    private record Happening(Instant at, long order, Consumer<Instant> what) {}

    private final InMemoryRulings rulings = new InMemoryRulings();
    private final PriorityQueue<Happening> agenda =
            new PriorityQueue<>(Comparator.comparing(Happening::at).thenComparing(Happening::order));
    private final Outcome outcome = new Outcome();
    private long order;

    @ParameterizedTest
    @CsvSource({
        // seed, seconds between messages, share that the attacker confirms, nodes
        "1, 0.05, 0, 1",
        "2, 1, 0, 1",
        "3, 60, 0, 1",
        "4, 600, 0, 1",
        "6, 1, 0.02, 1",
        "7, 20, 0.03, 1",
        "9, 0.05, 0, 2"
    })
    void anAttackIsStoppedWithinItsFirstHundredMessagesAndTheHonestAreLeftAlone(
            long seed, double pause, double confirms, int nodeCount) {
        Random random = new Random(seed);
        List<PrefixGuard> nodes = nodes(nodeCount);
        honestTraffic(nodes, random);
        String range = "1712" + (10 + random.nextInt(90));
        for (double second = 0; second < Duration.ofHours(15).toSeconds(); second += pause) {
            // twenty a second for ten minutes are enough
            if (pause >= 1 || second < 600) {
                Instant at = ATTACK.plusMillis((long) (second * 1_000));
                happens(at, now -> attack(node(nodes, random), number("BD", range, 10, random), confirms, random, now));
            }
        }

        run(nodes);

        assertThat(outcome.attacksSentBeforeABlock).as("%s", outcome).isBetween(0L, 100L);
        // after each block a few find out whether it is over
        assertThat(outcome.attacksSent).as("%s", outcome).isLessThanOrEqualTo(250);
        assertThat(outcome.honestRefused).as("%s", outcome).isLessThanOrEqualTo(outcome.honest / 1_000);
        assertThat(outcome.events).as("%s", outcome).anyMatch(PrefixGuard.Blocked.class::isInstance);
    }

    @Test
    void withoutAnAttackNobodyIsRefused() {
        Random random = new Random(11);
        List<PrefixGuard> nodes = nodes(1);
        honestTraffic(nodes, random);

        run(nodes);

        assertThat(outcome.honest).isGreaterThan(20_000);
        assertThat(outcome.honestRefused).as("%s", outcome).isZero();
    }

    private List<PrefixGuard> nodes(int count) {
        List<PrefixGuard> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(new PrefixGuard(rulings, new UUID(2, i), outcome.events::add));
        }
        return nodes;
    }

    private void run(List<PrefixGuard> nodes) {
        for (Instant at = START; at.isBefore(START.plus(LENGTH)); ) {
            happens(at, now -> nodes.forEach(node -> node.exchange(now)));
            // as often as nodes do, where it matters
            at = at.plusSeconds(!at.isBefore(ATTACK) && at.isBefore(ATTACK.plus(WATCHED)) ? 1 : 60);
        }
        Instant end = START.plus(LENGTH);
        for (Happening next = agenda.poll(); next != null && next.at.isBefore(end); next = agenda.poll()) {
            next.what.accept(next.at);
        }
    }

    private void honestTraffic(List<PrefixGuard> nodes, Random random) {
        for (Country country : COUNTRIES) {
            Instant at = START;
            while (at.isBefore(START.plus(LENGTH))) {
                at = at.plusMillis((long) (-Math.log(1 - random.nextDouble()) / country.perHour * 3_600_000));
                double hour = (at.getEpochSecond() / 3_600.0 + country.ahead) % 24;
                // nobody at four in the morning, most at four in the afternoon
                double rhythm = 0.05 + 0.95 * (1 + Math.cos((hour - 16) / 24 * 2 * Math.PI)) / 2;
                if (random.nextDouble() < rhythm) {
                    String operator = country.operators[random.nextInt(country.operators.length)];
                    Numbering number = number(country.region, operator, country.digits, random);
                    happens(at, now -> visit(node(nodes, random), number, country.confirms, random, now));
                }
            }
        }
    }

    private static PrefixGuard node(List<PrefixGuard> nodes, Random random) {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private static Numbering number(String region, String start, int digits, Random random) {
        StringBuilder national = new StringBuilder(start);
        while (national.length() < digits) {
            national.append(random.nextInt(10));
        }
        return new Numbering(region, NumberType.MOBILE, national.toString());
    }

    private void visit(PrefixGuard node, Numbering number, double confirms, Random random, Instant now) {
        outcome.honest++;
        if (node.admit(WIDGET, number, true, now).isPresent()) {
            outcome.honestRefused++;
            return;
        }
        // half within twenty seconds, one in forty needs two minutes
        Instant typed = now.plusMillis((long) (20_000 * Math.exp(random.nextGaussian() * 0.9)));
        if (random.nextDouble() < confirms) {
            happens(typed, then -> node.confirmed(WIDGET, number, then));
        } else if (random.nextDouble() < 0.5) {
            happens(now.plusSeconds(60), then -> node.sent(WIDGET, number, then));
            if (random.nextDouble() < confirms) {
                happens(typed.plusSeconds(60), then -> node.confirmed(WIDGET, number, then));
            }
        }
    }

    private void attack(PrefixGuard node, Numbering number, double confirms, Random random, Instant now) {
        outcome.attacks++;
        boolean sent = node.admit(WIDGET, number, true, now).isEmpty();
        if (sent) {
            outcome.attacksSent++;
            if (random.nextDouble() < confirms) {
                happens(now.plusSeconds(5), then -> node.confirmed(WIDGET, number, then));
            }
        }
        if (outcome.attacksSentBeforeABlock < 0
                && outcome.events.stream().anyMatch(PrefixGuard.Blocked.class::isInstance)) {
            outcome.attacksSentBeforeABlock = outcome.attacksSent;
        }
    }

    private void happens(Instant at, Consumer<Instant> what) {
        agenda.add(new Happening(at, order++, what));
    }
}
