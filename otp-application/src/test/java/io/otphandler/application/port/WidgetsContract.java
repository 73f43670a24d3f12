package io.otphandler.application.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.Widget;
import io.otphandler.domain.widget.WidgetId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store of widgets keeps to. */
public interface WidgetsContract {

    /** The same, and at first empty, during a test. */
    Widgets widgets();

    /** Forgets what may be remembered in memory, where that is possible. */
    default void forgetMemory() {}

    @Test
    default void aWidgetIsFoundAsItWasSaved() {
        Widget widget = ContractFixtures.widget();

        Widget saved = widgets().save(widget);

        assertThat(saved).isEqualTo(widget.withRevision(1));
        assertThat(widgets().find(widget.id())).contains(saved);
        forgetMemory();
        assertThat(widgets().find(widget.id())).contains(saved);
        assertThat(widgets().find(widget.id()).orElseThrow().testRecipients().keySet())
                .containsExactlyElementsOf(widget.testRecipients().keySet());
    }

    @Test
    default void aBareWidgetIsFoundAsItWasSaved() {
        Widget bare = new Widget(
                new WidgetId(UUID.randomUUID()),
                7,
                ContractFixtures.ACCOUNT,
                "\"'\\ 🔑 \u0001",
                false,
                true,
                "RU",
                Duration.ofSeconds(1),
                null,
                List.of(),
                Map.of());

        Widget saved = widgets().save(bare);

        forgetMemory();
        assertThat(widgets().find(bare.id())).contains(saved).contains(bare.withRevision(1));
    }

    @Test
    default void aWidgetThatNeverWasIsNotFound() {
        WidgetId nobody = new WidgetId(UUID.randomUUID());

        assertThat(widgets().find(nobody)).isEmpty();
        assertThat(widgets().update(nobody, widget -> widget)).isEmpty();
        widgets().delete(nobody);
    }

    @Test
    default void savingAgainReplacesAndCounts() {
        Widget first = widgets().save(ContractFixtures.widget());
        assertThat(widgets().find(first.id())).contains(first);

        Widget second = widgets().save(ContractFixtures.widget(first.id().value(), "Новый"));

        assertThat(second.revision()).isEqualTo(2);
        assertThat(widgets().find(first.id())).contains(second);
        assertThat(widgets().all()).containsExactly(second);
    }

    @Test
    default void anUpdateAppliesToWhatIsThere() {
        Widget saved = widgets().save(ContractFixtures.widget());

        Widget blocked =
                widgets().update(saved.id(), widget -> widget.withBlocked(true)).orElseThrow();

        assertThat(blocked.isBlocked()).isTrue();
        assertThat(blocked.revision()).isEqualTo(2);
        assertThat(widgets().find(saved.id())).contains(blocked);
    }

    @Test
    default void anUpdateThatThrowsChangesNothing() {
        Widget saved = widgets().save(ContractFixtures.widget());

        assertThatThrownBy(() -> widgets().update(saved.id(), widget -> {
                    throw new ArithmeticException("as intended");
                }))
                .isInstanceOf(ArithmeticException.class);
        assertThat(widgets().find(saved.id())).contains(saved);
    }

    @Test
    default void updatesAtOnceAllCount() throws Exception {
        Widget saved = widgets().save(ContractFixtures.widget());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                boolean even = i % 2 == 0;
                futures.add(threads.submit(() -> widgets().update(saved.id(), widget -> widget.withBlocked(even))));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(widgets().find(saved.id()).orElseThrow().revision()).isEqualTo(25);
    }

    @Test
    default void aDeletedWidgetIsGoneAndItsRevisionIsNotUsedAgain() {
        Widget saved = widgets().save(ContractFixtures.widget());
        assertThat(widgets().find(saved.id())).contains(saved);

        widgets().delete(saved.id());

        assertThat(widgets().find(saved.id())).isEmpty();
        assertThat(widgets().all()).isEmpty();
        assertThat(widgets().update(saved.id(), widget -> widget)).isEmpty();
        assertThat(widgets().save(saved).revision()).isEqualTo(2);
    }

    @Test
    default void widgetsAreListedByNameAndByTheirAccount() {
        Widget b = widgets().save(ContractFixtures.widget(new UUID(0, 9), "b"));
        Widget a = widgets().save(ContractFixtures.widget(new UUID(0, 8), "a"));
        Widget a2 = widgets().save(ContractFixtures.widget(new UUID(0, 7), "a"));
        Widget other = ContractFixtures.widget(new UUID(0, 6), "A");
        Widget others = widgets()
                .save(new Widget(
                        other.id(),
                        0,
                        new AccountId("other"),
                        other.name(),
                        true,
                        false,
                        "RU",
                        other.sessionLifetime(),
                        null,
                        other.channels(),
                        Map.of()));

        assertThat(widgets().all()).containsExactly(others, a2, a, b);
        assertThat(widgets().ownedBy(ContractFixtures.ACCOUNT)).containsExactly(a2, a, b);
        assertThat(widgets().ownedBy(new AccountId("nobody"))).isEmpty();
    }
}
