package io.otphandler.bootstrap;

import io.otphandler.bootstrap.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: runs the service until it is told to stop. */
@Command(name = ServeCommand.NAME, description = "Runs the service (the default).")
final class ServeCommand implements Callable<Integer> {

    static final String NAME = "serve";

    /** Not an exit status: the service runs on, on its own threads. */
    static final int SERVING = -1;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final Options options = new Options();

    @Override
    public Integer call() throws Exception {
        return options.run(Objects.requireNonNull(spec).commandLine());
    }

    /** What can be said on the command line; shared with the program called without a command. */
    static final class Options {

        /** Long enough for a first walk through the API, short enough to be harmless in a shell's history. */
        private static final Duration FIRST_TOKEN_LIFETIME = Duration.ofHours(12);

        private static final String NOTHING_IS_SENT = """

                NOTHING IS REALLY SENT over the sandbox gateway: messages stay in this process,
                and are read with GET /sandbox/messages.
                """;

        private static final int MAX_PORT = 65_535;
        private static final Pattern PLAIN_PORT = Pattern.compile("0|[1-9][0-9]{0,4}");
        /** Not an option, a file of arguments, or quoted. */
        private static final Pattern PLAIN_VALUE = Pattern.compile("[^-@\"']");

        @Mixin
        private final Main.ConfigurationFile configuration = new Main.ConfigurationFile();

        @Option(names = "--host", paramLabel = "ADDRESS", description = "Listens there instead of http.host.")
        private @Nullable String host;

        @Option(
                names = "--port",
                paramLabel = "PORT",
                description = "Listens there instead of http.port; 0: any that is free.")
        private @Nullable Integer port;

        /**
         * What serving is nearly always called with: each option at most once, with a value that means nothing but itself. Told
         * without the command line's own reader, which takes a tenth of a start.
         *
         * @return empty: something else, to be understood or refused there
         */
        static Optional<Options> ofPlain(String... args) {
            Options options = new Options();
            int at = args.length > 0 && args[0].equals(NAME) ? 1 : 0;
            while (at < args.length) {
                String option = args[at++];
                int equals = option.indexOf('=');
                if (equals < 0 && at == args.length) {
                    return Optional.empty();
                }
                String name = equals < 0 ? option : option.substring(0, equals);
                String value = equals < 0 ? args[at++] : option.substring(equals + 1);
                if (!PLAIN_VALUE.matcher(value).lookingAt() || !options.take(name, value)) {
                    return Optional.empty();
                }
            }
            return Optional.of(options);
        }

        private boolean take(String name, String value) {
            switch (name) {
                case "--config" -> {
                    return configuration.take(value);
                }
                case "--host" -> {
                    boolean isFirst = host == null;
                    host = value;
                    return isFirst;
                }
                case "--port" -> {
                    if (port != null || !PLAIN_PORT.matcher(value).matches()) {
                        return false;
                    }
                    port = Integer.valueOf(value);
                    return port <= MAX_PORT;
                }
                default -> {
                    return false;
                }
            }
        }

        int run(CommandLine command) throws Exception {
            if (port != null && (port < 0 || port > MAX_PORT)) {
                throw new CommandLine.ParameterException(
                        command, "--port: expected 0 to " + MAX_PORT + ", was " + port);
            }
            return run();
        }

        int run() throws Exception {
            Settings settings = configuration.read();
            boolean unconfigured = configuration.file().isEmpty();
            Service service = Service.start(
                    settings,
                    host == null ? settings.http().host() : host,
                    port == null ? settings.http().port() : port,
                    unconfigured);
            Runtime.getRuntime().addShutdownHook(new Thread(service::stop, "stop"));
            // in one piece: a script that waits for the first line finds the others as well
            StringBuilder text = new StringBuilder("Listening on " + service.address() + "\n");
            service.demoPage()
                    .ifPresent(page -> text.append("Demo: ").append(page).append('\n'));
            if (service.hasSandbox()) {
                text.append(NOTHING_IS_SENT);
            }
            if (unconfigured) {
                service.tokens().ifPresent(tokens -> text.append(invitation(service.address(), settings, tokens)));
            }
            System.out.print(text);
            System.out.flush();
            return SERVING;
        }

        private static String invitation(String address, Settings settings, Tokens tokens) {
            String token = tokens.sign(
                    DemoWidgets.ACCOUNT.value(),
                    "otp:backend otp:admin otp:sandbox",
                    List.of(),
                    Instant.now(),
                    FIRST_TOKEN_LIFETIME);
            return """

                    A token of the account %s, good for %d hours:
                    %s

                    Try it:
                    curl -X POST %s%s/ -H 'Content-Type: application/json' \\
                      -H 'Authorization: Bearer %s' \\
                      -d '{"widgetId":"%s","recipient":"+79991234567"}'
                    """.formatted(
                            DemoWidgets.ACCOUNT,
                            FIRST_TOKEN_LIFETIME.toHours(),
                            token,
                            address,
                            settings.http().basePath(),
                            token,
                            DemoWidgets.ID);
        }
    }
}
