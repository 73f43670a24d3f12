package io.otphandler.bootstrap.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.otphandler.adapter.gateways.GatewayKinds;
import io.otphandler.adapter.gateways.kind.GatewayKind;
import io.otphandler.adapter.gateways.kind.GatewayPlan;
import io.otphandler.adapter.gateways.kind.Keys;
import io.otphandler.adapter.gateways.numbering.LibphonenumberRecipients;
import io.otphandler.adapter.http.HttpSettings;
import io.otphandler.adapter.http.json.WidgetJson;
import io.otphandler.adapter.http.tls.CertificateFiles;
import io.otphandler.adapter.http.tls.FaultyCertificateException;
import io.otphandler.adapter.http.tls.TlsSettings;
import io.otphandler.domain.widget.WidgetId;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Settings} of a file and the environment, which overrides it key by key: {@code http.longPollTimeout} is
 * {@code OTP_HTTP_LONGPOLLTIMEOUT} or {@code OTP_HTTP_LONG_POLL_TIMEOUT}. Lists may be given with commas, anything else
 * that is not plain as YAML. Finds all faults, not only the first.
 */
public final class SettingsReader {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final String SANDBOX = "sandbox";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final WidgetId NO_WIDGET = new WidgetId(new UUID(0, 0));
    private static final Pattern GATEWAY_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
    private static final Pattern ORIGIN = Pattern.compile("\\*|https?://[^/\\s?#@]+");

    private final YamlTree tree;
    private final String source;
    private final Map<String, String> environment;
    private final List<Fault> faults = new ArrayList<>();
    private final Set<String> known = new LinkedHashSet<>();

    private SettingsReader(YamlTree tree, String source, Map<String, String> environment) {
        this.tree = tree;
        this.source = source;
        this.environment = environment;
    }

    /**
     * Reads and checks.
     *
     * @param file null: none, so that only defaults and the environment hold
     * @param environment such as {@link System#getenv()}
     */
    public static Settings read(@Nullable Path file, Map<String, String> environment) throws FaultySettingsException {
        YamlTree tree = file == null ? YamlTree.empty() : YamlTree.parse(text(file), file.toString());
        SettingsReader reader = new SettingsReader(tree, file == null ? "default" : file.toString(), environment);
        Settings settings = reader.settings();
        reader.refuseUnknownKeys();
        if (!reader.faults.isEmpty()) {
            throw new FaultySettingsException(reader.faults);
        }
        return settings;
    }

