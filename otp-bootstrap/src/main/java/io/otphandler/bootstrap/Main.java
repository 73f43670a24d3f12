package io.otphandler.bootstrap;

import io.otphandler.bootstrap.settings.FaultySettingsException;
import io.otphandler.bootstrap.settings.Settings;
import io.otphandler.bootstrap.settings.SettingsReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code otp-handler}; without a command it serves. */
@Command(
        name = "otp-handler",
        description = "Verifies phone numbers and e-mail addresses by one-time codes and confirmations.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage, or a faulty configuration"})
public final class Main implements Callable<Integer> {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    @Spec
    private @Nullable CommandSpec spec;

    @CommandLine.Mixin
    private final ServeCommand.Options serve = new ServeCommand.Options();

    /** Runs a command, and ends the process with its exit status. */
    public static void main(String[] args) {
        int status = servingCommandLine(args).execute(args);
        if (status != ServeCommand.SERVING) {
            System.exit(status);
        }
    }

    /** All commands. */
    static CommandLine commandLine() {
        return withoutCommands()
                .addSubcommand(new ServeCommand())
                .addSubcommand(new TokenCommand())
                .addSubcommand(new MigrateCommand())
                .addSubcommand(new BenchCommand())
                .addSubcommand(new ConfigCommand());
    }

    /** The same; but what only serves is spared the other commands, whose options take longer to read than to use. */
    static CommandLine servingCommandLine(String... args) {
        return withoutCommands()
                .setParameterExceptionHandler(
                        (failure, unknown) -> commandLine().execute(unknown))
                .setExecutionStrategy(parsed -> parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested()
                        ? commandLine().execute(args)
                        : new CommandLine.RunLast().execute(parsed));
    }

    private static CommandLine withoutCommands() {
        return new CommandLine(new Main()).setExecutionExceptionHandler((failure, command, parsed) -> {
            PrintWriter err = command.getErr();
            if (failure instanceof FaultySettingsException faulty) {
                err.println(faulty.getMessage());
                return WRONG_USAGE;
            }
            if (failure instanceof UserException user) {
                err.println(user.getMessage());
                return FAILED;
            }
            throw failure;
        });
    }

    @Override
    public Integer call() throws Exception {
        return serve.run(java.util.Objects.requireNonNull(spec).commandLine());
    }

    /** Where the configuration comes from. */
    static final class ConfigurationFile {

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "The configuration, YAML. Default: what OTP_CONFIG names, else none.")
        private @Nullable Path file;

        Optional<Path> file() {
            if (file != null) {
                return Optional.of(file);
            }
            return Optional.ofNullable(System.getenv("OTP_CONFIG"))
                    .filter(name -> !name.isEmpty())
                    .map(Path::of);
        }

        /** Whether the command line names one. */
        boolean isNamed() {
            return file != null;
        }

        Settings read() throws FaultySettingsException {
            return SettingsReader.read(file().orElse(null), System.getenv());
        }
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"otp-handler " + (version == null ? "(not packaged)" : version)};
        }
    }
}
