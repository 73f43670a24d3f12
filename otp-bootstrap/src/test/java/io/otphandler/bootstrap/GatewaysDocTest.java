package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.otphandler.adapter.gateways.GatewayKinds;
import io.otphandler.bootstrap.settings.Settings;
import io.otphandler.bootstrap.settings.SettingsReader;
import io.otphandler.bootstrap.settings.SettingsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/gateways.md shows can be pasted. */
class GatewaysDocTest {

    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void everyConfigurationIsUnderstoodAndEveryKindHasOne() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("..", "docs", "gateways.md")));
        Set<String> kinds = new TreeSet<>();
        while (blocks.find()) {
            String yaml = blocks.group(1).replaceAll("(\\w+File): [^\\s,}]+", "$1: " + secret);
            Settings settings = SettingsReader.read(Files.writeString(folder.resolve("otp.yaml"), yaml), Map.of());
            settings.gateways()
                    .values()
                    .forEach(gateway -> kinds.add(gateway.kind().name()));

            // and what `config` prints of it is understood as well, and tells no secret
            String printed = SettingsWriter.yaml(settings);
            assertThat(printed).doesNotContain("whsec_");
            assertThat(SettingsReader.read(Files.writeString(folder.resolve("again.yaml"), printed), Map.of())
                            .gateways())
                    .containsOnlyKeys(settings.gateways().keySet());
        }
        assertThat(kinds).containsExactlyInAnyOrderElementsOf(GatewayKinds.names());
    }
}
