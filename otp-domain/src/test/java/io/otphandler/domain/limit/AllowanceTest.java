package io.otphandler.domain.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AllowanceTest {

    private static final Instant NOW = Instant.ofEpochMilli(1_000_000);

    @Test
    void whatIsLeftIsToldOfEach() {
        Allowance allowance = Allowance.perDay(1, 3);

        assertThat(allowance.budget(Tally.NONE, Tally.of(2, 1), NOW)).isEqualTo(new Budget(null, 1));
        assertThat(allowance.budget(Tally.of(1_000_000), Tally.of(3, 2, 1), NOW))
                .isEqualTo(new Budget(NOW.plus(Duration.ofDays(1)), 0));
    }

    @Test
    void zeroIsNoLimit() {
        assertThat(Allowance.perDay(0, 0)).isEqualTo(Allowance.UNLIMITED);
        assertThat(Allowance.UNLIMITED.budget(Tally.of(3, 2, 1), Tally.of(3, 2, 1), NOW))
                .isEqualTo(Budget.UNLIMITED);
    }

    @Test
    void aBudgetHasAMessageUnlessOneHasToBeWaitedFor() {
        assertThat(Budget.UNLIMITED.hasMessage()).isTrue();
        assertThat(new Budget(NOW, 3).hasMessage()).isFalse();
    }
}
