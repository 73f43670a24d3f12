package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows can be pasted and works. */
class ReadmeTest {

    @TempDir
    private Path folder;

    @Test
    void theEmbeddedProgramCompilesAndRuns() throws Exception {
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme());
        assertThat(block.find()).isTrue();
        String program = block.group(1);
        assertThat(program.lines().filter(line -> !line.isBlank()).count()).isLessThan(40);
        Path source = Files.writeString(folder.resolve("Embedded.java"), program);

        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-classpath", domainClasses(), "-d", folder.toString(), source.toString());

        assertThat(compiled).isZero();
        assertThat(run("Embedded"))
                .contains("hand over to +4477***0123", "INVALID_CODE", "Granted[value=true] for a code of 6 digits");
    }

    @Test
    void everyConfigurationKeyIsInTheReadme() throws Exception {
        assertThat(readme())
                .contains(
                        "`dataDir`", "`http.longPollTimeout`", "`database.url`", "`auth.jwksUrl`", "`codes.pepperFile`")
                .contains(
                        "`dispatch.timeout`",
                        "`retention`",
                        "`audit.retention`",
                        "`gateways`",
                        "`widgets`",
                        "`limits.sendsPerMinute`",
                        "`limits.addressSendsPerMinute`",
                        "`limits.addressRecipientSendsPerDay`",
                        "`limits.exempt`",
                        "`http.trustedProxies`",
                        "`guard.enabled`");
    }

    private static String readme() throws Exception {
        return Files.readString(Path.of("..", "README.md"));
    }

    private static String domainClasses() throws Exception {
        return Path.of(io.otphandler.domain.session.Session.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
    }

    private String run(String mainClass) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass(mainClass).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
