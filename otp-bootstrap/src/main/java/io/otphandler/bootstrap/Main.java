package io.otphandler.bootstrap;

import io.otphandler.bootstrap.settings.FaultySettingsException;
import io.otphandler.bootstrap.settings.Settings;
import io.otphandler.bootstrap.settings.SettingsReader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
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

    static {
        // Jetty asks which locales there are, and Java then looks for those of each kind of format that it has: ten
        // thousand. Nothing here is formatted by locale
        String locales = "java.locale.providers";
        System.setProperty(locales, System.getProperty(locales, "SPI"));
    }

    @Spec
    private @Nullable CommandSpec spec;

    @CommandLine.Mixin
    private final ServeCommand.Options serve = new ServeCommand.Options();

    /** Runs a command, and ends the process with its exit status. */
    public static void main(String[] args) {
        int status = run(args);
        if (status != ServeCommand.SERVING) {
            System.exit(status);
        }
    }

    /** The exit status, or {@link ServeCommand#SERVING}. */
    static int run(String... args) {
        return ServeCommand.Options.ofPlain(args)
                .map(Main::serve)
                .orElseGet(() -> commandLine().execute(args));
    }

    /** As the command line would, and with what it would make of failures. */
    private static int serve(ServeCommand.Options options) {
        try {
            return options.run();
        } catch (Exception failure) {
            OptionalInt status = told(failure, System.err::println);
            if (status.isEmpty()) {
                failure.printStackTrace();
            }
            return status.orElse(FAILED);
        }
    }

    /** All commands. */
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, parsed) ->
                        told(failure, command.getErr()::println).orElseThrow(() -> failure))
                .addSubcommand(new ServeCommand())
                .addSubcommand(new TokenCommand())
                .addSubcommand(new MigrateCommand())
                .addSubcommand(new BenchCommand())
                .addSubcommand(new ConfigCommand());
    }

    /** Tells of a failure that the caller can mend. Empty: it is none, and nothing was told. */
    private static OptionalInt told(Exception failure, Consumer<String> err) {
        if (failure instanceof FaultySettingsException faulty) {
            err.accept(faulty.getMessage());
            return OptionalInt.of(WRONG_USAGE);
        }
        if (failure instanceof UserException user) {
            err.accept(user.getMessage());
            return OptionalInt.of(FAILED);
        }
        return OptionalInt.empty();
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

        /** Whether this is the first that is named. */
        boolean take(String name) {
            boolean isFirst = file == null;
            file = Path.of(name);
            return isFirst;
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
