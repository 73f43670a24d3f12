package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No code, token or whole recipient can be read where it does not belong. */
class SecrecyTest {

    private static final String RECIPIENT = "+79123456789";

    @TempDir
    private Path folder;

    @Test
    void logsMetricsAndDatabaseTellNoSecrets() throws Exception {
        String code;
        String chosen = "8675309421";
        String key = "a-key-of-theirs-4711";
        String token;
        String metrics;
        String log;
        try (RunningService service =
                RunningService.start(folder, Map.of("OTP_LOG_LEVEL", "TRACE"), List.of(), List.of("--port", "0"))) {
            Api api = service.api();
            token = service.token("demo", "otp:backend otp:admin otp:sandbox");
            String request = api.started(RECIPIENT);
            assertThat(api.channelPoll(request).status()).isEqualTo(200);
            code = api.code(RECIPIENT).orElseThrow();
            assertThat(api.checkCode(request, "0000").status()).isEqualTo(400);
            assertThat(api.site("POST", "/api/n/otp-handler/", "{\"recipient\": " + RECIPIENT + ", \"code\": " + code)
                            .status())
                    .isEqualTo(400);
            assertThat(api.status(request, RECIPIENT).status()).isEqualTo(200);
            assertThat(api.site(
                                    "PUT",
                                    "/sandbox/behaviours",
                                    "{\"recipient\":\"" + RECIPIENT
                                            + "\",\"channel\":\"sms\",\"outcome\":\"accept\",\"code\":\"" + chosen
                                            + "\"}")
                            .status())
                    .isEqualTo(204);
            String withChosen = api.started(RECIPIENT);
            assertThat(api.channelPoll(withChosen).status()).isEqualTo(200);
            assertThat(api.site(
                                    "PUT",
                                    "/sandbox/behaviours",
                                    "{\"recipient\":\"" + RECIPIENT + "\",\"channel\":\"sms\",\"outcome\":\"reject\"}")
                            .status())
                    .isEqualTo(204);
            assertThat(api.send(RECIPIENT).status()).isEqualTo(201);
            assertThat(api.postOnce(key, "/" + request + "/checkCode", "{\"code\":\"" + code + "\"}")
                            .success())
                    .isTrue();
            assertThat(api.checkStatusAndComplete(request, RECIPIENT).success()).isTrue();
            metrics = api.site("GET", "/health/ready", null).status() == 200 ? metrics(service) : "";
            service.kill();
            log = service.logged();
        }

        assertThat(log.lines().count()).isGreaterThan(5);
        for (String place : List.of(log, metrics)) {
            assertThat(place).isNotEmpty().doesNotContain(RECIPIENT, RECIPIENT.substring(1), code, chosen);
            assertThat(place).doesNotContain(key, token, token.substring(token.lastIndexOf('.')));
        }
        String database =
                Files.readString(folder.resolve("otp-data").resolve("otp.mv.db"), StandardCharsets.ISO_8859_1);
        assertThat(database)
                .isNotEmpty()
                .doesNotContain(code, chosen, key, token.substring(token.lastIndexOf('.') + 1));
    }

    private static String metrics(RunningService service) throws Exception {
        try (var in = java.net.URI.create(service.site() + "/metrics").toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
