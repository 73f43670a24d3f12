package io.otphandler.application.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.otphandler.application.guard.PrefixGuard.State;
import io.otphandler.application.port.InMemoryRulings;
import io.otphandler.application.port.Ruling;
import io.otphandler.application.port.Rulings;
import io.otphandler.application.port.StoreUnavailableException;
import io.otphandler.domain.guard.NumberPrefix;
import io.otphandler.domain.recipient.NumberType;
import io.otphandler.domain.recipient.Numbering;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PrefixGuardTest {

    private static final WidgetId WIDGET = new WidgetId(new UUID(1, 1));
    private static final WidgetId OTHER = new WidgetId(new UUID(1, 2));
    private static final Instant NOON = Instant.parse("2024-05-06T12:00:00Z");
    private static final NumberPrefix RANGE = new NumberPrefix("BD", "171234");

    private final FallibleRulings rulings = new FallibleRulings();
    private final List<PrefixGuard.Event> events = new ArrayList<>();
    private final PrefixGuard guard = node(1);
    private Instant now = NOON;
    private int numbers;

    @Test
    void nobodyWhoConfirmsIsEverHeldUp() {
        for (int i = 0; i < 1_000; i++) {
            Numbering number = attacked();
            assertThat(guard.admit(WIDGET, number, true, now)).isEmpty();
            guard.confirmed(WIDGET, number, now.plusSeconds(10));
            now = now.plusSeconds(1);
        }
        assertThat(events).isEmpty();
        assertThat(guard.standings(WIDGET, now)).isEmpty();
    }

    @Test
    void whereNobodyConfirmsMessagesAreSlowedAndThenBlockedForAnHour() {
        for (int i = 0; i < 24; i++) {
            assertThat(admit()).isEmpty();
        }
        assertThat(admit()).isEmpty();
        assertThat(events).singleElement().isInstanceOf(PrefixGuard.Slowed.class);
        assertThat(admit()).contains(NOON.plus(PrefixGuard.SLOWED_TO));
        assertThat(guard.standings(WIDGET, now)).singleElement().satisfies(standing -> {
            assertThat(standing.state()).isEqualTo(State.SLOWED);
            assertThat(standing.prefix()).isEqualTo(RANGE);
        });

        Instant until = attackUntilBlocked();

        assertThat(until).isEqualTo(now.plus(PrefixGuard.FIRST_BLOCK));
        assertThat(events).hasSize(2).last().isInstanceOfSatisfying(PrefixGuard.Blocked.class, blocked -> {
            assertThat(blocked.ruling().prefix()).isEqualTo(RANGE);
            assertThat(blocked.ruling().reason()).contains("0 confirmed");
        });
        assertThat(admit()).contains(until);
        assertThat(guard.blockedUntil(WIDGET, attacked(), now)).isEqualTo(until);
        assertThat(guard.blocked(now)).isEqualTo(1);
        assertThat(guard.blocked(until)).isZero();
        assertThat(guard.standings(WIDGET, now))
                .singleElement()
                .satisfies(standing -> assertThat(standing.state()).isEqualTo(State.BLOCKED));
    }

    @Test
    void otherPrefixesOfTheCountryAndOtherWidgetsAreLeftAlone() {
        attackUntilBlocked();

        assertThat(guard.admit(WIDGET, bangladeshi("1799999999"), true, now)).isEmpty();
        assertThat(guard.admit(WIDGET, bangladeshi("1712999999"), true, now)).isEmpty();
        assertThat(guard.admit(WIDGET, new Numbering("IN", NumberType.MOBILE, "1712345678"), true, now))
                .isEmpty();
        assertThat(guard.admit(OTHER, attacked(), true, now)).isEmpty();
        assertThat(guard.blockedUntil(WIDGET, bangladeshi("1712999999"), now)).isNull();
        assertThat(events).hasSize(2);
    }

    @Test
    void anAttackOnMoreThanOneRangeBlocksTheLargerPrefixWithoutTheOthers() {
        for (int i = 0; i < 600 && guard.blocked(now) == 0; i++) {
            String range = String.format("18%02d", i % 100);
            Optional<Instant> refused = guard.admit(WIDGET, bangladeshi(range + "333" + i), true, now);
            assertThat(refused.isEmpty() || !events.isEmpty()).isTrue();
            now = now.plusSeconds(5);
        }

        assertThat(guard.standings(WIDGET, now))
                .singleElement()
                .satisfies(standing -> assertThat(standing.prefix()).hasToString("BD-18"));
    }

    @Test
    void afterABlockAFewUnconfirmedMessagesBlockAgainForTwiceAsLong() {
        now = attackUntilBlocked();
        assertThat(guard.standings(WIDGET, now))
                .singleElement()
                .satisfies(standing -> assertThat(standing.state()).isEqualTo(State.PROBATION));

        int sent = 0;
        Instant until = now;
        while (!until.isAfter(now.plus(PrefixGuard.FIRST_BLOCK))) {
            now = now.plusSeconds(10);
            Optional<Instant> refused = admit();
            sent += refused.isEmpty() ? 1 : 0;
            until = refused.orElse(until);
        }

        assertThat(sent).isBetween(1, 40);
        assertThat(until).isEqualTo(now.plus(PrefixGuard.FIRST_BLOCK.multipliedBy(2)));
    }

    @Test
    void whoeverConfirmsOnProbationIsSoonFreeAgain() {
        now = attackUntilBlocked();

        for (int i = 0; i < 200; i++) {
            Numbering number = attacked();
            if (guard.admit(WIDGET, number, true, now).isEmpty() && i % 2 == 0) {
                guard.confirmed(WIDGET, number, now.plusSeconds(5));
            }
            now = now.plusSeconds(10);
        }

        assertThat(guard.admit(WIDGET, attacked(), true, now)).isEmpty();
        assertThat(guard.admit(WIDGET, attacked(), true, now)).isEmpty();
        assertThat(guard.blocked(now)).isZero();
    }

    @Test
    void noBlockIsLongerThanADay() {
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 8; i++) {
            Instant until = attackUntilBlocked();
            longest = Duration.between(now, until);
            now = until;
        }
        assertThat(longest).isEqualTo(PrefixGuard.LONGEST_BLOCK);
    }

    @Test
    void whatIsWithdrawnIsNotHeldAgainstAnybody() {
        for (int i = 0; i < 500; i++) {
            Numbering number = attacked();
            assertThat(guard.admit(WIDGET, number, true, now)).isEmpty();
            guard.withdraw(WIDGET, number, now, now);
        }
        assertThat(events).isEmpty();
    }

    @Test
    void resendsAndFallbacksCountAsWell() {
        for (int i = 0; i < 8; i++) {
            Numbering number = attacked();
            assertThat(guard.admit(WIDGET, number, true, now)).isEmpty();
            guard.sent(WIDGET, number, now);
            guard.sent(WIDGET, number, now);
        }
        assertThat(admit()).isEmpty();
        assertThat(admit()).isPresent();
    }

    @Test
    void whatIsLiftedIsLeftAloneForAWhileAndThenJudgedAfresh() {
        attackUntilBlocked();

        guard.lift(WIDGET, RANGE, now);

        for (int i = 0; i < 300; i++) {
            assertThat(admit()).isEmpty();
        }
        assertThat(guard.standings(WIDGET, now))
                .singleElement()
                .satisfies(standing -> assertThat(standing.state()).isEqualTo(State.LIFTED));
        now = now.plus(PrefixGuard.LEFT_ALONE);
        assertThat(attackUntilBlocked()).isEqualTo(now.plus(PrefixGuard.FIRST_BLOCK));
    }

    @Test
    void anAllowedPrefixIsNeverJudgedNorHeldAgainstLargerOnes() {
        guard.allow(WIDGET, new NumberPrefix("BD", "171"), now);

        for (int i = 0; i < 10_000; i++) {
            assertThat(admit()).isEmpty();
        }
        assertThat(guard.admit(WIDGET, bangladeshi("1899999999"), true, now)).isEmpty();
        assertThat(guard.standings(WIDGET, now))
                .singleElement()
                .satisfies(standing -> assertThat(standing.state()).isEqualTo(State.ALLOWED));
    }

    @Test
    void aBlockIsOverWithTheAllowanceOfItsPrefixOrALargerOne() {
        attackUntilBlocked();

        guard.allow(WIDGET, new NumberPrefix("BD", ""), now);

        assertThat(admit()).isEmpty();
        assertThat(guard.blockedUntil(WIDGET, attacked(), now)).isNull();
    }

    @Test
    void whereSendingCostsNothingAndNobodyHasEverConfirmedNothingIsHeldUp() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(guard.admit(WIDGET, attacked(), false, now)).isEmpty();
        }
    }

    // ---- several nodes, and several runs of one

    @Test
    void whatOneNodeBlocksIsBlockedOnTheOthersWithinAnExchange() {
        PrefixGuard other = node(2);
        Instant until = attackUntilBlocked();
        assertThat(other.admit(WIDGET, attacked(), true, now)).isEmpty();

        guard.exchange(now);
        other.exchange(now);

        assertThat(other.admit(WIDGET, attacked(), true, now)).contains(until);
        other.lift(WIDGET, RANGE, now.plusSeconds(1));
        guard.exchange(now.plusSeconds(1));
        now = now.plusSeconds(1);
        assertThat(admit()).isEmpty();
    }

    @Test
    void whatNodesHaveCountedIsPutTogether() {
        PrefixGuard other = node(2);
        for (int i = 0; i < 12; i++) {
            assertThat(admit()).isEmpty();
            assertThat(other.admit(WIDGET, attacked(), true, now)).isEmpty();
        }
        assertThat(admit()).isEmpty();
        assertThat(events).isEmpty();

        guard.exchange(now);
        other.exchange(now);
        guard.exchange(now);

        assertThat(admit()).isEmpty();
        assertThat(events).singleElement().isInstanceOf(PrefixGuard.Slowed.class);
        assertThat(other.admit(WIDGET, attacked(), true, now)).isEmpty();
        assertThat(events).hasSize(2);
        assertThat(other.admit(WIDGET, attacked(), true, now)).isPresent();
    }

    @Test
    void aNodeThatIsStartedAgainKnowsWhatLookedOddAndWhatIsRuled() {
        for (int i = 0; i < 24; i++) {
            assertThat(admit()).isEmpty();
        }
        guard.exchange(now);
        PrefixGuard restarted = node(3);
        restarted.exchange(now.plusSeconds(5));

        assertThat(restarted.admit(WIDGET, attacked(), true, now.plusSeconds(5)))
                .isEmpty();
        assertThat(restarted.admit(WIDGET, attacked(), true, now.plusSeconds(5)))
                .isPresent();

        Instant until = attackUntilBlocked();
        guard.exchange(now);
        PrefixGuard again = node(4);
        again.exchange(now);
        assertThat(again.admit(WIDGET, attacked(), true, now)).contains(until);
        guard.lift(WIDGET, RANGE, now.plusSeconds(1));
        PrefixGuard afterTheLift = node(5);
        afterTheLift.exchange(now.plusSeconds(2));
        assertThat(afterTheLift.admit(WIDGET, attacked(), true, now.plus(PrefixGuard.LEFT_ALONE.plusSeconds(5))))
                .isEmpty();
    }

    @Test
    void whileTheStoreIsAwayItDecidesOnWhatItKnowsAndTellsLater() {
        rulings.away = true;
        Instant until = attackUntilBlocked();
        assertThatThrownBy(() -> guard.exchange(now)).isInstanceOf(StoreUnavailableException.class);
        assertThat(admit()).contains(until);

        rulings.away = false;
        guard.exchange(now);

        assertThat(rulings.inForce(now)).extracting(Ruling::prefix).containsExactly(RANGE);
        assertThat(rulings.toldSince(Instant.EPOCH, new UUID(2, 99))).isNotEmpty();
        guard.exchange(now.plusSeconds(1));
        assertThat(admit()).contains(until);
    }

    @Test
    void whatIsNotWorthTellingCostsNoStatement() {
        for (int i = 0; i < 200; i++) {
            Numbering number = attacked();
            assertThat(guard.admit(WIDGET, number, true, now)).isEmpty();
            guard.confirmed(WIDGET, number, now);
        }
        guard.exchange(now);

        assertThat(rulings.toldSince(Instant.EPOCH, new UUID(2, 99))).isEmpty();
    }

    private PrefixGuard node(int number) {
        return new PrefixGuard(rulings, new UUID(2, number), events::add);
    }

    private Optional<Instant> admit() {
        return guard.admit(WIDGET, attacked(), true, now);
    }

    /** Sends every ten seconds, confirms nothing, and answers with the end of the block. */
    @CanIgnoreReturnValue
    private Instant attackUntilBlocked() {
        for (int i = 0; i < 200; i++) {
            Optional<Instant> refused = admit();
            if (guard.blocked(now) > 0) {
                return refused.orElseThrow();
            }
            now = now.plusSeconds(10);
        }
        throw new AssertionError("200 messages, and no block");
    }

    private Numbering attacked() {
        return bangladeshi("171234" + String.format("%04d", numbers++ % 10_000));
    }

    private static Numbering bangladeshi(String national) {
        return new Numbering("BD", NumberType.MOBILE, national);
    }

    /** Rulings that cannot be reached at times. */
    private static final class FallibleRulings implements Rulings {
        private final Rulings kept = new InMemoryRulings();
        private boolean away;

        private Rulings reached() {
            if (away) {
                throw new StoreUnavailableException("Away", new IllegalStateException("For the test"));
            }
            return kept;
        }

        @Override
        public void put(Ruling ruling) {
            reached().put(ruling);
        }

        @Override
        public List<Ruling> inForce(Instant now) {
            return reached().inForce(now);
        }

        @Override
        public void tell(Collection<Tale> tales) {
            reached().tell(tales);
        }

        @Override
        public List<Tale> toldSince(Instant instant, UUID exceptBy) {
            return reached().toldSince(instant, exceptBy);
        }

        @Override
        public int deleteEnded(Instant now, int limit) {
            return reached().deleteEnded(now, limit);
        }
    }
}
