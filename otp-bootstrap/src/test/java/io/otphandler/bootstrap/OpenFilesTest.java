package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenFilesTest {

    @ParameterizedTest
    @CsvSource({"1024, 512", "4096, 3096", "20000, 19000", "1048576, 100000"})
    void connectionsLeaveSomeFilesForAllElse(int files, int connections) {
        assertThat(OpenFiles.connections(files)).isEqualTo(connections);
    }

    @Test
    void whatIsConfiguredHolds() {
        assertThat(OpenFiles.connections(OptionalInt.of(7))).isEqualTo(7);
        assertThat(OpenFiles.connections(OptionalInt.of(9_999_999))).isEqualTo(9_999_999);
        assertThat(OpenFiles.connections(OptionalInt.empty())).isPositive();
    }

    @Test
    void theLimitThatHoldsIsTheFirstOfTheTwo() {
        assertThat(OpenFiles.limit("""
                        Limit                     Soft Limit           Hard Limit           Units
                        Max processes             127                  127                  processes
                        Max open files            1024                 20000                files
                        """)).hasValue(1024);
        assertThat(OpenFiles.limit("Max open files            unlimited            unlimited            files\n"))
                .isEmpty();
        assertThat(OpenFiles.limit("")).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisSystemTellsItsLimit() throws Exception {
        assertThat(OpenFiles.limit(Files.readString(Path.of("/proc/self/limits"))))
                .isPresent();
    }
}