    private static String text(Path file) throws FaultySettingsException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            String why = Files.exists(file) ? "it cannot be read as UTF-8 text" : "there is no such file";
            throw new FaultySettingsException(
                    List.of(new Fault("", "expected a configuration file, but " + why, file.toString())));
        }
    }

    private Settings settings() {
        Path dataDir = path("dataDir").orElse(Path.of("./otp-data"));
        Settings.Auth auth = new Settings.Auth(
                optionalText("auth.issuer"),
                optionalText("auth.audience"),
                fileOrFiles("auth.hmacSecretFile"),
                files("auth.publicKeyFiles"),
                jwksUrl());
        Map<String, Settings.GatewaySettings> gateways = gateways();
        return new Settings(
                dataDir,
                new Settings.Http(
                        text("http.host", "127.0.0.1"),
                        number("http.port", 8080, 0, 65_535),
                        matching("http.basePath", "/api/n/otp-handler", BASE_PATH, "a path such as /api/n/otp-handler"),
                        seconds("http.longPollTimeout", 25, 1, 300),
                        number("http.maxHeldPolls", 50_000, 1, 10_000_000),
                        optionalNumber("http.maxConnections", 1, 10_000_000),
                        tls(),
                        texts("http.allowedOrigins", ORIGIN, "an origin such as https://shop.example, or *"),
                        networks("http.trustedProxies"),
                        optionalNumber("http.managementPort", 0, 65_535)),
                database(dataDir),
                auth,
                new Settings.Codes(fileOrFiles("codes.pepperFile")),
                new Settings.Limits(
                        number("limits.sendsPerMinute", 3, 0, 1_000_000),
                        number("limits.sendsPerDay", 10, 0, 1_000_000),
                        number("limits.messagesPerDay", 20, 0, 1_000_000),
                        number("limits.wrongCodesPerDay", 30, 0, 1_000_000),
                        number("limits.accountSendsPerMinute", 0, 0, 1_000_000),
                        number("limits.accountSendsPerDay", 0, 0, 1_000_000),
                        number("limits.widgetSendsPerMinute", 0, 0, 1_000_000),
                        number("limits.widgetSendsPerDay", 0, 0, 1_000_000),
                        number("limits.addressSendsPerMinute", 10, 0, 1_000_000),
                        number("limits.addressRecipientSendsPerDay", 5, 0, 1_000_000),
                        number("limits.clientIpSendsPerMinute", 0, 0, 1_000_000),
                        texts("limits.exempt", Pattern.compile("\\+[1-9][0-9]{4,14}"), "an E.164 number")),
                new Settings.Guard(flag("guard.enabled", true)),
                new Settings.Dispatch(
                        seconds("dispatch.timeout", 10, 1, 300), number("dispatch.concurrency", 64, 1, 10_000)),
                seconds("retention", 86_400, 0, 31_536_000),
                new Settings.Audit(seconds("audit.retention", 34_560_000, 0, 315_360_000)),
                demo(auth, gateways),
                gateways,
                widgets());
    }

    private Optional<TlsSettings> tls() {
        Optional<Path> certificate = path(CertificateFiles.CERTIFICATE);
        Optional<Path> privateKey = path(CertificateFiles.PRIVATE_KEY);
        Optional<Path> keyStore = path(CertificateFiles.KEY_STORE);
        Optional<Path> password = path(CertificateFiles.KEY_STORE_PASSWORD);
        Duration maxAge =
                seconds("http.tls.hstsMaxAge", (int) TlsSettings.DEFAULT_HSTS_MAX_AGE.toSeconds(), 0, 1 << 30);
        boolean includeSubDomains = flag("http.tls.hstsIncludeSubDomains", false);
        if (Stream.of(certificate, privateKey, keyStore, password).noneMatch(Optional::isPresent)) {
            return Optional.empty();
        }
        boolean isPem = certificate.isPresent() || privateKey.isPresent();
        if (isPem && (keyStore.isPresent() || password.isPresent())) {
            fault("http.tls", "expected either a certificateFile and a privateKeyFile, or a keyStoreFile");
            return Optional.empty();
        }
        Optional<CertificateFiles> files = isPem
                ? both(
                        CertificateFiles.CERTIFICATE,
                        certificate,
                        CertificateFiles.PRIVATE_KEY,
                        privateKey,
                        CertificateFiles::pem)
                : both(
                        CertificateFiles.KEY_STORE,
                        keyStore,
                        CertificateFiles.KEY_STORE_PASSWORD,
                        password,
                        CertificateFiles::pkcs12);
        files.ifPresent(this::mustBeServable);
        return files.map(found -> new TlsSettings(found, maxAge, includeSubDomains));
    }

    private Optional<CertificateFiles> both(
            String key,
            Optional<Path> file,
            String otherKey,
            Optional<Path> other,
            BiFunction<Path, Path, CertificateFiles> files) {
        if (file.isPresent() != other.isPresent()) {
            fault(
                    file.isPresent() ? otherKey : key,
                    "expected a file, as there is a " + (file.isPresent() ? key : otherKey));
        }
        return file.flatMap(one -> other.map(two -> files.apply(one, two)));
    }

    private void mustBeServable(CertificateFiles files) {
        try {
            files.read();
        } catch (FaultyCertificateException e) {
            fault(e.key(), e.fault());
        }
    }

    private Settings.Database database(Path dataDir) {
        String fallback = "jdbc:h2:file:" + dataDir.toAbsolutePath().normalize().resolve("otp");
        Optional<String> url = optionalText("database.url");
        url.filter(text -> !text.startsWith("jdbc:h2:") && !text.startsWith("jdbc:postgresql:"))
                .ifPresent(text ->
                        fault("database.url", "expected jdbc:postgresql://… or jdbc:h2:…, was " + scheme(text)));
        return new Settings.Database(
                url.orElse(fallback),
                text("database.user", ""),
                text("database.password", ""),
                number("database.poolSize", 10, 1, 1_000),
                flag("database.migrate", true));
    }

    private static String scheme(String url) {
        String[] parts = url.split(":", 3);
        return parts.length == 3 ? parts[0] + ":" + parts[1] + ":…" : "something else";
    }

    private Optional<URI> jwksUrl() {
        Optional<String> url = optionalText("auth.jwksUrl");
        if (url.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(url.get());
            boolean isHere = uri.getHost() != null && LOOPBACK.contains(uri.getHost());
            if (uri.getHost() != null
                    && ("https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && isHere))) {
                if (optionalText("auth.audience").isEmpty()) {
                    // whose keys are published signs for many
                    fault("auth.audience", "expected who tokens are meant for, as there is a jwksUrl");
                }
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            // said below
        }
        fault("auth.jwksUrl", "expected an https URL (http only to this machine), was \"" + url.get() + "\"");
        return Optional.empty();
    }

    private Map<String, Settings.GatewaySettings> gateways() {
        known.add("gateways");
        JsonNode node = value("gateways");
        Map<String, Settings.GatewaySettings> gateways = new LinkedHashMap<>();
        if (node == null) {
            gateway("gateways.sandbox", "sandbox", JSON.objectNode().put("kind", SANDBOX))
                    .ifPresent(sandbox -> gateways.put("sandbox", sandbox));
            return gateways;
        }
        if (!node.isObject()) {
            fault("gateways", "expected names with settings, was " + shown(node));
            return gateways;
        }
        // as one, whether the file or the environment named them: single keys may still be overridden
        tree.root().set("gateways", node);
        for (String name : names(node)) {
            String key = "gateways." + name;
            if (!GATEWAY_NAME.matcher(name).matches()) {
                fault(key, "expected a name of letters, digits, - and _");
            } else if (!node.path(name).isObject()) {
                fault(key, "expected settings such as {kind: sandbox}, was " + shown(node.path(name)));
            } else {
                gateway(key, name, node.path(name)).ifPresent(gateway -> gateways.put(name, gateway));
            }
        }
        return gateways;
    }

    private Optional<Settings.GatewaySettings> gateway(String key, String name, JsonNode node) {
        names(node).forEach(each -> known.add(key + "." + each));
        String kindName = text(key + ".kind", node.path("kind").asText());
        Optional<GatewayKind> kind = GatewayKinds.named(kindName);
        if (kind.isEmpty()) {
            fault(
                    key + ".kind",
                    "expected one of " + String.join(", ", GatewayKinds.names()) + ", was "
                            + (kindName.isEmpty() ? "nothing" : "\"" + kindName + "\""));
            return Optional.empty();
        }
        Keys keys = new Keys(new KeysBelow(key + "."));
        GatewayPlan plan = kind.get().read(name, keys);
        keys.refuseUnknown(node, Set.of("kind"));
        return Optional.of(new Settings.GatewaySettings(kind.get(), plan, keys.effective()));
    }

    /** What a gateway is asked for stands below its own name. */
    private final class KeysBelow implements Keys.Source {
        private final String prefix;

        KeysBelow(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public @Nullable JsonNode value(String key) {
            return SettingsReader.this.value(prefix + key);
        }

        @Override
        public @Nullable JsonNode plain(String key) {
            JsonNode given = value(key);
            return given == null ? null : SettingsReader.this.plain(prefix + key, given);
        }

        @Override
        public void fault(String key, String message) {
            SettingsReader.this.fault(prefix + key, message);
        }
    }

    /** Where it cannot be, it must not be asked for: whoever does would look for it in vain. */
    private Optional<Boolean> demo(Settings.Auth auth, Map<String, Settings.GatewaySettings> gateways) {
        if (value("demo") == null) {
            return Optional.empty();
        }
        boolean demo = flag("demo", false);
        if (demo
                && gateways.values().stream()
                        .noneMatch(gateway -> gateway.kind().name().equals(SANDBOX))) {
            fault("demo", "expected a gateway of kind sandbox where it is true");
        }
        if (demo && !auth.signs()) {
            fault("demo", "expected an auth.hmacSecretFile where it is true and others' keys are configured");
        }
        return Optional.of(demo);
    }

    private List<JsonNode> widgets() {
        known.add("widgets");
        JsonNode node = value("widgets");
        List<JsonNode> widgets = new ArrayList<>();
        if (node != null && !node.isArray()) {
            fault("widgets", "expected a list of widgets, was " + shown(node));
        } else if (node != null) {
            node.forEach(widgets::add);
            checkWidgets(widgets);
        }
        return widgets;
    }

    private void checkWidgets(List<JsonNode> widgets) {
        WidgetJson json = new WidgetJson(new LibphonenumberRecipients());
        for (int i = 0; i < widgets.size(); i++) {
            String at = "widgets[" + i + "]";
            Optional<WidgetId> id = WidgetJson.id(widgets.get(i));
            if (id.isEmpty()) {
                fault(at + ".id", "expected a UUID");
            }
            json.read(widgets.get(i), id.orElse(NO_WIDGET), null, true)
                    .violations()
                    .forEach(violation -> fault(at + "." + violation.field(), violation.message()));
        }
    }

    private void refuseUnknownKeys() {
        refuseUnknownKeys(tree.root(), "");
    }

    private void refuseUnknownKeys(JsonNode node, String path) {
        for (String name : names(node)) {
            String key = path.isEmpty() ? name : path + "." + name;
            if (known.contains(key)) {
                continue;
            }
            if (known.stream().noneMatch(other -> other.startsWith(key + "."))) {
                fault(key, "unknown key; known here: " + siblings(path));
            } else if (node.path(name).isObject()) {
                refuseUnknownKeys(node.path(name), key);
            } else if (!node.path(name).isNull()) {
                fault(key, "expected keys with values, was " + shown(node.path(name)));
            }
        }
    }

    private String siblings(String path) {
        String prefix = path.isEmpty() ? "" : path + ".";
        Set<String> names = new LinkedHashSet<>();
        known.stream().filter(key -> key.startsWith(prefix)).forEach(key -> {
            String rest = key.substring(prefix.length());
            names.add(rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest);
        });
        return String.join(", ", names);
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private String text(String key, String fallback) {
        return optionalText(key).orElse(fallback);
    }

    private Optional<String> optionalText(String key) {
        JsonNode node = value(key);
        if (node != null && !node.isTextual()) {
            String was = key.endsWith("password") ? "something else" : shown(node);
            fault(key, "expected a text, was " + was + (node.isNumber() ? "; put it in quotes" : ""));
            return Optional.empty();
        }
        return node == null || node.textValue().isEmpty() ? Optional.empty() : Optional.of(node.textValue());
    }

    private String matching(String key, String fallback, Pattern pattern, String expected) {
        String text = text(key, fallback);
        if (!pattern.matcher(text).matches()) {
            fault(key, "expected " + expected + ", was \"" + text + "\"");
        }
        return text;
    }

    private Optional<Path> path(String key) {
        try {
            return optionalText(key).map(Path::of);
        } catch (java.nio.file.InvalidPathException e) {
            fault(key, "expected a path");
            return Optional.empty();
        }
    }

    /** A text is one file; a list, or texts with commas between them in the environment, several. */
    private List<Path> fileOrFiles(String key) {
        JsonNode node = value(key);
        if (node == null || node.isArray() || environmentName(key).isPresent()) {
            return files(key);
        }
        Optional<Path> path = path(key);
        path.ifPresent(file -> mustBeReadable(key, file));
        return path.stream().toList();
    }

    private List<Path> files(String key) {
        List<Path> files = new ArrayList<>();
        for (String text : texts(key, Pattern.compile(".+"), "a file")) {
            files.add(Path.of(text));
            mustBeReadable(key, Path.of(text));
        }
        return files;
    }

    private void mustBeReadable(String key, Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            fault(key, "expected a file that can be read, was " + file);
        }
    }

    private int number(String key, int fallback, int min, int max) {
        JsonNode given = value(key);
        if (given == null) {
            return fallback;
        }
        JsonNode node = plain(key, given);
        if (!node.canConvertToInt() || !node.isIntegralNumber() || node.intValue() < min || node.intValue() > max) {
            fault(key, "expected a whole number from " + min + " to " + max + ", was " + shown(node));
            return fallback;
        }
        return node.intValue();
    }

    private OptionalInt optionalNumber(String key, int min, int max) {
        return value(key) == null ? OptionalInt.empty() : OptionalInt.of(number(key, min, min, max));
    }

    private Duration seconds(String key, int fallback, int min, int max) {
        return Duration.ofSeconds(number(key, fallback, min, max));
    }

    private boolean flag(String key, boolean fallback) {
        JsonNode given = value(key);
        if (given == null) {
            return fallback;
        }
        JsonNode node = plain(key, given);
        if (!node.isBoolean()) {
            fault(key, "expected true or false, was " + shown(node));
            return fallback;
        }
        return node.booleanValue();
    }

    private List<String> networks(String key) {
        List<String> networks = texts(key, Pattern.compile(".+"), "");
        for (String text : networks) {
            if (!HttpSettings.isNetwork(text)) {
                fault(key, "expected an IP address or network, such as 10.0.0.0/8, was \"" + text + "\"");
            }
        }
        return networks;
    }

    private List<String> texts(String key, Pattern pattern, String expected) {
        JsonNode node = value(key);
        List<String> texts = new ArrayList<>();
        if (node == null) {
            return texts;
        }
        if (node.isTextual() && environmentName(key).isPresent()) {
            for (String part : node.textValue().split(",", -1)) {
                texts.add(part.strip());
            }
        } else if (node.isArray()) {
            for (JsonNode item : node) {
                if (!item.isTextual()) {
                    fault(key, "expected a list of texts, found " + shown(item));
                    return List.of();
                }
                texts.add(item.textValue());
            }
        } else {
            fault(key, "expected a list, was " + shown(node));
        }
        texts.removeIf(String::isEmpty);
        for (String text : texts) {
            if (!pattern.matcher(text).matches()) {
                fault(key, "expected " + expected + ", was \"" + text + "\"");
            }
        }
        return texts;
    }

    /** The value of a key; null: not given. */
    private @Nullable JsonNode value(String key) {
        known.add(key);
        Optional<String> variable = environmentName(key);
        if (variable.isPresent()) {
            String text = environment.getOrDefault(variable.get(), "");
            return fromEnvironment(key, text);
        }
        JsonNode node = tree.root();
        for (String name : key.split("\\.", -1)) {
            node = node.path(name);
        }
        return node.isMissingNode() || node.isNull() ? null : node;
    }

    /** A text, unless it is a list or a mapping: what else it may be, those who ask for it know. */
    private @Nullable JsonNode fromEnvironment(String key, String text) {
        if (!text.startsWith("[") && !text.startsWith("{")) {
            return TextNode.valueOf(text);
        }
        try {
            return YamlTree.parseValue(text, "environment");
        } catch (FaultySettingsException e) {
            fault(key, "expected YAML");
            return null;
        }
    }

    /** As a number or a truth value, where the environment could only give a text. */
    private JsonNode plain(String key, JsonNode node) {
        String text = node.isTextual() && environmentName(key).isPresent()
                ? node.textValue().strip()
                : "";
        if (text.matches("-?[0-9]{1,18}")) {
            return LongNode.valueOf(Long.parseLong(text));
        }
        return text.matches("true|false") ? BooleanNode.valueOf(text.equals("true")) : node;
    }

    private Optional<String> environmentName(String key) {
        String plain = "OTP_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
        String spaced = "OTP_"
                + key.replaceAll("([a-z])([A-Z])", "$1_$2")
                        .replace('.', '_')
                        .replace('-', '_')
                        .toUpperCase(Locale.ROOT);
        return List.of(plain, spaced).stream().filter(environment::containsKey).findFirst();
    }

    private void fault(String key, String message) {
        Optional<String> variable = environmentName(key);
        int line = tree.line(key);
        String where = variable.map(name -> "environment variable " + name)
                .orElse(line > 0 ? source + ", line " + line : source);
        faults.add(new Fault(key, message, where));
    }

    private static String shown(JsonNode node) {
        if (node.isObject()) {
            return "keys with values";
        }
        if (node.isArray()) {
            return "a list";
        }
        return node.isTextual() ? "\"" + node.textValue() + "\"" : node.asText();
    }
}
