package io.otphandler.application.port;

import java.util.concurrent.CompletableFuture;

/** Where gateways tell what their providers report. Thread-safe. */
@FunctionalInterface
public interface Reports {

    /**
     * Takes a report; reports may come twice, early, late and out of order.
     *
     * @param gateway the name of the one that tells
     * @return done once nobody need tell it again; fails with {@link StoreUnavailableException} when it should be told
     *     again
     */
    CompletableFuture<?> report(String gateway, Report report);
}
