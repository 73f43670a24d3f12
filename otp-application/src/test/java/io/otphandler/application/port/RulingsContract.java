package io.otphandler.application.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.guard.NumberPrefix;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every store of rulings keeps to. */
public interface RulingsContract {

    WidgetId WIDGET = new WidgetId(new UUID(7, 1));
    UUID HERE = new UUID(8, 1);
    UUID THERE = new UUID(8, 2);
    Instant RULED_AT = Instant.parse("2024-05-06T07:08:09.123Z");
    Duration DAY = Duration.ofDays(1);

    Rulings rulings();

    @Test
    default void aRulingIsReadAsItWasPutAndTakesThePlaceOfTheLastOne() {
        Ruling blocked = ruling("17", Ruling.State.BLOCKED, RULED_AT.plus(DAY));
        Ruling region = ruling("", Ruling.State.ALLOWED, Instant.parse("9999-12-31T00:00:00Z"));
        Ruling elsewhere = new Ruling(
                new WidgetId(new UUID(7, 2)),
                blocked.prefix(),
                Ruling.State.LIFTED,
                0,
                RULED_AT,
                RULED_AT.plusSeconds(1),
                RULED_AT.plusSeconds(2),
                "й".repeat(Ruling.MAX_REASON));
        rulings().put(blocked);
        rulings().put(region);
        rulings().put(elsewhere);
        assertThat(rulings().inForce(RULED_AT)).containsExactlyInAnyOrder(blocked, region, elsewhere);

        Ruling again = ruling("17", Ruling.State.LIFTED, RULED_AT.plus(DAY));
        rulings().put(again);

        assertThat(rulings().inForce(RULED_AT)).containsExactlyInAnyOrder(again, region, elsewhere);
    }

    @Test
    default void whatIsToBeForgottenIsNotInForceAndIsDeleted() {
        for (int i = 0; i < 3; i++) {
            rulings().put(ruling("1" + i, Ruling.State.BLOCKED, RULED_AT.plusSeconds(i)));
        }

        assertThat(rulings().inForce(RULED_AT)).hasSize(2);
        assertThat(rulings().inForce(RULED_AT.plusSeconds(1).minusMillis(1))).hasSize(2);
        assertThat(rulings().inForce(RULED_AT.plusSeconds(1))).hasSize(1);
        assertThat(rulings().deleteEnded(RULED_AT.minusMillis(1), 10)).isZero();
        assertThat(rulings().deleteEnded(RULED_AT.plusSeconds(1), 1)).isEqualTo(1);
        assertThat(rulings().deleteEnded(RULED_AT.plusSeconds(1), 10)).isEqualTo(1);
        assertThat(rulings().inForce(RULED_AT)).hasSize(1);
        assertThat(rulings().deleteEnded(RULED_AT.plusSeconds(2), 10)).isEqualTo(1);
    }

    @Test
    default void whatANodeTellsTheOthersHearAndTheLastCounts() {
        rulings().tell(List.of(tale(HERE, "17", 1, RULED_AT), tale(HERE, "18", 2, RULED_AT)));
        rulings().tell(List.of(tale(THERE, "17", 3, RULED_AT.plusMillis(1))));
        rulings().tell(List.of(tale(HERE, "17", 4, RULED_AT.plusMillis(2))));

        assertThat(heard(Instant.EPOCH, THERE)).containsExactlyInAnyOrder("BD-17: 4", "BD-18: 2");
        assertThat(heard(RULED_AT.plusMillis(1), THERE)).containsExactly("BD-17: 4");
        assertThat(heard(RULED_AT.plusMillis(1), HERE)).containsExactly("BD-17: 3");
        assertThat(heard(RULED_AT.plusMillis(3), HERE)).isEmpty();
        assertThat(heard(Instant.EPOCH, new UUID(8, 3))).hasSize(3);
    }

    @Test
    default void whatWasToldMoreThanADayAgoIsDeleted() {
        rulings().tell(List.of(tale(HERE, "17", 1, RULED_AT), tale(HERE, "18", 2, RULED_AT.plusMillis(1))));

        assertThat(rulings().deleteEnded(RULED_AT.plus(DAY).minusMillis(1), 10)).isZero();
        assertThat(rulings().deleteEnded(RULED_AT.plus(DAY), 10)).isEqualTo(1);
        assertThat(heard(Instant.EPOCH, THERE)).containsExactly("BD-18: 2");
    }

    private List<String> heard(Instant since, UUID by) {
        return rulings().toldSince(since, by).stream()
                .map(tale -> {
                    assertThat(tale.widget()).isEqualTo(WIDGET);
                    assertThat(tale.traffic()).hasSize(Rulings.Tale.MAX_LENGTH);
                    assertThat(tale.toldAt()).isBetween(RULED_AT, RULED_AT.plusSeconds(1));
                    return tale.prefix() + ": " + tale.traffic().charAt(Rulings.Tale.MAX_LENGTH - 1);
                })
                .toList();
    }

    private static Rulings.Tale tale(UUID by, String digits, int traffic, Instant at) {
        String written = "x".repeat(Rulings.Tale.MAX_LENGTH - 1) + traffic;
        return new Rulings.Tale(by, WIDGET, new NumberPrefix("BD", digits), written, at);
    }

    private static Ruling ruling(String digits, Ruling.State state, Instant keptUntil) {
        return new Ruling(
                WIDGET,
                new NumberPrefix("BD", digits),
                state,
                3,
                RULED_AT.minusSeconds(2),
                RULED_AT.minusSeconds(1),
                keptUntil,
                "why");
    }
}
