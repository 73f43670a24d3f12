package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client that docs/clients.md shows works against the service. */
class ClientsDocTest {

    private static final String RECIPIENT = "+79123456780";

    @TempDir
    private Path folder;

    @Test
    void theJavaClientTakesASessionFromItsStartToItsEnd() throws Exception {
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "clients.md")));
        assertThat(block.find()).isTrue();
        Path source = Files.writeString(folder.resolve("OtpClient.java"), block.group(1));
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", folder.toString(), source.toString()))
                .isZero();

        try (RunningService service = RunningService.start(folder);
                URLClassLoader loader =
                        new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            Class<?> type = loader.loadClass("OtpClient");
            Object client = type.getConstructor(String.class, String.class)
                    .newInstance(service.site(), service.token("demo", "otp:backend"));

            String request = (String) call(client, "send", Api.DEMO_WIDGET, RECIPIENT);
            assertThat((String) call(client, "awaitChannel", request)).contains("\"status\":\"sent\"");
            assertThatThrownBy(() -> call(client, "checkCode", request, "wrong"))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessage("InvalidCodeException: The code that the user entered is wrong");
            String code = service.api().code(RECIPIENT).orElseThrow();
            assertThat(call(client, "checkCode", request, code)).isEqualTo(true);
            assertThat(call(client, "complete", request, RECIPIENT)).isEqualTo(true);
            assertThat(call(client, "complete", request, RECIPIENT)).isEqualTo(false);
        }
    }

    private static Object call(Object client, String method, String... arguments) throws Exception {
        Class<?>[] types = new Class<?>[arguments.length];
        Arrays.fill(types, String.class);
        return client.getClass().getMethod(method, types).invoke(client, (Object[]) arguments);
    }
}
