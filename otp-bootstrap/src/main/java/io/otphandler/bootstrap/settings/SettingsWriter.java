package io.otphandler.bootstrap.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otphandler.adapter.http.tls.CertificateFiles;
import io.otphandler.adapter.http.tls.TlsSettings;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes settings as the file that would give them, secrets masked. */
public final class SettingsWriter {

    private static final String MASK = "***";
    private static final Pattern URL_PASSWORD = Pattern.compile("(?i)(password=)[^;&]*|(//[^/:@]*:)[^/@]*@");
    private static final ObjectMapper JSON = new ObjectMapper();

    private SettingsWriter() {}

    public static String yaml(Settings settings) {
        Map<String, @Nullable Object> root = new LinkedHashMap<>();
        root.put("dataDir", settings.dataDir().toString());
        root.put("http", http(settings.http()));
        root.put("database", database(settings.database()));
        root.put("auth", auth(settings.auth()));
        root.put("codes", Map.of("pepperFile", shown(settings.codes().pepperFiles())));
        root.put("limits", limits(settings.limits()));
        root.put("guard", Map.of("enabled", settings.guard().enabled()));
        Map<String, Object> dispatch = new LinkedHashMap<>();
        dispatch.put("timeout", settings.dispatch().timeout().toSeconds());
        dispatch.put("concurrency", settings.dispatch().concurrency());
        root.put("dispatch", dispatch);
        root.put("retention", settings.retention().toSeconds());
        root.put("audit", Map.of("retention", settings.audit().retention().toSeconds()));
        root.put("demo", settings.demo().orElse(null));
        Map<String, Object> gateways = new LinkedHashMap<>();
        settings.gateways().forEach((name, gateway) -> gateways.put(name, gateway(gateway)));
        root.put("gateways", gateways);
        root.put(
                "widgets",
                settings.widgets().stream().map(SettingsWriter::plain).toList());
        return new Dump(DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setUseUnicodeEncoding(true)
                        // two empty lists may be one object; nobody wants to read *id001
                        .setDereferenceAliases(true)
                        .build())
                .dumpToString(root);
    }

    private static Map<String, Object> http(Settings.Http http) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("host", http.host());
        map.put("port", http.port());
        map.put("basePath", http.basePath());
        map.put("longPollTimeout", http.longPollTimeout().toSeconds());
        map.put("maxHeldPolls", http.maxHeldPolls());
        map.put(
                "maxConnections",
                http.maxConnections().isPresent() ? http.maxConnections().getAsInt() : null);
        map.put("tls", http.tls().map(SettingsWriter::tls).orElse(null));
        map.put("allowedOrigins", http.allowedOrigins());
        map.put("trustedProxies", http.trustedProxies());
        map.put(
                "managementPort",
                http.managementPort().isPresent() ? http.managementPort().getAsInt() : null);
        return map;
    }

    private static Map<String, Object> tls(TlsSettings tls) {
        Map<String, Object> map = new LinkedHashMap<>();
        CertificateFiles files = tls.files();
        files.certificate().ifPresent(file -> map.put("certificateFile", file.toString()));
        files.privateKey().ifPresent(file -> map.put("privateKeyFile", file.toString()));
        files.keyStore().ifPresent(file -> map.put("keyStoreFile", file.toString()));
        files.keyStorePassword().ifPresent(file -> map.put("keyStorePasswordFile", file.toString()));
        map.put("hstsMaxAge", tls.hstsMaxAge().toSeconds());
        map.put("hstsIncludeSubDomains", tls.hstsIncludeSubDomains());
        return map;
    }

    private static Map<String, Object> database(Settings.Database database) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(
                "url",
                URL_PASSWORD
                        .matcher(database.url())
                        .replaceAll(
                                found -> found.group(1) != null ? found.group(1) + MASK : found.group(2) + MASK + "@"));
        map.put("user", database.user());
        map.put("password", database.password().isEmpty() ? "" : MASK);
        map.put("poolSize", database.poolSize());
        map.put("migrate", database.migrate());
        return map;
    }

    private static Map<String, Object> auth(Settings.Auth auth) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("issuer", auth.issuer().orElse(""));
        map.put("audience", auth.audience().orElse(""));
        map.put("hmacSecretFile", shown(auth.hmacSecretFiles()));
        map.put(
                "publicKeyFiles",
                auth.publicKeyFiles().stream().map(Path::toString).toList());
        map.put("jwksUrl", auth.jwksUrl().map(Object::toString).orElse(""));
        return map;
    }

    private static Map<String, Object> limits(Settings.Limits limits) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("sendsPerMinute", limits.sendsPerMinute());
        map.put("sendsPerDay", limits.sendsPerDay());
        map.put("messagesPerDay", limits.messagesPerDay());
        map.put("wrongCodesPerDay", limits.wrongCodesPerDay());
        map.put("accountSendsPerMinute", limits.accountSendsPerMinute());
        map.put("accountSendsPerDay", limits.accountSendsPerDay());
        map.put("widgetSendsPerMinute", limits.widgetSendsPerMinute());
        map.put("widgetSendsPerDay", limits.widgetSendsPerDay());
        map.put("addressSendsPerMinute", limits.addressSendsPerMinute());
        map.put("addressRecipientSendsPerDay", limits.addressRecipientSendsPerDay());
        map.put("clientIpSendsPerMinute", limits.clientIpSendsPerMinute());
        map.put("exempt", limits.exempt());
        return map;
    }

    private static Map<String, Object> gateway(Settings.GatewaySettings gateway) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", gateway.kind().name());
        map.putAll(withoutNothing(gateway.shown()));
        return map;
    }

    /** What is not given is not shown: for much of it, to be there at all would mean something. */
    private static Map<String, Object> withoutNothing(Map<?, ?> settings) {
        Map<String, Object> map = new LinkedHashMap<>();
        settings.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (value instanceof JsonNode node) {
                map.put(name, plain(node));
            } else if (value instanceof Map<?, ?> below
                    && !withoutNothing(below).isEmpty()) {
                map.put(name, withoutNothing(below));
            } else if (!isNothing(value)) {
                map.put(name, value);
            }
        });
        return map;
    }

    private static boolean isNothing(@Nullable Object value) {
        return value == null
                || value.equals("")
                || value instanceof Map<?, ?>
                || (value instanceof Collection<?> list && list.isEmpty());
    }

    private static Object plain(JsonNode node) {
        try {
            return JSON.treeToValue(node, Object.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree can be turned into plain objects", e);
        }
    }

    /** One file as a text, several as a list. */
    private static Object shown(List<Path> files) {
        return files.size() > 1
                ? files.stream().map(Path::toString).toList()
                : files.stream().map(Path::toString).findFirst().orElse("");
    }
}
