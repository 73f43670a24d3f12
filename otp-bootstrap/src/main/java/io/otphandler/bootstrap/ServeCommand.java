package io.otphandler.bootstrap;

import io.otphandler.bootstrap.settings.Settings;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: runs the service until it is told to stop. */
@Command(name = "serve", description = "Runs the service (the default).")
final class ServeCommand implements Callable<Integer> {

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

        @Mixin
        private final Main.ConfigurationFile configuration = new Main.ConfigurationFile();

        @Option(names = "--host", paramLabel = "ADDRESS", description = "Listens there instead of http.host.")
        private @Nullable String host;

        @Option(
                names = "--port",
                paramLabel = "PORT",
                description = "Listens there instead of http.port; 0: any that is free.")
        private @Nullable Integer port;

        int run(CommandLine command) throws Exception {
            if (port != null && (port < 0 || port > 65_535)) {
                throw new CommandLine.ParameterException(command, "--port: expected 0 to 65535, was " + port);
            }
            Settings settings = configuration.read();
            boolean unconfigured = configuration.file().isEmpty();
            PrintWriter out = command.getOut();
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
            out.print(text);
            out.flush();
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
