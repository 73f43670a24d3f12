package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is told without the command line's reader is what that reader would have told. */
class ServeOptionsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "serve",
                "--port 0",
                "--port=8080",
                "serve --port 65535",
                "--host ::1 --port=1",
                "--host=0.0.0.0",
                "--config a.yml",
                "--config=/etc/otp/a=b.yml --host localhost --port 80",
                "serve --config=[x] --host [::1]"
            })
    void plainArgumentsMeanTheSame(String line) {
        ServeCommand.Options expected = new ServeCommand.Options();
        String[] args = line.isEmpty() ? new String[0] : line.split(" ");
        new CommandLine(expected)
                .parseArgs(
                        line.replaceFirst("^serve ?", "").isEmpty()
                                ? new String[0]
                                : line.replaceFirst("^serve ?", "").split(" "));

        assertThat(ServeCommand.Options.ofPlain(args))
                .get()
                .usingRecursiveComparison()
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "serve -h",
                "--version",
                "token",
                "--port",
                "--port --host",
                "--port=",
                "--port 65536",
                "--port -1",
                "--port 08",
                "--port x",
                "--port 1 --port 1",
                "--host a --host=b",
                "--config a --config b",
                "--config @file",
                "@file --port",
                "--host=\"a\"",
                "--port 1 serve",
                "serve serve --port",
                "--nothing x"
            })
    void whateverElseThereIsGoesToTheCommandLine(String line) {
        assertThat(ServeCommand.Options.ofPlain(line.split(" "))).isEmpty();
    }
}
