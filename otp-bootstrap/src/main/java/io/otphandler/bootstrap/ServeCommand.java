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
            out.println("Listening on " + service.address());
            if (service.hasSandbox()) {
                out.println();
                out.println("NOTHING IS REALLY SENT over the sandbox gateway: messages stay in this process,");
                out.println("and are read with GET /sandbox/messages.");
            }
            if (unconfigured) {
                service.tokens().ifPresent(tokens -> invite(out, service.address(), settings, tokens));
            }
            out.flush();
            return SERVING;
        }

        private static void invite(PrintWriter out, String address, Settings settings, Tokens tokens) {
            String token = tokens.sign(
                    DemoWidget.ACCOUNT.value(),
                    "otp:backend otp:admin otp:sandbox",
                    List.of(),
                    Instant.now(),
                    FIRST_TOKEN_LIFETIME);
            out.println();
            out.println("A token of the account " + DemoWidget.ACCOUNT + ", good for " + FIRST_TOKEN_LIFETIME.toHours()
                    + " hours:");
            out.println(token);
            out.println();
            out.println("Try it:");
            out.println("curl -X POST " + address + settings.http().basePath()
                    + "/ -H 'Content-Type: application/json' \\");
            out.println("  -H 'Authorization: Bearer " + token + "' \\");
            out.println("  -d '{\"widgetId\":\"" + DemoWidget.ID + "\",\"recipient\":\"+79991234567\"}'");
        }
    }
}
