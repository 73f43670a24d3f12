package io.otphandler.application.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.recipient.PhoneNumber;
import io.otphandler.domain.widget.AccountId;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every block list keeps to. */
public interface BlockedRecipientsContract {

    /** The same, and at first empty, during a test. */
    BlockedRecipients blockedRecipients();

    @Test
    default void whoWasAddedIsBlockedForThatAccountAlone() {
        blockedRecipients().add(ContractFixtures.ACCOUNT, ContractFixtures.PHONE);

        assertThat(blockedRecipients().contains(ContractFixtures.ACCOUNT, ContractFixtures.PHONE))
                .isTrue();
        assertThat(blockedRecipients().contains(ContractFixtures.ACCOUNT, ContractFixtures.EMAIL))
                .isFalse();
        assertThat(blockedRecipients().contains(new AccountId("other"), ContractFixtures.PHONE))
                .isFalse();
    }

    @Test
    default void blockingTwiceIsBlockingOnce() {
        blockedRecipients().add(ContractFixtures.ACCOUNT, ContractFixtures.PHONE);
        blockedRecipients().add(ContractFixtures.ACCOUNT, ContractFixtures.PHONE);
        assertThat(blockedRecipients().of(ContractFixtures.ACCOUNT)).containsExactly(ContractFixtures.PHONE);

        blockedRecipients().remove(ContractFixtures.ACCOUNT, ContractFixtures.PHONE);
        assertThat(blockedRecipients().contains(ContractFixtures.ACCOUNT, ContractFixtures.PHONE))
                .isFalse();
    }

    @Test
    default void whoIsNotBlockedCanBeUnblocked() {
        blockedRecipients().remove(ContractFixtures.ACCOUNT, ContractFixtures.PHONE);

        assertThat(blockedRecipients().of(ContractFixtures.ACCOUNT)).isEmpty();
    }

    @Test
    default void theyAreListedInTheOrderOfTheirNormalForms() {
        PhoneNumber before = new PhoneNumber("+12025550100");
        blockedRecipients().add(ContractFixtures.ACCOUNT, ContractFixtures.EMAIL);
        blockedRecipients().add(ContractFixtures.ACCOUNT, ContractFixtures.PHONE);
        blockedRecipients().add(ContractFixtures.ACCOUNT, before);

        assertThat(blockedRecipients().of(ContractFixtures.ACCOUNT))
                .containsExactly(before, ContractFixtures.PHONE, ContractFixtures.EMAIL);
        assertThat(blockedRecipients().of(new AccountId("other"))).isEmpty();
    }

    @Test
    default void manyMayBlockTheSameAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (Future<?> future : IntStream.range(0, 40)
                    .mapToObj(i -> threads.submit(
                            () -> blockedRecipients().add(ContractFixtures.ACCOUNT, ContractFixtures.PHONE)))
                    .toList()) {
                future.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(blockedRecipients().of(ContractFixtures.ACCOUNT)).containsExactly(ContractFixtures.PHONE);
    }
}
