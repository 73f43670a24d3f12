package io.otphandler.bootstrap;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.otphandler.adapter.http.HttpSettings;
import io.otphandler.bootstrap.bench.Bench;
import io.otphandler.bootstrap.bench.BenchWidget;
import io.otphandler.bootstrap.bench.HtmlReport;
import io.otphandler.bootstrap.bench.JsonReport;
import io.otphandler.bootstrap.bench.Report;
import io.otphandler.bootstrap.bench.Scenario;
import io.otphandler.bootstrap.bench.ServiceProcess;
import io.otphandler.bootstrap.bench.Target;
import io.otphandler.bootstrap.bench.TextReport;
import io.otphandler.bootstrap.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code bench}: measures a service, one of its own unless another is named. Its own one runs in a process of its own, as
 * it would in earnest: with its own heap, compiler and descriptors. Generator and service share the machine all the same.
 */
@Command(
        name = "bench",
        description = "Measures how many calls a second the service answers, and how soon: a service of its own on a"
                + " temporary database, or one that is named. A server that does nothing is measured beside it.")
final class BenchCommand implements Callable<Integer> {

    private static final String ACCOUNT = "bench";
    private static final String CODE = "123456";
    private static final String SCOPE = "otp:backend otp:admin otp:sandbox";
    private static final Duration TOKEN_LIFETIME = Duration.ofHours(6);
    private static final int MIXED_POLLS = 20_000;

    /** The same for every run, so that a database can be measured twice; and one that is in use refuses it. */
    private static final String PEPPER = "the pepper of bench: it protects nothing";

