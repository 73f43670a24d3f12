package io.otphandler.bootstrap;

import io.otphandler.bootstrap.settings.Settings;
import io.otphandler.domain.widget.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code token}: prints a token signed with the configured HMAC secret. */
@Command(
        name = "token",
        description = "Prints a token, signed with the HMAC secret that the service is configured with.")
final class TokenCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final Main.ConfigurationFile configuration = new Main.ConfigurationFile();

    @Option(names = "--account", required = true, paramLabel = "NAME", description = "The token's sub: the account.")
    private String account = "";

    @Option(
            names = "--scope",
            required = true,
            paramLabel = "SCOPES",
            description = "Separated by spaces: otp:widget otp:backend otp:admin otp:root otp:sandbox.")
    private String scope = "";

    @Option(names = "--widget", paramLabel = "ID", description = "Limits the token to this widget; may be repeated.")
    private List<UUID> widgets = List.of();

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = TimeToLive.class,
            description = "How long it is good for, such as 90s, 15m, 1h, 30d. Default: ${DEFAULT-VALUE}.")
    private Duration timeToLive = Duration.ofHours(1);

    @Override
    public Integer call() throws Exception {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        try {
            account = new AccountId(account).value();
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(command, "--account: " + e.getMessage(), e);
        }
        Settings settings = configuration.read();
        byte[] secret = new Secrets(settings.dataDir(), command.getErr()::println)
                .readAll("auth.hmacSecretFile", settings.auth().hmacSecretFiles(), Service.JWT_SECRET)
                .get(0);
        command.getOut()
                .println(new Tokens(secret, settings.auth())
                        .sign(account, scope.strip(), widgets, Instant.now(), timeToLive));
        return Main.DONE;
    }

    /** A number and one of s, m, h, d. */
    static final class TimeToLive implements CommandLine.ITypeConverter<Duration> {

        private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})([smhd])");

        @Override
        public Duration convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new CommandLine.TypeConversionException(
                        "expected a time such as 90s, 15m, 1h or 30d, was " + text);
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
    }
}
