package io.otphandler.application.port;

import io.otphandler.domain.session.SessionId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Under which names providers know messages, so that what they report finds its session. Thread-safe. */
public interface ProviderMessages {

    /**
     * Keeps names; a provider that uses a name again means the newer message. The stage is done when they are safe, and
     * fails with {@link StoreUnavailableException} when it is not sure that they are.
     */
    CompletableFuture<?> keep(Collection<ProviderMessage> messages, Instant now);

    /**
     * The dispatches by the gateway's names of them, without those that are not known.
     *
     * @throws StoreUnavailableException when the store cannot be reached
     */
    Map<String, DispatchId> find(String gateway, Collection<String> messageIds);

    /**
     * All names of a session's messages.
     *
     * @throws StoreUnavailableException when the store cannot be reached
     */
    List<ProviderMessage> of(SessionId session);

    /**
     * Forgets at most {@code limit} of those kept before that instant.
     *
     * @return how many
     * @throws StoreUnavailableException when the store cannot be reached
     */
    int deleteKeptBefore(Instant instant, int limit);
}
