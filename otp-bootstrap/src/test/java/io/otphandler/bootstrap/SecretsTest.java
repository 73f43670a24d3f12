package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    @Test
    void aSecretThatIsNotConfiguredIsMadeOnceForItsOwnerAloneAndWarnedAbout() throws Exception {
        Path data = folder.resolve("data");
        Secrets secrets = new Secrets(data, warnings::add);

        byte[] made = secrets.read("codes.pepperFile", Optional.empty(), "pepper");

        assertThat(made).hasSizeGreaterThanOrEqualTo(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("pepper"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
        assertThat(warnings).singleElement().asString().contains("codes.pepperFile", "pepper");
        assertThat(secrets.read("codes.pepperFile", Optional.empty(), "pepper")).isEqualTo(made);
        assertThat(warnings).hasSize(1);
        assertThat(data).isDirectoryContaining(file -> file.endsWith("pepper"));
        try (var files = Files.list(data)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aConfiguredSecretIsReadWithoutTheLineEndThatEditorsAdd() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "s".repeat(32) + "\n");

        assertThat(new Secrets(folder, warnings::add).read("k", Optional.of(file), "other"))
                .asString()
                .isEqualTo("s".repeat(32));
        assertThat(warnings).isEmpty();
    }

    @Test
    void aShortSecretIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "short");

        assertThatThrownBy(() -> new Secrets(folder, warnings::add).read("k", Optional.of(file), "other"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("at least 32 bytes")
                .hasMessageNotContaining("short\"");
    }
}
