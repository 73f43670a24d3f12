package io.otphandler.bootstrap;

import io.otphandler.bootstrap.settings.Settings;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code migrate}: brings the database's schema up to this version, and ends. */
@Command(name = "migrate", description = "Brings the database's schema up to date, and ends.")
final class MigrateCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final Main.ConfigurationFile configuration = new Main.ConfigurationFile();

    @Override
    public Integer call() throws Exception {
        Settings settings = configuration.read();
        int steps = Store.migrate(settings.database());
        Objects.requireNonNull(spec)
                .commandLine()
                .getOut()
                .println(steps == 0 ? "The database's schema is up to date" : "Migrations applied: " + steps);
        return Main.DONE;
    }
}
