package io.otphandler.bootstrap.settings;

import com.fasterxml.jackson.databind.JsonNode;
import io.otphandler.adapter.gateways.kind.GatewayKind;
import io.otphandler.adapter.gateways.kind.GatewayPlan;
import io.otphandler.adapter.http.tls.TlsSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * All that can be configured, checked. What a secret is, is not in it: only where it is kept.
 *
 * @param demo whether the demo page is for everybody, or for nobody; empty: for this machine
 */
public record Settings(
        Path dataDir,
        Http http,
        Database database,
        Auth auth,
        Codes codes,
        Limits limits,
        Guard guard,
        Dispatch dispatch,
        Duration retention,
        Audit audit,
        Optional<Boolean> demo,
        Map<String, GatewaySettings> gateways,
        List<JsonNode> widgets) {

    /**
     * The HTTP server.
     *
     * @param port 0: any that is free
     * @param maxConnections empty: as many as the process may have files open, but for some
     * @param tls empty: plain HTTP
     * @param managementPort where metrics and health details are served; empty: beside the API
     */
    public record Http(
            String host,
            int port,
            String basePath,
            Duration longPollTimeout,
            int maxHeldPolls,
            OptionalInt maxConnections,
            Optional<TlsSettings> tls,
            List<String> allowedOrigins,
            List<String> trustedProxies,
            OptionalInt managementPort) {}

    /**
     * The database; the password is shown nowhere.
     *
     * @param migrate whether the service brings the schema up to date as it starts
     */
    public record Database(String url, String user, String password, int poolSize, boolean migrate) {

        @Override
        public String toString() {
            return "Database[poolSize=" + poolSize + "]";
        }
    }

    /**
     * Whose tokens are believed.
     *
     * @param hmacSecretFiles the first signs, all are believed; empty: one is made if there is no other key
     */
    public record Auth(
            Optional<String> issuer,
            Optional<String> audience,
            List<Path> hmacSecretFiles,
            List<Path> publicKeyFiles,
            Optional<URI> jwksUrl) {

        /** Whether tokens are signed here as well: with the secret that is configured, or one that is made where no other key is. */
        public boolean signs() {
            return !hmacSecretFiles.isEmpty() || (publicKeyFiles.isEmpty() && jwksUrl.isEmpty());
        }
    }

    /**
     * The codes' keys.
     *
     * @param pepperFiles the first is for new sessions, the others for those that began with them; empty: one is made
     */
    public record Codes(List<Path> pepperFiles) {}

    /** How often is too often; 0: no limit. */
    public record Limits(
            int sendsPerMinute,
            int sendsPerDay,
            int messagesPerDay,
            int wrongCodesPerDay,
            int accountSendsPerMinute,
            int accountSendsPerDay,
            int widgetSendsPerMinute,
            int widgetSendsPerDay,
            int addressSendsPerMinute,
            int addressRecipientSendsPerDay,
            int clientIpSendsPerMinute,
            List<String> exempt) {}

    /** The guard against SMS pumping. */
    public record Guard(boolean enabled) {}

    /**
     * The record of what was done and decided.
     *
     * @param retention how long its entries are kept; zero: for ever
     */
    public record Audit(Duration retention) {}

    /** Handing messages over. */
    public record Dispatch(Duration timeout, int concurrency) {}

    /**
     * One gateway.
     *
     * @param shown what is configured, secrets masked
     */
    public record GatewaySettings(GatewayKind kind, GatewayPlan plan, Map<String, @Nullable Object> shown) {}
}
