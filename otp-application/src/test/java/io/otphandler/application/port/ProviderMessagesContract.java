package io.otphandler.application.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.domain.session.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every store of providers' names keeps to. */
public interface ProviderMessagesContract {

    Instant KEPT_AT = Instant.parse("2026-03-01T12:00:00Z");

    /** The same, and at first empty, during a test. */
    ProviderMessages providerMessages();

    @Test
    default void aMessageIsFoundByItsGatewaysNameOfIt() {
        DispatchId dispatch = dispatch(2);
        keep(new ProviderMessage("smsc", "4F00A1", dispatch));

        assertThat(providerMessages().find("smsc", Set.of("4F00A1", "unknown"))).isEqualTo(Map.of("4F00A1", dispatch));
        assertThat(providerMessages().find("other", Set.of("4F00A1"))).isEmpty();
        assertThat(providerMessages().find("smsc", Set.of())).isEmpty();
    }

    @Test
    default void theNamesOfAllPartsAreKeptTogether() {
        DispatchId dispatch = dispatch(1);
        keep(new ProviderMessage("smsc", "a", dispatch), new ProviderMessage("smsc", "b", dispatch));

        assertThat(providerMessages().find("smsc", List.of("a", "b"))).isEqualTo(Map.of("a", dispatch, "b", dispatch));
        assertThat(providerMessages().of(dispatch.session()))
                .containsExactlyInAnyOrder(
                        new ProviderMessage("smsc", "a", dispatch), new ProviderMessage("smsc", "b", dispatch));
    }

    @Test
    default void aNameThatComesAgainMeansTheNewerMessage() {
        DispatchId older = dispatch(1);
        DispatchId newer = dispatch(1);
        keep(new ProviderMessage("smsc", "1", older));
        keep(new ProviderMessage("smsc", "1", newer));
        keep(new ProviderMessage("smsc", "1", newer));

        assertThat(providerMessages().find("smsc", Set.of("1"))).isEqualTo(Map.of("1", newer));
        assertThat(providerMessages().of(older.session())).isEmpty();
    }

    @Test
    default void theNamesOfASessionAreThoseOfAllItsDispatches() {
        SessionId session = new SessionId(UUID.randomUUID());
        ProviderMessage first = new ProviderMessage("smsc", "first", new DispatchId(session, 1));
        ProviderMessage second = new ProviderMessage("telegram", "second", new DispatchId(session, 2));
        keep(first);
        keep(second, new ProviderMessage("telegram", "another's", dispatch(1)));

        assertThat(providerMessages().of(session)).containsExactlyInAnyOrder(first, second);
        assertThat(providerMessages().of(new SessionId(UUID.randomUUID()))).isEmpty();
    }

    @Test
    default void namesOfAnyLengthThatProvidersGiveAreKept() {
        String longest = "й".repeat(ProviderMessage.MAX_ID_LENGTH);
        DispatchId dispatch = dispatch(1);
        keep(new ProviderMessage("smsc", longest, dispatch));

        assertThat(providerMessages().find("smsc", Set.of(longest))).containsValue(dispatch);
    }

    @Test
    default void manyAreKeptAtOnce() {
        List<ProviderMessage> names = IntStream.range(0, 500)
                .mapToObj(i -> new ProviderMessage("smsc", "many" + i, dispatch(1)))
                .toList();
        CompletableFuture.allOf(names.stream()
                        .map(name -> providerMessages().keep(List.of(name), KEPT_AT))
                        .toArray(CompletableFuture[]::new))
                .join();

        assertThat(providerMessages()
                        .find(
                                "smsc",
                                names.stream().map(ProviderMessage::messageId).toList()))
                .hasSize(500);
    }

    @Test
    default void oldOnesAreForgottenAFewAtATime() {
        providerMessages()
                .keep(
                        Stream.of("a", "b", "c")
                                .map(name -> new ProviderMessage("smsc", name, dispatch(1)))
                                .toList(),
                        KEPT_AT)
                .join();
        providerMessages()
                .keep(List.of(new ProviderMessage("smsc", "new", dispatch(1))), KEPT_AT.plusMillis(1))
                .join();

        assertThat(providerMessages().deleteKeptBefore(KEPT_AT, 10)).isZero();
        assertThat(providerMessages().deleteKeptBefore(KEPT_AT.plusMillis(1), 2))
                .isEqualTo(2);
        assertThat(providerMessages().deleteKeptBefore(KEPT_AT.plusMillis(1), 2))
                .isEqualTo(1);
        assertThat(providerMessages().find("smsc", Set.of("a", "b", "c", "new")))
                .containsOnlyKeys("new");
    }

    private void keep(ProviderMessage... names) {
        providerMessages().keep(List.of(names), KEPT_AT).join();
    }

    private static DispatchId dispatch(int number) {
        return new DispatchId(new SessionId(UUID.randomUUID()), number);
    }
}
