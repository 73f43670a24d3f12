package io.otphandler.bootstrap;

import io.otphandler.bootstrap.settings.Settings;
import io.otphandler.bootstrap.settings.SettingsWriter;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code config}: prints what is configured, defaults and environment included. */
@Command(name = "config", description = "Prints the effective configuration, secrets masked.")
final class ConfigCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final Main.ConfigurationFile configuration = new Main.ConfigurationFile();

    @Override
    public Integer call() throws Exception {
        Settings settings = configuration.read();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.print(SettingsWriter.yaml(settings));
        out.flush();
        return Main.DONE;
    }
}