    /** What a service of our own takes from our environment. */
    private static final Set<String> PASSED_ON =
            Set.of("OTP_DATABASE_USER", "OTP_DATABASE_PASSWORD", "OTP_DATABASE_POOLSIZE", "OTP_LOG_LEVEL");

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final Main.ConfigurationFile configuration = new Main.ConfigurationFile();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The service to measure, such as http://127.0.0.1:8080 or one with the API's base path."
                    + " Default: one of its own, in a process of its own.")
    private @Nullable URI url;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            defaultValue = "flow",
            description = "flow: send, channel long poll, checkCode, checkStatusAndComplete. polls: status polls are"
                    + " held while others read, and a burst of confirmations wakes some. mixed: flows with reads, wrong"
                    + " codes and held polls. Default: ${DEFAULT-VALUE}.")
    private Scenario scenario = Scenario.flow;

    @Option(
            names = "--clients",
            paramLabel = "NUMBER",
            defaultValue = "32",
            description =
                    "How many ask at the same time, each over a connection of its own. Default: ${DEFAULT-VALUE}.")
    private int clients = 32;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "15s",
            converter = TokenCommand.TimeToLive.class,
            description = "How long is measured, such as 15s or 2m. Default: ${DEFAULT-VALUE}.")
    private Duration duration = Duration.ofSeconds(15);

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = TokenCommand.TimeToLive.class,
            description = "How long it is asked before that, at first by a few clients. Default: until the service's"
                    + " compilers have little to do, 12 s to 80 s; 10s with --url or for held polls.")
    private @Nullable Duration warmUp;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "With --url: what to ask with; needs otp:backend, and otp:admin unless --widget names one."
                    + " Default: one signed with the configured HMAC secret.")
    private @Nullable String token;

    @Option(
            names = "--account",
            paramLabel = "NAME",
            description = "With --url and without --token: whom to ask as. Default: bench.")
    private @Nullable String account;

    @Option(
            names = "--widget",
            paramLabel = "ID",
            description = "With --url: the widget to send with; its first channel is a sandbox's. Default: one that is"
                    + " made by the admin API.")
    private @Nullable UUID widget;

    @Option(
            names = "--gateway",
            paramLabel = "NAME",
            description = "With --url and without --widget: the sandbox gateway to send over. Default: sandbox.")
    private @Nullable String gateway;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "Without --url: where the service keeps its sessions, jdbc:postgresql://… or jdbc:h2:…, for"
                    + " which OTP_DATABASE_USER and OTP_DATABASE_PASSWORD count. Default: a temporary file of H2.")
    private @Nullable String database;

    @Option(
            names = "--jvm-option",
            paramLabel = "OPTION",
            description = "Without --url: an option for the service's Java, such as -Xmx256m; may be repeated.")
    private List<String> jvmOptions = List.of();

    @Option(
            names = "--polls",
            paramLabel = "NUMBER",
            defaultValue = "10000",
            description = "In the scenario polls: how many are held. Default: ${DEFAULT-VALUE}.")
    private int polls = 10_000;

    @Option(
            names = "--burst",
            paramLabel = "NUMBER",
            defaultValue = "500",
            description = "In the scenario polls: how many of them are confirmed at once. Default: ${DEFAULT-VALUE}.")
    private int burst = 500;

    @Option(names = "--json", description = "Prints the report as JSON.")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Writes the report there as a page, with latencies and rates drawn.")
    private @Nullable Path html;

    @Override
    public Integer call() throws Exception {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        check(command);
        Path folder = Files.createTempDirectory("otp-bench");
        // for those who interrupt it as well: the processes end with us, the files would stay
        Thread cleaning = new Thread(() -> delete(folder), "bench-cleaning");
        Runtime.getRuntime().addShutdownHook(cleaning);
        try (ServiceProcess noop =
                ServiceProcess.start(process(List.of(), List.of(BenchProcess.NOOP)), folder.resolve("noop.log"))) {
            Target nothing = new Target(noop.site(), "", "none");
            Report report;
            if (url == null) {
                Own own = new Own(folder);
                try (ServiceProcess service = ServiceProcess.start(
                        process(jvmOptions, List.of("serve", "--config", own.configuration.toString(), "--port", "0")),
                        folder.resolve("service.log"))) {
                    Target target = new Target(service.site(), HttpSettings.DEFAULT_BASE_PATH, own.token);
                    report = new Bench(plan(BenchWidget.ID, own.store), target, service, nothing, noop, said(command))
                            .run();
                }
            } else {
                Target target = target(command);
                if (widget == null) {
                    BenchWidget.save(target, gateway == null ? "sandbox" : gateway);
                }
                report = new Bench(
                                plan(widget == null ? BenchWidget.ID : widget, target.toString()),
                                target,
                                null,
                                nothing,
                                noop,
                                said(command))
                        .run();
            }
            return told(command, report);
        } catch (IllegalStateException | Bench.ImpossibleException e) {
            throw new UserException("bench: " + e.getMessage(), e);
        } finally {
            delete(folder);
        }
    }

    private void check(CommandLine command) {
        range(command, "--clients", clients, 1, 1_000);
        range(command, "--polls", polls, 1, 1_000_000);
        range(command, "--burst", burst, 1, 1_000_000);
        if (url == null) {
            only(command, "--token", token, "--url");
            only(command, "--account", account, "--url");
            only(command, "--widget", widget, "--url");
            only(command, "--gateway", gateway, "--url");
            if (configuration.isNamed()) {
                throw wrong(command, "--config", "only with --url: a service of its own is configured by itself");
            }
        } else {
            if (database != null || !jvmOptions.isEmpty()) {
                throw wrong(
                        command, database == null ? "--jvm-option" : "--database", "only without --url: that one runs");
            }
            try {
                Target checked = new Target(site(url), "", "");
                Objects.requireNonNull(checked);
            } catch (IllegalArgumentException e) {
                throw wrong(command, "--url", String.valueOf(e.getMessage()));
            }
            if (token != null && account != null) {
                throw wrong(command, "--account", "only without --token, which says whose it is");
            }
            if (widget != null && gateway != null) {
                throw wrong(command, "--gateway", "only without --widget, which has its gateways");
            }
        }
        Path file = html;
        if (file != null
                && !Files.isDirectory(
                        Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file))) {
            throw wrong(
                    command,
                    "--html",
                    "there is no folder " + file.toAbsolutePath().getParent());
        }
    }

    private static void only(CommandLine command, String option, @Nullable Object value, String with) {
        if (value != null) {
            throw wrong(command, option, "only with " + with);
        }
    }

    private static void range(CommandLine command, String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw wrong(command, option, "expected " + min + " to " + max + ", was " + value);
        }
    }

    private static CommandLine.ParameterException wrong(CommandLine command, String option, String why) {
        return new CommandLine.ParameterException(command, option + ": " + why);
    }

    private Bench.Plan plan(UUID widgetId, String store) {
        return new Bench.Plan(scenario, store, widgetId, CODE, clients, warmUp, duration, polls, burst);
    }

    private static Consumer<String> said(CommandLine command) {
        return what -> command.getErr().println("Measuring: " + what);
    }

    private int told(CommandLine command, Report report) throws IOException {
        command.getOut().println(json ? JsonReport.of(report) : TextReport.of(report));
        command.getOut().flush();
        if (html != null) {
            Files.writeString(html, HtmlReport.of(report));
        }
        if (report.hasErrors()) {
            command.getErr().println("bench: there were errors");
            return Main.FAILED;
        }
        return Main.DONE;
    }

    /** The service that was named, with a token for it. */
    private Target target(CommandLine command) throws Exception {
        URI named = Objects.requireNonNull(url);
        String path = Objects.requireNonNullElse(named.getPath(), "").replaceAll("/+$", "");
        String bearer = token;
        String basePath = path.isEmpty() ? HttpSettings.DEFAULT_BASE_PATH : path;
        if (bearer == null) {
            Settings settings = configuration.read();
            if (path.isEmpty()) {
                basePath = settings.http().basePath();
            }
            byte[] secret = new Secrets(settings.dataDir(), command.getErr()::println)
                    .readAll("auth.hmacSecretFile", settings.auth().hmacSecretFiles(), Service.JWT_SECRET)
                    .get(0);
            bearer = new Tokens(secret, settings.auth())
                    .sign(
                            Objects.requireNonNullElse(account, ACCOUNT),
                            SCOPE,
                            widget == null ? List.of() : List.of(widget),
                            Instant.now(),
                            TOKEN_LIFETIME);
        }
        return new Target(site(named), basePath, bearer);
    }

    private static URI site(URI named) {
        return URI.create(named.getScheme() + "://" + named.getRawAuthority());
    }

    /** This program once more. */
    private static ProcessBuilder process(List<String> options, List<String> arguments) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(options);
        line.add("-cp");
        line.add(System.getProperty("java.class.path"));
        line.add(BenchProcess.class.getName());
        line.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().keySet().removeIf(name -> name.startsWith("OTP_") && !PASSED_ON.contains(name));
        return builder;
    }

    /** The configuration of a service of our own: every flow has a recipient of its own, so that no limit stands in the way. */
    private final class Own {
        private final Path configuration;
        private final String token;
        private final String store;

        Own(Path folder) throws IOException {
            Path secret = folder.resolve("jwt.secret");
            Path pepper = Files.writeString(folder.resolve("code.pepper"), PEPPER);
            String jdbc = database == null ? "jdbc:h2:file:" + folder.resolve("otp") : database;
            ObjectNode root = JsonNodeFactory.instance.objectNode();
            root.put("dataDir", folder.toString());
            // a poll that timed out would be one more call
            root.putObject("http").put("longPollTimeout", 300).put("maxHeldPolls", polls + MIXED_POLLS);
            root.putObject("database").put("url", jdbc);
            root.putObject("auth").put("hmacSecretFile", secret.toString());
            root.putObject("codes").put("pepperFile", pepper.toString());
            root.putObject("guard").put("enabled", false);
            root.putObject("gateways")
                    .putObject("sandbox")
                    .put("kind", "sandbox")
                    .put("code", CODE);
            root.putArray("widgets")
                    .add(BenchWidget.json("sandbox")
                            .put("id", BenchWidget.ID.toString())
                            .put("owner", ACCOUNT));
            // JSON is YAML, too
            configuration = Files.writeString(folder.resolve("otp.yaml"), root.toString());
            byte[] key = new Secrets(folder, warning -> {}).read("auth.hmacSecretFile", Optional.empty(), "jwt.secret");
            token = new Tokens(
                            key,
                            new Settings.Auth(
                                    Optional.empty(), Optional.empty(), List.of(), List.of(), Optional.empty()))
                    .sign(ACCOUNT, SCOPE, List.of(), Instant.now(), TOKEN_LIFETIME);
            store = jdbc.startsWith("jdbc:postgresql:") ? "PostgreSQL" : "H2";
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException | UncheckedIOException e) {
            System.err.println("bench: " + folder + " could not be deleted: " + e.getMessage());
        }
    }
}
